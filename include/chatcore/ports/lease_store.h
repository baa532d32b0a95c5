#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout` (may be tried again: a repeat by the same owner gives the
//            same token), `corrupt`.
// Checked by: contract/schedule_contract.h

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "chatcore/domain/ids.h"
#include "chatcore/result.h"

namespace chatcore {

/// Proof of having held a lease. What was written under a greater token of the same lease makes
/// writes under this one be refused: the holder may have slept through the end of its lease.
struct Fence {
    std::string lease;  ///< 1 to 64 bytes
    std::int64_t token = 0;

    bool operator==(const Fence&) const = default;
};

/// Work that one node of a deployment does at a time. A lease ends by itself, by the clocks of
/// those who ask for it; so it saves work, and only the token makes safe. Each write is durable
/// when it returns.
class LeaseStore {
public:
    virtual ~LeaseStore() = default;

    /// Takes the lease until `now + ttl`: where it is free, has ended, or is the owner's already.
    /// Gives its token: 1 at first, one more at each change of owner, the same for the same owner;
    /// nullopt while somebody else holds it. A release counts as a change.
    virtual Result<std::optional<std::int64_t>> acquire(const std::string& lease,
                                                        const std::string& owner, Timestamp now,
                                                        std::chrono::milliseconds ttl) = 0;
    /// Lets it last until `now + ttl`, also where it had ended and nobody took it; false where it
    /// is not the owner's any more, or has another token.
    virtual Result<bool> renew(const Fence& fence, const std::string& owner, Timestamp now,
                               std::chrono::milliseconds ttl) = 0;
    /// Frees it at once. No effect where the token is not the present one.
    virtual Status release(const Fence& fence) = 0;
};

}  // namespace chatcore
