#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    those of the changes in domain/social.h, `unavailable`, `timeout`, `corrupt`; nothing
//            found is an empty answer.
// Checked by: contract/social_contract.h

#include <vector>

#include "chatcore/domain/social.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// A cut of the people whom one may know: mutual friends first, then id.
struct RecommendationQuery {
    int skip = 0;    ///< 0 to `skip_max`
    int limit = 50;  ///< 1 to 100
    int depth = 3;   ///< 2 to `depth_max`: how long a chain of friends may be

    /// Bounded, so that one page never costs a walk over everybody.
    static constexpr int skip_max = 1'000;
    static constexpr int depth_max = 6;
};

/// Friends, requests and blocks. No room orders them, so this writes for itself; each write is
/// durable when it returns.
class SocialStore {
public:
    virtual ~SocialStore() = default;

    /// Decides the change and does it, in one transaction; a refusal changes nothing. Of two
    /// people who ask each other at once, the second accepts.
    virtual Result<SocialOutcome> apply(const SocialChange& change) = 0;

    /// By user id.
    virtual Result<Page<Friend>> friends(UserId user, UserId after, int limit) = 0;
    enum class Direction : std::uint8_t { in, out };
    /// The requests that wait, newest first: those that the person was sent (`in`), or sent. Goes
    /// on below `before`; 0 is the beginning.
    virtual Result<Page<FriendRequest>> requests(UserId user, Direction direction,
                                                 FriendRequestId before, int limit) = 0;
    /// Whom the person has blocked, by user id.
    virtual Result<Page<Block>> blocks(UserId user, UserId after, int limit) = 0;
    /// Whether either has blocked the other.
    virtual Result<bool> blocked_between(UserId one, UserId other) = 0;
    /// All whom the person blocks.
    virtual Result<BlockSet> block_set(UserId user) = 0;
    /// Whose block sets have changed since the cursor, each once, at most `limit`; cursor -1 starts
    /// from now and gives none. May give one again, never leaves one out.
    virtual Result<BlockMoves> blocks_moved_since(std::int64_t cursor, int limit) = 0;
    /// Found by breadth-first search over friends of friends, without the person, their friends,
    /// and those with whom a request waits or a block stands, either way. One query. Beyond depth 2
    /// it searches only where nearer people do not fill the page.
    virtual Result<std::vector<Recommendation>> recommendations(
        UserId user, const RecommendationQuery& query) = 0;
};

}  // namespace chatcore
