#include "gateway/http/base64.h"

#include <cstdint>

namespace chatcore::gateway {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
    const std::size_t size = text.size();
    while (text.ends_with('=')) text.remove_suffix(1);
    const std::size_t padding = size - text.size();
    const bool padded = padding > 0;
    if (padding > 2 || (padded && size % 4 != 0) || text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == alphabet.npos) return std::nullopt;
        held = (held << 6 | static_cast<std::uint32_t>(value)) & 0xFFFF;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> bits & 0xFF);
    }
    if ((held & ((1U << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : bytes) {
        held = (held << 8 | static_cast<unsigned char>(c)) & 0xFFFFFF;
        bits += 8;
        for (; bits >= 6; bits -= 6) text += alphabet[held >> (bits - 6) & 0x3F];
    }
    if (bits > 0) text += alphabet[held << (6 - bits) & 0x3F];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

}  // namespace chatcore::gateway
