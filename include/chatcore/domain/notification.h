#pragma once
// What a person is told in their inbox.

#include <optional>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/user.h"

namespace chatcore {

/// Ids ascend in the order in which the store took them.
using NotificationId = Id<struct NotificationTag>;

enum class NotificationKind : std::uint8_t {
    mention,          ///< named in a message
    reply,            ///< somebody answered in the thread of one's message
    reaction,         ///< to one's message
    friend_request,   ///< somebody wants to be friends
    friend_accepted,  ///< a request of one's own was accepted
    invitation,       ///< into a group
    consultation,     ///< its state changed
};

struct Notification {
    NotificationId id;
    NotificationKind kind = NotificationKind::mention;
    Timestamp at;
    bool read = false;
    UserId actor;  ///< who caused it
    std::optional<RoomId> room;
    std::optional<MessageId> message;
    std::optional<Profile> actor_profile;  ///< filled in by the engine

    bool operator==(const Notification&) const = default;
};

/// A notification to be. Receiver, kind and cause name it for ever: a second one of the same three
/// is not taken.
struct NewNotification {
    UserId receiver;
    NotificationKind kind = NotificationKind::mention;
    /// The position of the message or change, or the id of the request, behind it; of a reaction a
    /// digest of message and person.
    std::int64_t cause = 0;
    Timestamp at;
    UserId actor;
    std::optional<RoomId> room = {};
    std::optional<MessageId> message = {};

    bool operator==(const NewNotification&) const = default;
};

/// One that was taken, and by whom it is to be read.
struct Notified {
    UserId receiver;
    Notification notification;

    bool operator==(const Notified&) const = default;
};

}  // namespace chatcore
