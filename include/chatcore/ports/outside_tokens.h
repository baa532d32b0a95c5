#pragma once
// Threads:   any thread, several at once.
// Blocking:  no; up to a tenth of a millisecond, for public keys.
// Lifetime:  outlives the Engine.
// Errors:    `unauthenticated` for anything that is no valid token of theirs, `token_expired` for
//            one that was.
// Checked by: unit/outside_tokens_test.cpp, fuzz/jwt_fuzz.cpp

#include <optional>
#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/user.h"
#include "chatcore/result.h"

namespace chatcore {

/// What a token of somebody else's identity provider says.
struct OutsideClaims {
    std::string person;             ///< who it is of, as the provider names them; 1 to 254 bytes
    std::string nickname;           ///< UTF-8, of any length; empty: it says none
    std::optional<UserRole> role;   ///< the highest that it says and that is one of ours
    bool email_unverified = false;  ///< it says that it has not seen to the email
    Timestamp issued_at;
    Timestamp expires_at;  ///< until when it is accepted

    bool operator==(const OutsideClaims&) const = default;
};

/// Reads tokens that somebody else signs.
class OutsideTokens {
public:
    virtual ~OutsideTokens() = default;

    /// Checks form, algorithm, signature, issuer, audience, and the times against `now`.
    virtual Result<OutsideClaims> verify(std::string_view token, Timestamp now) = 0;
};

}  // namespace chatcore
