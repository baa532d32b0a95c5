#include "gateway/stomp/destination.h"

#include <array>
#include <charconv>
#include <utility>

namespace chatcore::gateway::stomp {

namespace {

std::optional<std::int64_t> id_of(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || value <= 0 || value > id_max) return std::nullopt;
    return value;
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<Destination> of_id(Topic topic, std::string_view text) {
    const auto id = id_of(text);
    if (!id) return std::nullopt;
    return Destination{.topic = topic, .id = *id, .person = {}};
}

std::optional<Destination> own_queue(std::string_view name, std::string_view person) {
    constexpr std::array<std::pair<std::string_view, Topic>, 8> queues = {{
        {"errors", Topic::errors},
        {"room-updates", Topic::room_updates},
        {"rooms", Topic::rooms},
        {"sync", Topic::sync},
        {"thread", Topic::thread_answers},
        {"chat", Topic::chat},
        {"read", Topic::read},
        {"consultations", Topic::consultations},
    }};
    for (const auto& [queue, topic] : queues) {
        if (queue == name)
            return Destination{.topic = topic, .id = 0, .person = std::string(person)};
    }
    return std::nullopt;
}

/// `/topic/room.{roomId}` and `/topic/room.{roomId}.read`, without what they begin with.
std::optional<Destination> of_messenger(std::string_view rest) {
    constexpr std::string_view read = ".read";
    if (!rest.ends_with(read)) return of_id(Topic::room_messages, rest);
    rest.remove_suffix(read.size());
    return of_id(Topic::room_reads, rest);
}

}  // namespace

std::optional<Destination> parse_destination(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Topic>, 7> of_ids = {{
        {"/topic/messages/", Topic::messages},
        {"/topic/message/status/", Topic::status},
        {"/topic/typing/", Topic::typing},
        {"/topic/active/", Topic::active},
        {"/topic/pins/", Topic::pins},
        {"/topic/thread/", Topic::thread},
        {"/queue/user/", Topic::notifications},
    }};
    std::string_view rest = name;
    for (const auto& [prefix, topic] : of_ids) {
        if (take(rest, prefix)) return of_id(topic, rest);
    }
    if (name == "/topic/presence")
        return Destination{.topic = Topic::presence, .id = 0, .person = {}};
    if (take(rest, "/topic/room.")) return of_messenger(rest);
    if (take(rest, "/user/queue/")) return own_queue(rest, {});
    if (!take(rest, "/user/")) return std::nullopt;
    constexpr std::string_view queue = "/queue/";
    const std::size_t at = rest.rfind(queue);
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    return own_queue(rest.substr(at + queue.size()), rest.substr(0, at));
}

std::optional<Action> parse_action(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Action>, 17> actions = {{
        {"chat", Action::chat},
        {"edit", Action::edit},
        {"delete", Action::remove},
        {"reaction", Action::reaction},
        {"pin/toggle", Action::pin_toggle},
        {"typing", Action::typing},
        {"read", Action::read},
        {"read-all", Action::read_all},
        {"thread", Action::thread},
        {"thread/messages", Action::thread_messages},
        {"thread/detail", Action::thread_detail},
        {"sync", Action::sync},
        {"rooms", Action::rooms},
        {"active", Action::active},
        {"group-chat", Action::group_chat},
        {"chat.send", Action::chat_send},
        {"chat.read", Action::chat_read},
    }};
    if (!take(name, "/app/")) return std::nullopt;
    for (const auto& [action, value] : actions) {
        if (action == name) return value;
    }
    return std::nullopt;
}

}  // namespace chatcore::gateway::stomp
