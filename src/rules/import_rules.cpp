#include "chatcore/rules/import_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <type_traits>

#include "account_rules.h"
#include "content_types.h"
#include "file_name.h"
#include "web_address.h"

namespace chatcore {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class IdType>
void raise(IdType& used, IdType to) {
    used = std::max(used, to);
}

bool is_id(std::int64_t value) {
    return value > 0 && value <= id_max;
}

/// No setting lets a server keep larger files.
constexpr std::int64_t file_bytes_max = std::int64_t{1} << 40;

bool is_size(std::int64_t bytes) {
    return bytes >= 0 && bytes <= file_bytes_max;
}

/// How long a name may be is a setting of the server that the records come from.
bool is_file_name(std::string_view name) {
    const Result<std::string> sound = name_of_file(name, Limits{}, "name");
    if (text::has_controls(name)) return false;  // also at its ends, where other doors trim them
    return sound || sound.error().code == ErrorCode::too_long;
}

/// Nothing where an attachment of a message is sound.
const char* wrong_with(const Attachment& attachment) {
    const std::string& url = attachment.url;
    const bool sound =
        text::valid(url) && is_web_address(url) && (!claims_attachment(url) || attachment_in(url));
    if (!sound)
        return "the \"url\" of an attachment is no http address, nor one of a file of this server";
    if (!is_file_name(attachment.name)) {
        return "the \"name\" of an attachment has characters that no file's name has: controls, or "
               "such as turn the direction of writing";
    }
    if (!is_size(attachment.size_bytes))
        return "the \"size\" of an attachment is none of 0 to 2^40";
    return nullptr;
}

}  // namespace

Unexpected refuse_record(ErrorCode code, std::string_view kind, std::string sentence) {
    return unexpected(code, std::string(kind), std::move(sentence));
}

Status about_record(Status status, std::size_t index) {
    if (status) return status;
    Error error = status.error();
    const bool of_record =
        error.code == ErrorCode::conflict || error.code == ErrorCode::invalid_value;
    if (of_record) error.detail += ' ' + std::to_string(index);
    return unexpected(std::move(error));
}

std::optional<std::size_t> refused_record(const Error& error) {
    const std::size_t space = error.detail.find(' ');
    if (space == error.detail.npos) return std::nullopt;
    std::size_t index = 0;
    const char* const end = error.detail.data() + error.detail.size();
    const auto [stop, wrong] = std::from_chars(error.detail.data() + space + 1, end, index);
    return wrong == std::errc{} && stop == end ? std::optional(index) : std::nullopt;
}

std::string imported_picture(const std::string& url) {
    return check_picture_url(url, "picture") ? url : std::string();
}

bool stays_picture(const Upload& upload, const PictureOf& of, const Member* member, bool counted) {
    if (upload.condemned || !upload.content_type.starts_with("image/")) return false;
    if (of.user != UserId{}) return upload.uploader == of.user;
    if (member == nullptr) return false;
    return counted || (member->active && member->role != MemberRole::member);
}

Unexpected refuse_stray(std::string_view kind, std::string_view member, std::int64_t id) {
    return refuse_record(ErrorCode::conflict, kind,
                         '"' + std::string(member) + "\" is " + std::to_string(id) +
                             ", and there is none of that number before it");
}

Unexpected refuse_second(std::size_t kind) {
    static constexpr std::array<std::string_view, record_kind_count> unique = {
        "email or external id",
        "type and id",
        "two people and context",
        "room and person",
        "sender and client key",
        "id",
        "two people",
        "sender and receiver",
        "two people",
        "number",
        "receiver, kind and cause",
        "person and message",
        "id",
        "upload and message",
        "room and person",
        "reporter and target",
        "key",
    };
    return refuse_record(ErrorCode::conflict, record_kind_names[kind],
                         "one before it has its " + std::string(unique[kind]) + " already");
}

