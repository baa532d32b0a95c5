#include "transfer/base64.h"

#include <array>
#include <cstdint>

namespace chatcore::chatd {

namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> values{};
    for (std::int8_t& value : values) value = -1;
    for (std::size_t i = 0; i < letters.size(); ++i)
        values[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
    return values;
}
constexpr std::array<std::int8_t, 256> values = make_values();

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::string_view part = bytes.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8U | (k < part.size() ? static_cast<unsigned char>(part[k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += k <= part.size() ? letters[bits >> (18 - 6 * k) & 63U] : '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::string_view part = text.substr(i, 4);
        if (i + 4 == text.size()) {
            if (part.ends_with("==")) {
                part.remove_suffix(2);
            } else if (part.ends_with('=')) {
                part.remove_suffix(1);
            }
        }
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const std::int8_t value =
                k < part.size() ? values[static_cast<unsigned char>(part[k])] : std::int8_t{0};
            if (value < 0) return std::nullopt;
            bits = bits << 6U | static_cast<std::uint32_t>(value);
        }
        for (std::size_t k = 0; k + 1 < part.size(); ++k)
            bytes += static_cast<char>(bits >> (16 - 8 * k) & 255U);
        // Bits that no byte has would make two texts of the same bytes.
        if (part.size() < 4 && (bits & ((1U << (8 * (4 - part.size()))) - 1)) != 0)
            return std::nullopt;
    }
    return bytes;
}

}  // namespace chatcore::chatd
