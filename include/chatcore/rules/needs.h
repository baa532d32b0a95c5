#pragma once
// What a batch of changes asks its store for: the keys of rows, named once each. Threads: any.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chatcore/domain/attachment.h"
#include "chatcore/domain/ids.h"

namespace chatcore {

struct MemberKey {
    RoomId room;
    UserId user;
    bool operator==(const MemberKey&) const = default;
};

/// What makes a post the same post.
struct PostKey {
    UserId sender;
    ClientKey key;
    bool operator==(const PostKey&) const = default;
};

struct PostMark {
    MessageId message;
    std::uint64_t digest = 0;
};

/// A message by what counting needs of it.
struct MessageMark {
    MessageId message;
    std::int64_t seq = 0;
};

/// A nickname in a room; folded (`text::fold`).
struct NameKey {
    RoomId room;
    std::string folded;
    bool operator==(const NameKey&) const = default;
};

struct MemberKeyHash {
    std::size_t operator()(const MemberKey& key) const noexcept {
        return std::hash<RoomId>{}(key.room) * 31 + std::hash<UserId>{}(key.user);
    }
};
struct PostKeyHash {
    std::size_t operator()(const PostKey& key) const noexcept {
        return std::hash<UserId>{}(key.sender) ^ std::hash<ClientKey>{}(key.key);
    }
};

struct NameKeyHash {
    std::size_t operator()(const NameKey& key) const noexcept {
        return std::hash<RoomId>{}(key.room) * 31 + std::hash<std::string>{}(key.folded);
    }
};

/// A nickname that more people than this have, in or out of the room, names nobody: so that finding
/// whom it names costs the same in every deployment.
inline constexpr int namesakes_max = 1'000;
/// How many members of one name are told apart.
inline constexpr int members_named_max = 8;

/// Rows to be loaded, each named once.
struct Needs {
    std::vector<RoomId> rooms;
    std::vector<MemberKey> members;
    std::vector<MessageId> messages;
    std::vector<PostKey> posts;
    /// Rooms that something is said in: of those that are direct, whether either of the two has
    /// blocked the other. Each is among `rooms`, or was loaded before.
    std::vector<RoomId> said_in = {};
    /// Nicknames that are looked for among the members of a room: of each, up to
    /// `members_named_max` of those who have it and are or were members, the active ones first;
    /// nobody where more than `namesakes_max` accounts have it.
    std::vector<NameKey> names = {};
    std::vector<AttachmentId> uploads = {};
};

}  // namespace chatcore
