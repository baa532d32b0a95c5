#pragma once
// Decides what becomes of a change between two people. The one implementation of it, for every
// store: an adapter loads the bond, and saves what differs afterwards.

#include "chatcore/domain/social.h"
#include "chatcore/result.h"

namespace chatcore {

/// What the rules ask of an adapter, inside its transaction. Errors end it.
class SocialRows {
public:
    virtual ~SocialRows() = default;

    /// One that waits.
    virtual Result<std::optional<FriendRequest>> request(FriendRequestId id) = 0;
    virtual Result<Bond> bond(UserId actor, UserId other) = 0;
    virtual Result<FriendRequestId> draw_request_id() = 0;
    /// Writes what `after` has otherwise than `before`.
    virtual Status save(const Bond& before, const Bond& after) = 0;
};

/// To be called inside a transaction, which the caller commits when this succeeds and rolls back
/// when it does not.
Result<SocialOutcome> apply_social(SocialRows& rows, const SocialChange& change);

}  // namespace chatcore
