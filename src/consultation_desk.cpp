#include "consultation_desk.h"

#include <algorithm>
#include <map>
#include <utility>

#include "utc_only.h"

namespace chatcore {

namespace {

constexpr std::string_view number_mark = "{requestIdx}";
constexpr std::string_view time_mark = "{time}";

std::string put(std::string_view pattern, std::string_view mark, std::string_view value) {
    std::string out(pattern);
    if (const auto at = out.find(mark); at != std::string::npos)
        out.replace(at, mark.size(), value);
    return out;
}

std::string numbered(std::string_view pattern, RoomId room) {
    return put(pattern, number_mark, std::to_string(room.value));
}

/// Whether the mark stands in it once, and nothing else is in braces.
bool has_marks(std::string_view pattern, bool timed) {
    std::string rest(pattern);
    for (const std::string_view mark : {number_mark, time_mark}) {
        const auto at = rest.find(mark);
        if (at == std::string::npos) {
            if (mark == number_mark || timed) return false;
            continue;
        }
        if (mark == time_mark && !timed) return false;
        rest.erase(at, mark.size());
    }
    return rest.find_first_of("{}") == std::string::npos;
}

/// People by id, with what they are called.
class Callings {
public:
    Callings(Profiles& profiles, Store& store, std::vector<UserId> users) {
        std::sort(users.begin(), users.end());
        users.erase(std::unique(users.begin(), users.end()), users.end());
        Status status;  // without names is better than not at all
        for (Profile& profile : profiles.find(store, users, status))
            known_[profile.id] = std::move(profile);
    }
    std::string code(UserId user) const {
        const auto it = known_.find(user);
        const bool coded = it != known_.end() && !it->second.external_id.empty();
        return coded ? it->second.external_id : std::to_string(user.value);
    }
    std::string name(UserId user) const {
        const auto it = known_.find(user);
        const bool named = it != known_.end() && !it->second.nickname.empty();
        return named ? it->second.nickname : code(user);
    }

private:
    std::map<UserId, Profile> known_;
};

}  // namespace

Status check(const ConsultationOptions& options) {
    if (!options.transcript_template.empty()) {
        Result<TranscriptLayout> layout = TranscriptLayout::parse(options.transcript_template);
        if (!layout) return unexpected(layout.error());
    }
    const auto fault = [](const char* name, const char* why) {
        return unexpected(ErrorCode::invalid_value, name, why);
    };
    const RoomId greatest{id_max};
    if (!has_marks(options.archive_name, false) ||
        !is_blob_name(numbered(options.archive_name, greatest)))
        return fault("archive_name", "it must name a file, with {requestIdx} once");
    const std::string name = numbered(options.snapshot_name, greatest);
    const bool ordered =
        options.snapshot_name.find(number_mark) < options.snapshot_name.find(time_mark);
    if (!has_marks(options.snapshot_name, true) || !ordered ||
        !is_blob_name(put(name, time_mark, "20251024143022")))
        return fault("snapshot_name", "it must name a file, with {requestIdx} and {time} behind");
    // Else 1's snapshots begin like 12's.
    if (options.snapshot_name.find(std::string(number_mark) + std::string(time_mark)) !=
        std::string::npos)
        return fault("snapshot_name", "something must stand between {requestIdx} and {time}");
    if (!is_blob_prefix(name.substr(0, name.find(time_mark))))
        return fault("snapshot_name", "{time} must not stand behind a dot");
    if (!has_marks(options.hot_key, false))
        return fault("hot_key", "it must have {requestIdx} once");
    return {};
}

std::string what_was_said(const Message& message) {
    std::string words = message.content;
    if (words.empty() && message.forwarded_from) words = message.forwarded_from->content;
    const char* before = words.empty() ? "" : "\n";
    for (const Attachment& attachment : message.attachments) {
        words += std::exchange(before, ", ");
        words += attachment.name.empty() ? attachment.url : attachment.name;
    }
    return words;
}

ConsultationDesk::ConsultationDesk(Node& of, ConsultationOptions chosen, const TimeZones* known)
    : node(of),
      options(std::move(chosen)),
      layout(options.transcript_template.empty()
                 ? TranscriptLayout::korean()
                 : *TranscriptLayout::parse(options.transcript_template)),
      zones(known != nullptr ? *known : utc_only),
      zone(zones.known(options.time_zone) ? options.time_zone : std::string()) {}

LocalTime ConsultationDesk::local(Timestamp at) const {
    Result<LocalTime> found = zones.to_local(at, zone);
    return found ? *found : LocalTime{at.time_since_epoch()};
}

std::string ConsultationDesk::archive_name(RoomId room) const {
    return numbered(options.archive_name, room);
}
std::string ConsultationDesk::snapshot_name(RoomId room, LocalTime at) const {
    return put(numbered(options.snapshot_name, room), time_mark, compact_text(at));
}
std::string ConsultationDesk::snapshot_prefix(RoomId room) const {
    const std::string name = numbered(options.snapshot_name, room);
    return name.substr(0, name.find(time_mark));
}
std::string ConsultationDesk::hot_key(RoomId room) const {
    return numbered(options.hot_key, room);
}

TranscriptHead ConsultationDesk::head(const Room& room) const {
    return {room.id, room.consultation ? room.consultation->title : std::string(),
            local(node.clock.now()), room.totals.all};
}

TranscriptEntry ConsultationDesk::entry(Utterance said) const {
    return {local(said.sent_at), std::move(said.sender_name), std::move(said.sender_code),
            std::move(said.content)};
}

std::vector<Utterance> ConsultationDesk::utterances(Store& store,
                                                    std::span<const Message> messages) const {
    std::vector<UserId> senders;
    for (const Message& message : messages) senders.push_back(message.sender);
    const Callings callings(node.profiles, store, std::move(senders));
    std::vector<Utterance> said;
    for (const Message& message : messages) {
        if (message.deleted_at) continue;
        said.push_back({callings.code(message.sender), callings.name(message.sender),
                        what_was_said(message), message.created_at});
    }
    return said;
}

std::vector<ConsultationView> ConsultationDesk::views(Store& store, std::vector<Room> rooms) const {
    std::vector<UserId> people;
    for (const Room& room : rooms) {
        people.push_back(room.consultation->requester);
        people.push_back(room.consultation->recipient);
    }
    const Callings callings(node.profiles, store, std::move(people));
    std::vector<ConsultationView> views;
    for (Room& room : rooms) {
        const Consultation& consultation = *room.consultation;
        std::string requester = callings.code(consultation.requester);
        std::string recipient = callings.code(consultation.recipient);
        views.push_back({std::move(room), std::move(requester), std::move(recipient)});
    }
    return views;
}

ConsultationView ConsultationDesk::view(Store& store, Room room) const {
    std::vector<Room> one;
    one.push_back(std::move(room));
    return std::move(views(store, std::move(one)).front());
}

Result<std::vector<Utterance>> ConsultationDesk::everything(Store& store, RoomId room,
                                                            int messages_max) const {
    std::vector<Utterance> said;
    HistoryQuery query{.room = room, .after = Position{}, .limit = transcript_page};
    for (;;) {
        Result<History> page = store.messages().history(query, std::nullopt);
        if (!page) return unexpected(page.error());
        for (Utterance& one : utterances(store, page->messages)) said.push_back(std::move(one));
        if (std::ssize(said) > messages_max) return unexpected(ErrorCode::too_large, "messages");
        if (!page->has_more || page->messages.empty()) return said;
        query.after = position_of(page->messages.back().id);
    }
}

Result<Room> consultation_in(Store& store, RoomId id) {
    Result<std::optional<Room>> room = store.rooms().find(id);
    if (!room) return unexpected(room.error());
    if (*room && (*room)->deleted_at) return unexpected(ErrorCode::room_deleted);
    if (!*room || !(*room)->consultation) return unexpected(ErrorCode::not_found, "consultation");
    return std::move(**room);
}

}  // namespace chatcore
