#pragma once
// JSON Web Signatures in the compact form (RFC 7515), as far as HS256 (RFC 7518) needs them.
// Threads: any.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chatcore::jws {

/// base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
std::string encode(std::span<const std::uint8_t> bytes);
std::string encode(std::string_view bytes);
/// The bytes; nullopt for any other alphabet, padding, an impossible length, or bits behind the end
/// that are not zero, so that no two texts stand for the same bytes.
std::optional<std::string> decode(std::string_view text);

/// The three parts of a compact serialisation, still encoded.
struct Parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signing_input;  ///< header, dot, payload

    /// nullopt where there are not exactly two dots.
    static std::optional<Parts> of(std::string_view token);
};

using Signature = std::array<std::uint8_t, 32>;

/// HMAC with SHA-256 (RFC 2104) under one key.
class HmacSha256 {
public:
    /// nullopt where OpenSSL has not got it.
    static std::optional<HmacSha256> with_key(std::string_view key);
    HmacSha256(HmacSha256&&) noexcept;
    HmacSha256& operator=(HmacSha256&&) noexcept;
    ~HmacSha256();

    /// nullopt for want of memory only.
    std::optional<Signature> sign(std::string_view bytes) const;
    /// Whether the encoded signature is that of the bytes; in a time that tells nothing about it.
    bool verify(std::string_view bytes, std::string_view encoded_signature) const;

private:
    struct Keyed;
    explicit HmacSha256(std::unique_ptr<Keyed> keyed);
    std::unique_ptr<Keyed> keyed_;
};

}  // namespace chatcore::jws
