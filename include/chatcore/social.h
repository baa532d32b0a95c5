#pragma once
// Friends, blocks, and whom one may know.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <memory>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/social.h"
#include "chatcore/ports/social_store.h"
#include "chatcore/task.h"

namespace chatcore {

class Store;
class RecommendationCache;
struct Node;

class Social {
public:
    explicit Social(Node& node);
    ~Social();

    /// Asks to be friends, and tells the other; where the other has asked already, they are friends
    /// (status `accepted`). Errors: `not_found` (user), `invalid_value` (oneself), `blocked`,
    /// `conflict` (friends already), `too_many` (changes).
    void request(Caller caller, UserId other, Completion<FriendRequest> done);
    /// The answer to a request that the caller was sent; who asked is told when it is accepted.
    /// Errors: `not_found` (request), `blocked`.
    void answer(Caller caller, FriendRequestId request, bool accept,
                Completion<FriendRequest> done);
    /// Ends a friendship; ok where there is none.
    void remove_friend(Caller caller, UserId other, Completion<Bond> done);
    /// Blocks or unblocks somebody. A block ends a friendship and takes back requests; while it
    /// lasts, no direct room of the two can be opened or posted to, and neither can ask to be
    /// friends, and in groups the caller is not shown what the other says (see
    /// rules/concealment.h): on this node from the answer on, on others as soon as the bus or the
    /// next sweep has told them. The caller's connections read anew what has changed by it
    /// (Peer::resumed, truncated). Errors: `not_found` (user), `invalid_value` (oneself),
    /// `too_many` (blocks: `limits.blocks_max`; changes).
    void block(Caller caller, UserId other, bool present, Completion<Bond> done);

    /// By user id; limit 1 to 100, else `malformed`, here and below.
    void friends(Caller caller, UserId after, int limit, Completion<Page<Friend>> done);
    /// Those that wait, newest first.
    void requests(Caller caller, SocialStore::Direction direction, FriendRequestId before,
                  int limit, Completion<Page<FriendRequest>> done);
    void blocks(Caller caller, UserId after, int limit, Completion<Page<Block>> done);
    /// Up to `limits.recommendation_depth` friendships away, most mutual friends first. `skip` up
    /// to RecommendationQuery::skip_max, else `malformed`. Kept for `limits.recommendation_ttl`, or
    /// until something changes between the caller and another on this node.
    void recommendations(Caller caller, int skip, int limit,
                         Completion<std::vector<Recommendation>> done);

private:
    /// Applies the change, and tells whom it concerns.
    Result<SocialOutcome> apply(Store& store, const SocialChange& change);
    void tell(const SocialOutcome& outcome, Timestamp at);
    Result<Bond> set_block(Store& store, UserId user, UserId other, bool present);

    Node& node_;
    std::unique_ptr<RecommendationCache> recommended_;
};

}  // namespace chatcore
