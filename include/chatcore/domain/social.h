#pragma once
// What stands between people: friendships, requests for one, blocks.

#include <optional>
#include <variant>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/user.h"

namespace chatcore {

/// Of a request to be friends; ids ascend with time.
using FriendRequestId = Id<struct FriendRequestTag>;

enum class FriendRequestStatus : std::uint8_t { pending, accepted, rejected };

/// A wish to be friends. Only those that wait for an answer are kept; the other statuses are told
/// to who gave the answer.
struct FriendRequest {
    FriendRequestId id;
    UserId sender;
    UserId receiver;
    Timestamp at;
    FriendRequestStatus status = FriendRequestStatus::pending;
    std::optional<Profile> other;  ///< the one of the two who does not ask; filled in by the engine

    bool operator==(const FriendRequest&) const = default;
};

struct Friend {
    UserId user;
    Timestamp since;
    std::optional<Profile> profile;  ///< filled in by the engine

    bool operator==(const Friend&) const = default;
};

/// Somebody whom a person has blocked.
struct Block {
    UserId user;
    Timestamp since;
    std::optional<Profile> profile;  ///< filled in by the engine

    bool operator==(const Block&) const = default;
};

/// All whom a person blocks. Each change of it draws a number, so that of two sets the one with the
/// greater number is the later; 0: never changed.
struct BlockSet {
    UserId user;
    std::int64_t number = 0;
    std::vector<UserId> blocked;  ///< by id

    bool operator==(const BlockSet&) const = default;
};

/// Whose block sets have changed since a cursor of the same store.
struct BlockMoves {
    struct Move {
        UserId user;
        std::int64_t number = 0;
        bool operator==(const Move&) const = default;
    };
    std::vector<Move> moves;  ///< by number
    std::int64_t cursor = 0;

    bool operator==(const BlockMoves&) const = default;
};

/// Somebody whom a person may know.
struct Recommendation {
    UserId user;
    std::int64_t mutual_friends = 0;  ///< friends of both; 0 beyond a depth of 2
    int depth = 2;                    ///< length of the shortest chain of friends; at least 2
    std::optional<Profile> profile;   ///< filled in by the engine

    bool operator==(const Recommendation&) const = default;
};

/// All that stands between two people, as the actor sees it.
struct Bond {
    UserId actor;
    UserId other;
    std::optional<Timestamp> friends_since;
    std::optional<FriendRequest> request;   ///< the one that waits, of either; never two
    std::optional<Timestamp> blocks_since;  ///< the actor has blocked the other
    bool blocked_by_other = false;

    bool blocked() const { return blocks_since.has_value() || blocked_by_other; }
    bool operator==(const Bond&) const = default;
};

/// Asks to be friends. Where the other's request waits already, it is accepted. Errors:
/// `invalid_value` (oneself), `blocked` (either way), `conflict` (friends already). A request that
/// waits already is answered as it is.
struct RequestFriend {
    UserId other;
};

/// The receiver's answer. `not_found` (request) for who is not the receiver; accepting is refused
/// with `blocked` while either has blocked the other.
struct AnswerRequest {
    FriendRequestId request;
    bool accept = true;
};

/// Without effect where the two are no friends.
struct EndFriendship {
    UserId other;
};

/// Blocks or unblocks. A block ends a friendship, and takes back requests of either. The same again
/// changes nothing. Errors: `invalid_value` (oneself).
struct SetBlock {
    UserId other;
    bool present = true;
};

/// What a person does to what stands between them and another.
struct SocialChange {
    UserId actor;
    Timestamp at;
    std::variant<RequestFriend, AnswerRequest, EndFriendship, SetBlock> what;
};

struct SocialOutcome {
    bool changed = false;
    Bond bond;                             ///< as it is now
    std::optional<FriendRequest> request;  ///< the one that was made, found waiting, or answered
};

}  // namespace chatcore
