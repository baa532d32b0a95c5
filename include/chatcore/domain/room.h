#pragma once
// Rooms and the people in them.

#include <optional>
#include <string>
#include <utility>

#include "chatcore/domain/consultation.h"
#include "chatcore/domain/ids.h"
#include "chatcore/domain/message.h"
#include "chatcore/domain/user.h"

namespace chatcore {

enum class RoomKind : std::uint8_t { direct, group };

/// What a room is about, e.g. (product, 17). Type: 1 to 40 of `a-z 0-9 _ -`; id: 1 to 64 code
/// points.
struct Context {
    std::string type;
    std::string id;

    auto operator<=>(const Context&) const = default;
};

/// The key of a direct room: an unordered pair of people and a context. `low < high` always.
struct DirectKey {
    UserId low;
    UserId high;
    std::optional<Context> context;

    auto operator<=>(const DirectKey&) const = default;

    static DirectKey of(UserId a, UserId b, std::optional<Context> context) {
        return {a < b ? a : b, a < b ? b : a, std::move(context)};
    }
};

/// The last message as the room list shows it.
struct Preview {
    MessageId id;
    UserId sender;
    MessageType type = MessageType::text;
    std::string content;  ///< the first 100 code points
    Timestamp created_at;
    std::string sender_nickname;  ///< filled in by the engine

    bool operator==(const Preview&) const = default;
};

/// One text for all, above the messages.
struct Notice {
    std::string content;
    UserId by;
    Timestamp at;

    bool operator==(const Notice&) const = default;
};

/// How many messages a room has, tombstones not counted. Kept with every post and deletion.
struct MessageTotals {
    std::int64_t all = 0;
    std::int64_t media = 0;  ///< images and videos
    std::int64_t files = 0;

    void count(MessageType type, int by) {
        all += by;
        if (type == MessageType::image || type == MessageType::video) media += by;
        if (type == MessageType::file) files += by;
    }
    bool operator==(const MessageTotals&) const = default;
};

struct Room {
    RoomId id;
    RoomKind kind = RoomKind::group;
    std::string title;      ///< empty for direct rooms
    std::string image_url;  ///< of a group; empty: none
    bool open = false;      ///< a group that anybody may join
    std::optional<Context> context;
    std::optional<DirectKey> direct;  ///< set for direct rooms, until they are deleted
    UserId created_by;
    std::string metadata;  ///< a JSON object of the host's own, up to 4 KiB; empty: none
    Timestamp created_at;
    Timestamp updated_at;  ///< when `changed_at` last moved
    Position changed_at;   ///< of the room itself; its counters and preview do not move it
    /// Set for a room that was deleted for everybody: its id and what it was about are kept, all
    /// else is gone.
    std::optional<Timestamp> deleted_at;

    std::optional<Notice> notice;
    std::int32_t pin_count = 0;

    std::int64_t participant_count = 0;
    std::int64_t last_seq = 0;  ///< seq of the newest message, deleted or not
    MessageTotals totals;
    Position head;                   ///< position of the last change in the room
    std::optional<Preview> preview;  ///< of the newest message
    Timestamp last_activity_at;
    std::optional<Consultation> consultation;  ///< of a direct room that is one

    bool operator==(const Room&) const = default;
};

enum class MemberRole : std::uint8_t { owner, admin, member };

/// A person's membership of a room, kept when they leave.
struct Member {
    RoomId room;
    UserId user;
    MemberRole role = MemberRole::member;
    bool active = true;
    bool removed = false;  ///< somebody else ended it: coming back needs an invitation
    bool banned = false;   ///< and was told not to come back
    bool silent = false;   ///< left, and wants to hear no more
    Timestamp joined_at;
    std::optional<Timestamp> left_at;
    Position read_position;     ///< the last message read; 0: none
    std::int64_t read_seq = 0;  ///< its seq
    std::optional<Timestamp> read_at;
    /// Where the pointer moved last by a reading that was told, not by a post; 0: never.
    Position read_told_at;
    Position changed_at;
    std::optional<Timestamp> gagged_until;  ///< may not post or edit before
    bool favorite = false;  ///< this and the next are the person's own, and told to nobody
    bool muted = false;     ///< wants no pushes

    /// How many messages after the read pointer are deleted; filled in where a change of the
    /// pointer is answered, so that unread can be told without asking again.
    std::int64_t deleted_after_read = 0;
    /// The person as others see them; filled in by the engine.
    std::string nickname;
    std::string profile_image_url;

    bool operator==(const Member&) const = default;
};

/// Whether the person has read on, for whoever knows the room as it was at `known`. A member may
/// also change in other ways, and in a room too large for it nobody is told of reading.
inline bool has_read_since(const Member& member, Position known) {
    return member.read_told_at > known;
}

/// Whether the person, who has left, still hears of new messages: not where somebody else ended it,
/// or they asked to hear no more.
inline bool lingers(const Member& member) {
    return !member.active && !member.removed && !member.silent;
}

/// Up to where a person's client has confirmed receipt in a room.
struct DeliveryPointer {
    RoomId room;
    UserId user;
    MessageId message;

    bool operator==(const DeliveryPointer&) const = default;
};

/// A room as one person sees it in their list.
struct RoomView {
    Room room;
    std::int64_t unread_count = 0;
    Position read_position;
    MemberRole role = MemberRole::member;
    Timestamp joined_at{};  ///< when they first came
    bool active = true;
    bool removed = false;  ///< as in Member, of who is not active
    bool silent = false;
    bool favorite = false;
    bool muted = false;
    std::optional<UserId> peer;           ///< the other person of a direct room
    std::optional<Profile> peer_profile;  ///< filled in by the engine

    bool operator==(const RoomView&) const = default;
};

/// What a connection's index needs to know of one of the rooms that its person is in, or has left
/// and still hears of.
struct Membership {
    RoomId room;
    RoomKind kind = RoomKind::group;
    Position head;
    Position left;  ///< where the person left; 0: they are in
    std::int64_t last_seq = 0;
    std::int64_t read_seq = 0;
    std::int64_t deleted_after_read = 0;
    std::int64_t participant_count = 0;
    std::optional<Preview> preview;
    Timestamp last_activity_at;

    std::int64_t unread_count() const { return last_seq - read_seq - deleted_after_read; }
    bool operator==(const Membership&) const = default;
};

}  // namespace chatcore
