#pragma once
// Threads:   any thread, several at once.
// Blocking:  no.
// Lifetime:  outlives the Engine.
// Errors:    none.
// Checked by: contract/auth_contract.h

#include <string>
#include <string_view>

namespace chatcore {

/// SHA-256 (FIPS 180-4): how secrets are kept that need no salt, being random themselves.
class Digest {
public:
    virtual ~Digest() = default;

    /// 64 lower-case hexadecimal digits.
    virtual std::string digest(std::string_view bytes) = 0;
};

}  // namespace chatcore
