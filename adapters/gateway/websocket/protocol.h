#pragma once
// Words of RFC 6455 that encoder, decoder and sessions share.

#include <cstddef>
#include <cstdint>

namespace chatcore::gateway {

/// RFC 6455 section 5.2; all others are reserved.
enum class Opcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xA,
};

constexpr bool is_control(Opcode opcode) {
    return (static_cast<std::uint8_t>(opcode) & 0x8) != 0;
}

/// RFC 6455 section 7.4.1; the 4000s are an application's own.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t none_received = 1005;  ///< never sent: a close frame without a code
inline constexpr std::uint16_t invalid_data = 1007;
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t too_large = 1009;
inline constexpr std::uint16_t internal_error = 1011;
}  // namespace close_code

/// Whether a peer may send that code: those registered for the wire, and 3000 to 4999 for libraries
/// and applications.
constexpr bool is_valid_close_code(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

inline constexpr std::size_t control_payload_bytes_max = 125;
inline constexpr std::size_t close_reason_bytes_max = control_payload_bytes_max - 2;

}  // namespace chatcore::gateway
