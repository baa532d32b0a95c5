#pragma once
// What a measured message carries: who sent it, its number and when, in 32 characters of fixed
// places, so that a receiver reads it without parsing the JSON around it.
//
//   #cb: SSSS QQQQQQQQ TTTTTTTTTTTTTTTT      sender, sequence number, CLOCK_MONOTONIC nanoseconds,
//   in hexadecimal

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bench {

struct Marker {
    std::uint32_t sender = 0;  ///< 0 to 65535, numbered within the room
    std::uint32_t sequence = 0;
    std::uint64_t sent_ns = 0;
};

inline constexpr std::size_t marker_bytes = 32;
inline constexpr std::string_view marker_tag = "#cb:";

/// Eight hexadecimal digits at once: each byte's low nibble, plus nine where the byte is a letter.
inline std::uint32_t decode_hex8(const char* text) noexcept {
    std::uint64_t digits = 0;
    std::memcpy(&digits, text, 8);
    digits = (digits & 0x0f0f0f0f0f0f0f0fULL) + 9 * ((digits >> 6) & 0x0101010101010101ULL);
    digits = __builtin_bswap64(digits);
    digits = (digits | (digits >> 4)) & 0x00ff00ff00ff00ffULL;
    digits = (digits | (digits >> 8)) & 0x0000ffff0000ffffULL;
    return static_cast<std::uint32_t>(digits | (digits >> 16));
}

inline void encode_hex(char* text, std::uint64_t value, std::size_t digits) noexcept {
    for (std::size_t i = digits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15U];
}

inline bool is_marker(const char* text) noexcept {
    return std::memcmp(text, marker_tag.data(), marker_tag.size()) == 0;
}

/// Reads the marker at `text`, which must hold `marker_bytes`.
inline Marker decode_marker(const char* text) noexcept {
    char sender[8] = {'0', '0', '0', '0'};
    std::memcpy(sender + 4, text + 4, 4);
    const std::uint64_t high = decode_hex8(text + 16);
    return {decode_hex8(sender), decode_hex8(text + 8), (high << 32) | decode_hex8(text + 24)};
}

inline void encode_marker(char* text, const Marker& marker) noexcept {
    std::memcpy(text, marker_tag.data(), marker_tag.size());
    encode_hex(text + 4, marker.sender, 4);
    encode_hex(text + 8, marker.sequence, 8);
    encode_hex(text + 16, marker.sent_ns, 16);
}

}  // namespace bench
