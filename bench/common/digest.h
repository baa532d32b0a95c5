#pragma once
// The digests that a WebSocket handshake (SHA-1, RFC 6455 section 4.2.2) and an HS256 token
// (SHA-256, RFC 7518 section 3.2) need. Written here so that the benchmarks depend on no crypto
// library; not for any other use.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

std::array<std::uint8_t, 20> sha1(std::string_view bytes);
std::array<std::uint8_t, 32> sha256(std::string_view bytes);
std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view bytes);

std::string base64(std::string_view bytes);
/// With `-` and `_`, and without padding (RFC 4648 section 5).
std::string base64_url(std::string_view bytes);

/// The `Sec-WebSocket-Accept` that answers `key`.
std::string websocket_accept(std::string_view key);

}  // namespace bench
