#pragma once
// Threads:   any thread, several at once.
// Blocking:  yes, 50 ms and more by design; called on a worker of its own.
// Lifetime:  outlives the Engine.
// Errors:    `internal` where the library refuses.
// Checked by: contract/auth_contract.h

#include <string>
#include <string_view>

#include "chatcore/result.h"

namespace chatcore {

/// Slow, salted hashes of passwords.
class PasswordHasher {
public:
    virtual ~PasswordHasher() = default;

    /// The hash with its salt and cost in one text (crypt(5)). Password: 8 to 72 bytes, checked by
    /// the caller.
    virtual Result<std::string> hash(std::string_view password) = 0;
    /// Whether the password made the hash, in constant time; false for a hash of unknown form.
    virtual bool verify(std::string_view password, std::string_view hash) = 0;
};

}  // namespace chatcore
