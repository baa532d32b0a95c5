#pragma once
// Threads:   one call at a time per worker; several workers at once.
// Blocking:  may block a worker; never called on an I/O thread.
// Lifetime:  outlives the Engine.
// Errors:    `unavailable`; the engine then shows people without a nickname rather than hold a
//            message back.
// Checked by: contract/store_contract.h (the directory made from accounts)

#include <span>
#include <vector>

#include "chatcore/domain/user.h"
#include "chatcore/result.h"

namespace chatcore {

/// Who people are. The host's own users, or the accounts kept here.
class UserDirectory {
public:
    virtual ~UserDirectory() = default;

    /// The profiles of those that exist, in any order; unknown ids are left out. The span has at
    /// most 1,000 ids.
    virtual Result<std::vector<Profile>> find(std::span<const UserId> users) = 0;
};

}  // namespace chatcore
