#pragma once
// Threads:   any thread, several at once.
// Blocking:  no; microseconds.
// Lifetime:  outlives the Engine.
// Errors:    verify: `unauthenticated` for anything that is no valid token of ours,
//            `token_expired` for one that was.
// Checked by: contract/auth_contract.h, fuzz/jwt_fuzz.cpp

#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/user.h"
#include "chatcore/result.h"

namespace chatcore {

/// What an access token says.
struct AccessClaims {
    UserId user;
    UserRole role = UserRole::user;
    std::string family;  ///< of the log-in it came from (the `jti` up to its last dot); empty: none
    Timestamp issued_at;
    Timestamp expires_at;

    bool operator==(const AccessClaims&) const = default;
};

/// Makes and reads access tokens (JWT, RFC 7519).
class TokenSigner {
public:
    virtual ~TokenSigner() = default;

    virtual std::string sign(const AccessClaims& claims) = 0;
    /// Checks form, algorithm, signature and times against `now`, with no leeway.
    virtual Result<AccessClaims> verify(std::string_view token, Timestamp now) = 0;
};

}  // namespace chatcore