ImportRules::Key ImportRules::key_of(const Record& record) {
    const auto one = [](auto id) { return Key{{}, {}, id.value, 0, false}; };
    const auto two = [](auto first, auto second) {
        return Key{{}, {}, first.value, second.value, true};
    };
    return std::visit(
        Overloaded{
            [&](const Account& it) { return one(it.profile.id); },
            [&](const ContextRecord& it) {
                return Key{it.context.type, it.context.id, 0, 0, false};
            },
            [&](const RoomRecord& it) { return one(it.room.id); },
            [&](const Member& it) { return two(it.room, it.user); },
            [&](const MessageRecord& it) { return one(it.message.id); },
            [&](const Schedule& it) { return one(it.id); },
            [&](const FriendshipRecord& it) { return two(it.low, it.high); },
            [&](const FriendRequest& it) { return one(it.id); },
            [&](const BlockRecord& it) { return two(it.user, it.blocked); },
            [&](const BlockMoves::Move& it) { return one(it.user); },
            [&](const NotificationRecord& it) { return two(it.receiver, it.notification.id); },
            [&](const BookmarkRecord& it) { return two(it.user, it.message); },
            [&](const Upload& it) { return one(it.id); },
            [&](const UploadUseRecord& it) { return two(it.upload, it.message); },
            [&](const DeliveryPointer& it) { return two(it.room, it.user); },
            [&](const Report& it) { return one(it.id); },
            [&](const CountersRecord&) { return Key{}; },
        },
        record);
}

void ImportRules::note(const Record& record) {
    std::visit(
        Overloaded{
            [&](const Account& it) { raise(used_.user, it.profile.id); },
            [&](const ContextRecord& it) { raise(used_.position.value, it.cut.value); },
            [&](const RoomRecord& it) {
                raise(used_.position.value, it.room.id.value);
                raise(used_.position, std::max(it.room.head, it.room.changed_at));
            },
            [&](const Member& it) {
                raise(used_.position, std::max({it.changed_at, it.read_position, it.read_told_at}));
            },
            [&](const MessageRecord& it) {
                raise(used_.position, std::max(position_of(it.message.id), it.message.changed_at));
            },
            [&](const Schedule& it) { raise(used_.schedule, it.id); },
            [&](const FriendRequest& it) { raise(used_.friend_request, it.id); },
            [&](const BlockMoves::Move& it) { raise(used_.block, it.number); },
            [&](const NotificationRecord& it) { raise(used_.notification, it.notification.id); },
            [&](const BookmarkRecord& it) { raise(used_.bookmark, it.id); },
            [&](const Report& it) { raise(used_.report, it.id); },
            [](const auto&) {},
        },
        record);
}

Status ImportRules::in_order(const Record& record) {
    const std::string_view kind = record_kind_names[record.index()];
    if (record.index() < kind_) {
        return refuse_record(ErrorCode::conflict, kind,
                             "it stands behind a record of " +
                                 std::string(record_kind_names[kind_]) + ", and belongs before it");
    }
    if (record.index() > kind_) last_.reset();
    kind_ = record.index();
    Key key = key_of(record);
    if (last_ && *last_ == key)
        return refuse_record(ErrorCode::conflict, kind, "there is a second one of its key");
    if (last_ && key < *last_)
        return refuse_record(ErrorCode::conflict, kind,
                             "it is out of order: its key is below the one before");
    last_ = std::move(key);
    return {};
}

ImportRules::Numbering* ImportRules::numbering_of(RoomId room) {
    const auto found =
        std::lower_bound(rooms_.begin(), rooms_.end(), room,
                         [](const Numbering& one, RoomId id) { return one.room < id; });
    return found != rooms_.end() && found->room == room ? &*found : nullptr;
}

Status ImportRules::known(RoomId room, std::string_view kind) {
    return numbering_of(room) != nullptr ? Status{} : refuse_stray(kind, "room", room.value);
}

