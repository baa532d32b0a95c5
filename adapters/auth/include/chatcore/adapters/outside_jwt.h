#pragma once
// JSON Web Tokens of somebody else's identity provider.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "chatcore/ports/outside_tokens.h"

namespace chatcore {

struct OutsideJwtOptions {
    std::string issuer = {};          ///< what `iss` must be; empty: it is not looked at
    std::string audience = {};        ///< what `aud` must be, or have among others; empty: as above
    std::chrono::seconds leeway{60};  ///< by how much their clock may differ from ours
    // Names of claims; of the last two empty: none is read.
    std::string person_claim = "sub";  ///< a text, or a whole number
    std::string nickname_claim = "name";
    std::string role_claim =
        {};  ///< a text or a list of them: user, seller, admin; others are ignored
};

/// JWT (RFC 7519) as compact JWS (RFC 7515). The key says the algorithm: a secret HS256, an RSA key
/// RS256, an EC key on P-256 ES256 (RFC 7518); a token of any other, `none` too, is refused, as are
/// one without `exp`, one with `crit`, and one in which a claim that is read comes twice. `nbf` is
/// heeded. Threads: any, several at once.
class OutsideJwt final : public OutsideTokens {
public:
    enum class KeyKind : std::uint8_t {
        secret,      ///< the bytes themselves, at least 32
        public_key,  ///< PEM, `BEGIN PUBLIC KEY`
        key_set,     ///< a JWK Set (RFC 7517), of which a token names one by its `kid`
    };
    static constexpr std::size_t token_bytes_max = 8'192;
    static constexpr std::size_t key_set_bytes_max = std::size_t{1024 * 1024};

    /// `invalid_value` (key), with why in `cause`. Of a set the keys that are none of ours (another
    /// type, use or algorithm, no `kid`) are left out; it must have one that is, and no `kid`
    /// twice.
    static Result<std::unique_ptr<OutsideJwt>> create(KeyKind kind, std::string_view keys,
                                                      OutsideJwtOptions options);
    ~OutsideJwt() override;

    /// Others of the same kind, for tokens that come from now on. Errors as above; then those that
    /// are in force stay.
    Status set_keys(std::string_view keys);

    Result<OutsideClaims> verify(std::string_view token, Timestamp now) override;

private:
    struct Keys;
    OutsideJwt(KeyKind kind, std::shared_ptr<const Keys> keys, OutsideJwtOptions options);
    static Result<std::shared_ptr<const Keys>> read(KeyKind kind, std::string_view text);

    const KeyKind kind_;
    const OutsideJwtOptions options_;
    std::mutex mutex_;                  // guards the pointer, held for a copy of it
    std::shared_ptr<const Keys> keys_;  // of verifications under way, too
};

}  // namespace chatcore
