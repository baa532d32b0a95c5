#pragma once
// What the names of destinations mean, of all the systems that speak STOMP here: the one place
// where they stand.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"

namespace chatcore::gateway::stomp {

/// What can be subscribed to.
enum class Topic : std::uint8_t {
    // Of a room.
    messages,       ///< /topic/messages/{roomId}
    status,         ///< /topic/message/status/{roomId}: of one's own posts
    typing,         ///< /topic/typing/{roomId}
    active,         ///< /topic/active/{roomId}
    pins,           ///< /topic/pins/{roomId}
    room_messages,  ///< /topic/room.{roomId}, of the messenger
    room_reads,     ///< /topic/room.{roomId}.read, of the messenger
    // Of a message.
    thread,  ///< /topic/thread/{parentMessageId}
    // Of the person.
    presence,       ///< /topic/presence
    notifications,  ///< /queue/user/{userId}
    errors,         ///< /user/queue/errors, and so on
    room_updates,
    rooms,
    sync,
    thread_answers,
    chat,
    read,
    consultations,
};

/// Whether `id` of a destination is a room's.
constexpr bool is_of_room(Topic topic) {
    return topic <= Topic::room_reads;
}

struct Destination {
    Topic topic = Topic::messages;
    std::int64_t id = 0;  ///< of the room, the message or the person, where the topic is of one
    std::string person;   ///< as /user/{…}/queue/X names them: an id or an external id; else empty
};

/// Nullopt where there is none of that name, or its id is no id.
std::optional<Destination> parse_destination(std::string_view name);

/// What can be sent to.
enum class Action : std::uint8_t {
    chat,  ///< /app/chat, and so on
    edit,
    remove,
    reaction,
    pin_toggle,
    typing,
    read,
    read_all,
    thread,
    thread_messages,
    thread_detail,
    sync,
    rooms,
    active,
    group_chat,
    chat_send,  ///< /app/chat.send, of consultations and of the messenger
    chat_read,  ///< /app/chat.read
};

std::optional<Action> parse_action(std::string_view name);

}  // namespace chatcore::gateway::stomp
