#pragma once
// JSON Web Tokens signed with HMAC and SHA-256.

#include <cstddef>
#include <memory>

#include "chatcore/ports/random.h"
#include "chatcore/ports/token_signer.h"

namespace chatcore {

/// JWT (RFC 7519) as compact JWS (RFC 7515) with the algorithm HS256 (RFC 7518) and no other.
/// Claims: `sub` the user's id as a string of digits, `role` one of user, seller, admin, `jti` the
/// family, a dot and a part that makes it unique (the latter alone without a family), `iat` and
/// `exp` in whole seconds, rounded down. All of them must be there when a token is verified; `sub`
/// may then be a number, times may have fractions, and an `nbf` is heeded. A header with `crit` is
/// refused, as are claims that come twice. Threads: any, several at once.
class JwtSigner final : public TokenSigner {
public:
    /// RFC 7518 section 3.2: a key no shorter than the hash.
    static constexpr std::size_t secret_bytes_min = 32;
    static constexpr std::size_t token_bytes_max = 4'096;

    /// `invalid_value` ("secret") for one that is too short, `internal` where OpenSSL has no HMAC.
    /// `random` must outlive the signer.
    static Result<std::unique_ptr<JwtSigner>> create(std::string_view secret, Random& random);
    ~JwtSigner() override;

    /// Empty for want of memory only.
    std::string sign(const AccessClaims& claims) override;
    Result<AccessClaims> verify(std::string_view token, Timestamp now) override;

private:
    struct Key;
    JwtSigner(std::unique_ptr<Key> key, Random& random);

    std::unique_ptr<Key> key_;
    Random& random_;
};

}  // namespace chatcore
