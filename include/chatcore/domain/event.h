#pragma once
// What is told to connections. Durable events are made from outcomes; the rest are signals that may
// be lost.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/notification.h"
#include "chatcore/domain/social.h"
#include "chatcore/domain/state.h"

namespace chatcore {

/// Something durable happened in a room: the states as they are after it, the chief one first.
/// Without states it is a bare `skip`: what happened is not for this receiver.
struct RoomEvent {
    RoomId room;
    Position position;
    Position prev;
    /// Messages with an id above this are new to the receiver; others are changes of what it has.
    Position known;
    std::vector<State> states;

    bool operator==(const RoomEvent&) const = default;
};

/// The room has come to `head`, and what happened is not said: receivers that are not there read it
/// from the store.
struct HeadMoved {
    RoomId room;
    Position head;

    bool operator==(const HeadMoved&) const = default;
};

struct TypingSignal {
    RoomId room;
    UserId user;
    bool is_typing = true;

    bool operator==(const TypingSignal&) const = default;
};

/// What a person does in a room, in a word of the client's own, e.g. `ACTIVE` or `IDLE`.
struct ActivitySignal {
    RoomId room;
    UserId user;
    std::string activity;
    Timestamp at;

    bool operator==(const ActivitySignal&) const = default;
};

/// A person came or went; told in those of their rooms that are small enough.
struct PresenceSignal {
    UserId user;
    bool online = true;
    Timestamp last_seen_at;
    std::vector<RoomId> rooms;

    bool operator==(const PresenceSignal&) const = default;
};

/// A room appeared in a person's list (opened, created, invited, joined).
struct RoomGained {
    UserId user;
    RoomId room;

    bool operator==(const RoomGained&) const = default;
};

/// A person's read pointer moved in a room too large to be told of it, or by a quiet change: their
/// own devices only.
struct ReadMoved {
    UserId user;
    RoomId room;
    std::int64_t read_seq = 0;
    std::int64_t deleted_after_read = 0;
    Position as_of = {};  ///< the room's head when that was counted; 0: not known

    bool operator==(const ReadMoved&) const = default;
};

/// All access tokens of a log-in ended before their time.
struct TokensRevoked {
    UserId user;
    std::string family;

    bool operator==(const TokensRevoked&) const = default;
};

/// A person has a new notification.
struct NotificationSignal {
    UserId user;
    Notification notification;

    bool operator==(const NotificationSignal&) const = default;
};

/// A person's client has confirmed that it has received everything up to a message.
struct DeliveredSignal {
    RoomId room;
    UserId user;
    MessageId message;
    std::vector<UserId> senders;  ///< who is told: those whose messages it was

    bool operator==(const DeliveredSignal&) const = default;
};

/// A person blocks others than before. Without `blocked`, whoever has an older number looks.
struct BlocksMoved {
    UserId user;
    std::int64_t number = 0;
    std::optional<std::vector<UserId>> blocked;

    bool operator==(const BlocksMoved&) const = default;
};

/// The benchmark's unstored broadcast: `payload` is JSON as it was sent.
struct BroadcastSignal {
    RoomId room;
    std::string payload;

    bool operator==(const BroadcastSignal&) const = default;
};

struct Event {
    std::variant<RoomEvent, HeadMoved, TypingSignal, PresenceSignal, RoomGained, ReadMoved,
                 TokensRevoked, BroadcastSignal, NotificationSignal, DeliveredSignal, BlocksMoved,
                 ActivitySignal>
        what;

    bool operator==(const Event&) const = default;
};

/// Events are shared by all shards and connections of a node, and immutable.
using EventPtr = std::shared_ptr<const Event>;

/// Where an event goes on the bus: to all who listen to a room, to a person, or to everybody.
struct Channel {
    enum class Kind : std::uint8_t { room, person, presence };
    Kind kind = Kind::presence;
    std::int64_t id = 0;

    auto operator<=>(const Channel&) const = default;

    static Channel of(RoomId room) { return {Kind::room, room.value}; }
    static Channel of(UserId user) { return {Kind::person, user.value}; }
    static Channel of(const Event& event);
};

}  // namespace chatcore

template <>
struct std::hash<chatcore::Channel> {
    std::size_t operator()(chatcore::Channel channel) const noexcept {
        return std::hash<chatcore::RoomId>{}({channel.id * 3 + static_cast<int>(channel.kind)});
    }
};
