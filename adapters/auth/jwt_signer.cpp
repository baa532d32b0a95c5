#include "chatcore/adapters/jwt_signer.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "jws.h"
#include "jwt_json.h"

namespace chatcore {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

namespace dom = simdjson::dom;

using jws::read_object;
using jws::role_names;
using jws::role_of;
using jws::time_of;

std::string_view name_of(UserRole role) {
    for (const auto& [value, name] : role_names) {
        if (value == role) return name;
    }
    return "user";
}

/// Appends the text as the inside of a JSON string (RFC 8259 section 7).
void append_escaped(std::string& json, std::string_view text) {
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json.push_back('\\');
            json.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            json.push_back(c);
        }
    }
}

/// `sub`: digits that make a number from 1 to `id_max`, as a string or by itself.
std::optional<UserId> user_of(const dom::element& value) {
    std::int64_t id = 0;
    std::string_view digits;
    if (value.get(digits) == simdjson::SUCCESS) {
        if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
        if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    } else if (value.get(id) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    if (id < 1 || id > id_max) return std::nullopt;
    return UserId{id};
}

/// The claims of a payload, each at most once.
struct Claims {
    std::optional<UserId> user;
    std::optional<UserRole> role;
    std::optional<std::string_view> id;
    std::optional<Timestamp> issued_at;
    std::optional<Timestamp> expires_at;
    std::optional<Timestamp> not_before;

    /// False where a claim is not what it must be, or comes twice.
    bool take(std::string_view name, const dom::element& value) {
        if (name == "sub") return fill(user, user_of(value));
        if (name == "exp") return fill(expires_at, time_of(value));
        if (name == "iat") return fill(issued_at, time_of(value));
        if (name == "nbf") return fill(not_before, time_of(value));
        std::string_view text;
        if (name == "role") {
            return value.get(text) == simdjson::SUCCESS && fill(role, role_of(text));
        }
        if (name == "jti") {
            return value.get(text) == simdjson::SUCCESS && fill(id, std::optional(text));
        }
        return true;
    }

    bool complete() const { return user && role && id && issued_at && expires_at; }

private:
    template <class T>
    static bool fill(std::optional<T>& claim, std::optional<T> value) {
        if (claim || !value) return false;
        claim = std::move(value);
        return true;
    }
};

std::optional<Claims> read_claims(const dom::object& payload) {
    Claims claims;
    for (const auto [name, value] : payload) {
        if (!claims.take(name, value)) return std::nullopt;
    }
    if (!claims.complete()) return std::nullopt;
    return claims;
}

/// Whether the header says HS256, once, and asks for nothing that would have to be understood
/// (`crit`, RFC 7515 section 4.1.11).
bool header_is_ours(const dom::object& header) {
    int algorithms = 0;
    for (const auto [name, value] : header) {
        if (name == "crit") return false;
        if (name != "alg") continue;
        std::string_view algorithm;
        if (value.get(algorithm) != simdjson::SUCCESS || algorithm != "HS256") return false;
        ++algorithms;
    }
    return algorithms == 1;
}

Unexpected unauthenticated(std::string cause) {
    return unexpected(ErrorCode::unauthenticated, "token", std::move(cause));
}

}  // namespace

struct JwtSigner::Key {
    jws::HmacSha256 hmac;
    std::string header = jws::encode(std::string_view(R"({"alg":"HS256","typ":"JWT"})"));
};

JwtSigner::JwtSigner(std::unique_ptr<Key> key, Random& random)
    : key_(std::move(key)), random_(random) {}
JwtSigner::~JwtSigner() = default;

Result<std::unique_ptr<JwtSigner>> JwtSigner::create(std::string_view secret, Random& random) {
    if (secret.size() < secret_bytes_min) {
        return unexpected(ErrorCode::invalid_value, "secret",
                          "shorter than 32 bytes (RFC 7518 section 3.2)");
    }
    std::optional<jws::HmacSha256> hmac = jws::HmacSha256::with_key(secret);
    if (!hmac) return unexpected(ErrorCode::internal, "secret", "OpenSSL has no HMAC");
    return std::unique_ptr<JwtSigner>(
        new JwtSigner(std::make_unique<Key>(Key{std::move(*hmac)}), random));
}

std::string JwtSigner::sign(const AccessClaims& claims) {
    std::array<std::uint8_t, 12> unique;
    random_.fill(unique);
    std::string payload;
    payload.reserve(160 + claims.family.size());
    fmt::format_to(std::back_inserter(payload), R"({{"sub":"{}","role":"{}","jti":")",
                   claims.user.value, name_of(claims.role));
    if (!claims.family.empty()) {
        append_escaped(payload, claims.family);
        payload.push_back('.');
    }
    fmt::format_to(std::back_inserter(payload), R"({}","iat":{},"exp":{}}})", jws::encode(unique),
                   floor<seconds>(claims.issued_at).time_since_epoch().count(),
                   floor<seconds>(claims.expires_at).time_since_epoch().count());
    std::string token = key_->header;
    token.push_back('.');
    token += jws::encode(payload);
    const std::optional<jws::Signature> signature = key_->hmac.sign(token);
    if (!signature) return {};
    token.push_back('.');
    token += jws::encode(*signature);
    return token;
}

Result<AccessClaims> JwtSigner::verify(std::string_view token, Timestamp now) {
    if (token.size() > token_bytes_max) return unauthenticated("it is too long");
    const std::optional<jws::Parts> parts = jws::Parts::of(token);
    if (!parts) return unauthenticated("it has not three parts");
    // First of all the signature: nothing is parsed that is not from one who knows the secret.
    if (!key_->hmac.verify(parts->signing_input, parts->signature)) {
        return unauthenticated("the signature is wrong");
    }
    thread_local dom::parser parser(token_bytes_max);
    const std::optional<dom::object> header = read_object(parser, parts->header);
    if (!header || !header_is_ours(*header)) return unauthenticated("the header is not HS256");
    const std::optional<dom::object> payload = read_object(parser, parts->payload);
    if (!payload) return unauthenticated("the payload is no JSON object");
    const std::optional<Claims> claims = read_claims(*payload);
    if (!claims) return unauthenticated("a claim is missing, twice or of no use");
    if (claims->not_before && now < *claims->not_before) {
        return unauthenticated("it is not valid yet");
    }
    if (now >= *claims->expires_at) return unexpected(ErrorCode::token_expired, "token");
    const std::size_t dot = claims->id->rfind('.');
    const std::string_view family =
        dot == std::string_view::npos ? std::string_view() : claims->id->substr(0, dot);
    return AccessClaims{*claims->user, *claims->role, std::string(family), *claims->issued_at,
                        *claims->expires_at};
}

}  // namespace chatcore
