#pragma once
// Keys that check signatures (RFC 7518). What a key is says which algorithm it is for, and a
// signature by any other is none: a token cannot choose. Threads: any, several at once.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "chatcore/result.h"

#include "jws.h"

struct evp_pkey_st;

namespace chatcore::jws {

class VerifyingKey {
public:
    /// HS256; at least 32 bytes (section 3.2).
    static Result<VerifyingKey> of_secret(std::string_view secret);
    /// RS256 or ES256, of a PEM text (RFC 7468, `BEGIN PUBLIC KEY`).
    static Result<VerifyingKey> of_pem(std::string_view pem);
    /// RS256; big-endian bytes of modulus and exponent.
    static Result<VerifyingKey> of_rsa(std::string_view modulus, std::string_view exponent);
    /// ES256; the 32 bytes of each coordinate.
    static Result<VerifyingKey> of_p256(std::string_view x, std::string_view y);

    /// `HS256`, `RS256` or `ES256`.
    std::string_view algorithm() const { return algorithm_; }
    bool verify(std::string_view bytes, std::string_view encoded_signature) const;

private:
    using PublicKey = std::shared_ptr<evp_pkey_st>;  // OpenSSL's, which counts references itself
    using Secret = std::shared_ptr<const HmacSha256>;

    VerifyingKey(std::string_view algorithm, std::variant<Secret, PublicKey> key)
        : algorithm_(algorithm), key_(std::move(key)) {}
    static Result<VerifyingKey> of_public(PublicKey key);

    std::string_view algorithm_;
    std::variant<Secret, PublicKey> key_;
};

}  // namespace chatcore::jws