Status ImportRules::check(const Account& account) {
    const auto wrong = [](std::string sentence) {
        return refuse_record(ErrorCode::invalid_value, "account", std::move(sentence));
    };
    const std::string& code = account.profile.external_id;
    if (names_an_id(code))
        return wrong("\"externalId\" " + code + " is all digits, as ids of users are");
    const std::string& nickname = account.profile.nickname;
    if (!text::valid(nickname) || text::blank(nickname)) return wrong("\"nickname\" is empty");
    if (text::has_controls(nickname)) return wrong("\"nickname\" has control characters");
    return {};
}

Status ImportRules::check(const RoomRecord& record) {
    const Room& room = record.room;
    const bool counted = room.last_seq >= 0 && room.participant_count >= 0 && room.pin_count >= 0 &&
                         room.totals.all >= 0 && room.totals.media >= 0 && room.totals.files >= 0;
    if (!counted)
        return refuse_record(ErrorCode::invalid_value, "room", "one of its counts is below 0");
    if (record.shared && (!room.context || room.deleted_at || room.kind != RoomKind::group))
        return refuse_record(ErrorCode::invalid_value, "room",
                             "\"shared\", but no group about something that stands");
    if (room.changed_at > room.head)
        return refuse_record(ErrorCode::invalid_value, "room",
                             "\"changedAt\" is above its \"head\"");
    if (room.preview && position_of(room.preview->id) > room.head)
        return refuse_record(ErrorCode::invalid_value, "room", "its preview is above its \"head\"");
    rooms_.push_back({room.id, room.head, room.last_seq, 0, room.deleted_at.has_value()});
    return {};
}

Status ImportRules::check(const Member& member) {
    const Numbering* room = numbering_of(member.room);
    if (room == nullptr) return refuse_stray("member", "room", member.room.value);
    if (member.read_seq < 0 || (!room->deleted && member.read_seq > room->last_seq)) {
        return refuse_record(ErrorCode::invalid_value, "member",
                             "\"readSeq\" is none of 0 to the room's \"lastSeq\"");
    }
    return {};
}

Status ImportRules::check(const MessageRecord& record) {
    const Message& message = record.message;
    Numbering* const room = numbering_of(message.room);
    const auto wrong = [](const char* sentence) {
        return refuse_record(ErrorCode::invalid_value, "message", sentence);
    };
    if (room == nullptr) return refuse_stray("message", "room", message.room.value);
    if (message.seq < 1) return wrong("\"seq\" is below 1");
    if (message.seq <= room->seq)
        return wrong("\"seq\" is not above that of the message before it in its room");
    if (!room->deleted && message.seq > room->last_seq)
        return wrong("\"seq\" is above the room's \"lastSeq\"");
    if (position_of(message.id) > room->head) return wrong("\"id\" is above the room's \"head\"");
    if (message.changed_at < position_of(message.id) || message.changed_at > room->head)
        return wrong("\"changedAt\" is none of its \"id\" to the room's \"head\"");
    if (message.parent && *message.parent >= message.id)
        return wrong("\"parent\" is no message before it");
    if (message.reply_count < 0 || message.edit_count < 0)
        return wrong("one of its counts is below 0");
    for (const Attachment& attachment : message.attachments) {
        if (const char* sentence = wrong_with(attachment)) return wrong(sentence);
    }
    room->seq = message.seq;
    return {};
}

Status ImportRules::check(const Upload& upload) {
    const auto wrong = [](const char* sentence) {
        return refuse_record(ErrorCode::invalid_value, "upload", sentence);
    };
    if (!is_size(upload.size_bytes)) return wrong("\"size\" is none of 0 to 2^40");
    if (upload.uses < 0) return wrong("\"uses\" is below 0");
    if (!is_file_name(upload.name)) {
        return wrong(
            "\"name\" has characters that no file's name has: controls, or such as turn the "
            "direction of writing");
    }
    // It is given out as it stands here, in a header.
    if (content_types::essence_of(upload.content_type) != upload.content_type) {
        return wrong(
            "\"contentType\" is no media type in lower case and without parameters, such as "
            "image/png");
    }
    uploads_.push_back(upload.id);
    return {};
}

