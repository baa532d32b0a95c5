// Tokens, ours and those of others: any bytes as a whole token, and, since those never get past the
// signature, any header and payload (divided by a line feed) under a right one. Any bytes as a JWK
// Set, and as a key in PEM.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "chatcore/adapters/jwt_signer.h"
#include "chatcore/adapters/outside_jwt.h"

#include "jws.h"

using namespace chatcore;

namespace {

constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";
constexpr Timestamp now{std::chrono::seconds{1'700'000'000}};

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "expected that %s\n", what);
    std::abort();
}

/// Repeatable, so that what is found once is found again.
class Counting final : public Random {
public:
    void fill(std::span<std::uint8_t> bytes) override {
        for (std::uint8_t& byte : bytes) byte = next_++;
    }

private:
    std::uint8_t next_ = 0;
};

void check(TokenSigner& signer, std::string_view token) {
    const Result<AccessClaims> claims = signer.verify(token, now);
    if (!claims) {
        require(claims.error().code == ErrorCode::unauthenticated ||
                    claims.error().code == ErrorCode::token_expired,
                "only the two errors of the port are given");
        return;
    }
    require(claims->user.value > 0 && claims->user.value <= id_max, "the id is in its range");
    require(claims->expires_at > now, "what has expired is not accepted");
    AccessClaims whole_seconds = *claims;
    whole_seconds.expires_at = std::chrono::ceil<std::chrono::seconds>(claims->expires_at);
    whole_seconds.issued_at = std::chrono::floor<std::chrono::seconds>(claims->issued_at);
    const std::string again = signer.sign(whole_seconds);
    const Result<AccessClaims> read = signer.verify(again, now);
    require((read && *read == whole_seconds) || again.size() > JwtSigner::token_bytes_max,
            "what was read can be signed and read again");
}

void check_outside(OutsideTokens& tokens, std::string_view token) {
    const Result<OutsideClaims> claims = tokens.verify(token, now);
    if (!claims) {
        require(claims.error().code == ErrorCode::unauthenticated ||
                    claims.error().code == ErrorCode::token_expired,
                "only the two errors of the port are given");
        return;
    }
    require(!claims->person.empty() && claims->person.size() <= 254, "somebody is named");
    require(claims->expires_at > now, "what has expired is not accepted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Counting random;
    static const auto signer = JwtSigner::create(secret, random);
    static const auto hmac = jws::HmacSha256::with_key(secret);
    static const auto outside =
        OutsideJwt::create(OutsideJwt::KeyKind::secret, secret, {.role_claim = "role"});
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(**signer, bytes);
    check_outside(**outside, bytes);
    for (const auto kind : {OutsideJwt::KeyKind::key_set, OutsideJwt::KeyKind::public_key}) {
        if (const auto made = OutsideJwt::create(kind, bytes, {})) check_outside(**made, bytes);
    }
    if (const auto decoded = jws::decode(bytes)) {
        require(jws::encode(*decoded) == bytes, "no two texts stand for the same bytes");
    }
    const std::size_t line = bytes.find('\n');
    if (line == std::string_view::npos) return 0;
    const std::string input =
        jws::encode(bytes.substr(0, line)) + "." + jws::encode(bytes.substr(line + 1));
    const std::string token = input + "." + jws::encode(*hmac->sign(input));
    check(**signer, token);
    check_outside(**outside, token);
    return 0;
}
