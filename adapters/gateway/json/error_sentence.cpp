#include "gateway/json/error_sentence.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace chatcore::gateway {

namespace {

struct Wanted {
    std::string_view name;
    std::string_view what;
};

constexpr std::string_view a_time = "a time of RFC 3339, as in 2025-10-24T05:15:30Z";
constexpr std::string_view a_flag = "true or false";
constexpr std::string_view a_text = "a text in UTF-8";
constexpr std::string_view an_address =
    "an address of this server (/…) or of http(s), of at most 2,048 bytes";
constexpr std::string_view a_picture =
    "an address of http(s) with a host, or the url of an image that you have uploaded here, of at "
    "most 2,048 bytes";
constexpr std::string_view an_id =
    "an id that can be meant here: a whole number above 0, or its digits as a text";

/// What the members of requests are to be, those of one name alike in all of them.
constexpr std::array wanted = std::to_array<Wanted>({
    {"Accept", "text/event-stream, or what opens a WebSocket"},
    {"X-Chatd-User", "the id of a person"},
    {"activity", "what a person does, as a short text"},
    {"additionalContent", a_text},
    {"after", "a position, and the only one of before, after and around"},
    {"around", "a position, and the only one of before, after and around"},
    {"attachments",
     "a list of at most 10 of {url,name?,size?,contentType?}: each url that of a file uploaded "
     "here, another of this server (/…) outside of /api/, or one of http(s), of at most 2,048 "
     "bytes; each name without control characters and changes of direction"},
    {"ban", a_flag},
    {"before", "a position, and the only one of before, after and around"},
    {"body", "a JSON object"},
    {"clientKey", "a UUID"},
    {"comment", a_text},
    {"content", a_text},
    {"context",
     "{type,id}: the type of 1 to 40 of a-z, 0-9, _ and -, the id a text of 1 to 64 code points "
     "without control characters and slashes; consultation is a type of direct rooms alone"},
    {"cursor", "the nextCursor of the page before"},
    {"direction", "in or out"},
    {"disabled", a_flag},
    {"email", "of the form name@example.org"},
    {"externalId", "a text without control characters, not blank and not all digits"},
    {"favorite", a_flag},
    {"filter", "an object with filters of the room list"},
    {"forEveryone", a_flag},
    {"from", a_time},
    {"imageUrl", a_picture},
    {"length", "a whole number, 1 or above"},
    {"limit", "a whole number from 1 to 100"},
    {"mentions",
     "a list of {userId,start,length}, of active members, in places of the text that do "
     "not overlap"},
    {"messageId",
     "an id that can be meant here: a whole number above 0, or its digits as a text; a report is "
     "of one of messageId, userId and roomId"},
    {"messageType", "one of text, image, video and file"},
    {"metadata", "a JSON object"},
    {"mutedUntil", a_time},
    {"name", "a text in UTF-8, without control characters and changes of direction"},
    {"nickname", "a text in UTF-8, without control characters"},
    {"open", a_flag},
    {"page", "a whole number, 1 or above"},
    {"password", "a text of 8 to 72 bytes"},
    {"profileImageUrl", a_picture},
    {"query", a_text},
    {"reaction", "one emoji"},
    {"reason", a_text},
    {"recipientUserCode", "the user code of whom is asked"},
    {"refreshToken", a_text},
    {"repeat", "one of none, daily, weekly and monthly"},
    {"replies", a_flag},
    {"resume", "a list of {roomId,position}"},
    {"role",
     "one of owner, admin and member for a room, and of user, seller and admin for a person; "
     "in a room it excludes mutedUntil"},
    {"rooms", "a list of 1 to 20 rooms, with 2,000 members in all"},
    {"scheduledAt",
     "a time of RFC 3339, as in 2025-10-24T05:15:30Z, or for a consultation also one as in "
     "2025-10-24 14:15:30"},
    {"silent", a_flag},
    {"since", "a position: a whole number, 0 or above"},
    {"size", "a whole number from 1 to 100"},
    {"skip", "a whole number, 0 or above, within what is recommended"},
    {"start", "a whole number, 0 or above"},
    {"status", "one of PENDING, SCHEDULED, IN_PROGRESS, COMPLETED, REJECTED and CANCELLED"},
    {"statusText", a_text},
    {"targetRoomIds", "a list of 1 to 20 ids of rooms, each once"},
    {"tempId", "a text or a number, of at most 100 code points"},
    {"text", a_text},
    {"timeZone", "the name of a time zone, as in Asia/Seoul"},
    {"title", "a text in UTF-8, without control characters"},
    {"to", a_time},
    {"type", "one of text, image, video and file"},
    {"unread", a_flag},
    {"url", an_address},
});

constexpr auto by_name = [](const Wanted& one, const Wanted& other) {
    return one.name < other.name;
};
static_assert(std::ranges::is_sorted(wanted, by_name));

/// Of `rooms[1].title` the `title`.
std::string_view last_part(std::string_view field) {
    const auto dot = field.rfind('.');
    return dot == field.npos ? field : field.substr(dot + 1);
}

std::string_view wanted_of(std::string_view field, Refused what) {
    // What a frame's type is to be is not what a message's is.
    if (what == Refused::frame && field == "type") return "one of the protocol's types of frames";
    const std::string_view name = last_part(field);
    const auto found = std::ranges::lower_bound(wanted, name, {}, &Wanted::name);
    if (found != wanted.end() && found->name == name) return found->what;
    if (name == "id" || name.ends_with("Id") || name == "requestIdx") return an_id;
    if (name.ends_with("Ids")) return "a list of ids that can be meant here";
    return {};
}

struct Case {
    ErrorCode code;
    std::string_view detail;
    std::string_view sentence;
};

/// Where the code's own sentence says too little.
constexpr Case cases[] = {
    {ErrorCode::conflict, "userId", "You are friends already."},
    {ErrorCode::conflict, "consultation",
     "Somebody else is ending this consultation now; try again later."},
    {ErrorCode::wrong_state, "consultation", "The state of the consultation does not allow this."},
    {ErrorCode::malformed, "method", "This address does not take this method."},
};

}  // namespace

std::string sentence_about(const Error& error, Refused refused) {
    const std::string_view sentence = sentence_of(error.code);
    for (const Case& one : cases) {
        if (one.code == error.code && one.detail == error.detail) return std::string(one.sentence);
    }
    if (error.detail.empty()) return std::string(sentence);
    const std::string_view stem = sentence.substr(0, sentence.size() - 1);
    switch (error.code) {
        case ErrorCode::malformed:
        case ErrorCode::invalid_value: {
            const std::string_view what = wanted_of(error.detail, refused);
            if (what.empty()) return fmt::format("{}: {}.", stem, error.detail);
            return fmt::format("{}: {} must be {}.", stem, error.detail, what);
        }
        case ErrorCode::empty:
        case ErrorCode::too_long:
        case ErrorCode::too_large:
        case ErrorCode::in_the_past:
        case ErrorCode::not_found:
        case ErrorCode::unsupported_type:
            return fmt::format("{}: {}.", stem, error.detail);
        default:
            return std::string(sentence);
    }
}

}  // namespace chatcore::gateway