Status ImportRules::check(const UploadUseRecord& use) {
    if (!std::binary_search(uploads_.begin(), uploads_.end(), use.upload))
        return refuse_stray("upload_use", "upload", use.upload.value);
    return known(use.room, "upload_use");
}

Status ImportRules::check(const Report& report) {
    if (!report.message) return {};
    for (const Attachment& attachment : report.message->attachments) {
        if (const char* sentence = wrong_with(attachment))
            return refuse_record(ErrorCode::invalid_value, "report", sentence);
    }
    return {};
}

Status ImportRules::check(const CountersRecord& counters) {
    const std::tuple<std::string_view, std::int64_t, std::int64_t> all[] = {
        {"position", counters.position.value, used_.position.value},
        {"user", counters.user.value, used_.user.value},
        {"schedule", counters.schedule.value, used_.schedule.value},
        {"friendRequest", counters.friend_request.value, used_.friend_request.value},
        {"notification", counters.notification.value, used_.notification.value},
        {"bookmark", counters.bookmark.value, used_.bookmark.value},
        {"report", counters.report.value, used_.report.value},
        {"block", counters.block, used_.block},
    };
    for (const auto& [name, counter, used] : all) {
        if (counter >= used) continue;
        return refuse_record(ErrorCode::conflict, "counters",
                             '"' + std::string(name) + "\" is " + std::to_string(counter) +
                                 ", and " + std::to_string(used) + " is used above");
    }
    counted_ = true;
    return {};
}

Status ImportRules::sound(const Record& record) {
    const auto distinct = [](UserId one, UserId other, const char* kind, const char* sentence) {
        if (is_id(one.value) && is_id(other.value) && one != other) return Status{};
        return Status(refuse_record(ErrorCode::invalid_value, kind, sentence));
    };
    return std::visit(Overloaded{
                          [](const Account& it) { return check(it); },
                          [](const Report& it) { return check(it); },
                          [this](const RoomRecord& it) { return check(it); },
                          [this](const Member& it) { return check(it); },
                          [this](const MessageRecord& it) { return check(it); },
                          [this](const Upload& it) { return check(it); },
                          [this](const UploadUseRecord& it) { return check(it); },
                          [this](const CountersRecord& it) { return check(it); },
                          [this](const BookmarkRecord& it) { return known(it.room, "bookmark"); },
                          [&](const FriendRequest& it) {
                              return distinct(it.sender, it.receiver, "friend_request",
                                              "\"sender\" and \"receiver\" are not two people");
                          },
                          [&](const BlockRecord& it) {
                              return distinct(it.user, it.blocked, "block",
                                              "\"user\" and \"blocked\" are not two people");
                          },
                          [](const FriendshipRecord& it) {
                              if (it.low < it.high) return Status{};
                              return Status(refuse_record(ErrorCode::invalid_value, "friend",
                                                          "\"low\" is not below \"high\""));
                          },
                          [](const auto&) { return Status{}; },
                      },
                      record);
}

Status ImportRules::take(const Record& record) {
    const std::string_view kind = record_kind_names[record.index()];
    if (!std::holds_alternative<CountersRecord>(record)) {
        const Key key = key_of(record);
        const bool texts = std::holds_alternative<ContextRecord>(record);
        if (texts && (key.type.empty() || key.id.empty()))
            return refuse_record(ErrorCode::invalid_value, kind, "\"type\" or \"id\" is missing");
        const bool named = is_id(key.first) && (!key.of_two || is_id(key.second));
        if (!texts && !named) {
            return refuse_record(ErrorCode::invalid_value, kind,
                                 "its key is missing, or is no number of 1 to 2^53 - 1");
        }
    }
    if (Status status = in_order(record); !status) return status;
    if (Status status = sound(record); !status) return status;
    note(record);
    return {};
}

Status ImportRules::finished() const {
    if (counted_) return {};
    return refuse_record(ErrorCode::conflict, "counters", "there is no record of them");
}

}  // namespace chatcore
