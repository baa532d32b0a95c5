#include "chatcore/domain/ids.h"

#include <algorithm>
#include <cstring>

namespace chatcore {
namespace {

/// Writes `value` with exactly `digits` decimal digits.
char* put_digits(char* out, unsigned value, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr std::size_t key_characters = 36;

/// The hyphens of a UUID stand before its bytes 4, 6, 8 and 10 (RFC 9562, section 4).
constexpr bool hyphen_before(std::size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

std::string format_rfc3339(Timestamp at) {
    using namespace std::chrono;
    // RFC 3339 has four digits for the year; what is beyond them is shown as the nearest it can
    // say.
    constexpr Timestamp first = sys_days{year{0} / 1 / 1};
    constexpr Timestamp last =
        Timestamp{sys_days{year{9999} / 12 / 31} + days{1}} - milliseconds{1};
    at = std::clamp(at, first, last);

    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    std::array<char, 24> text;
    char* out = put_digits(text.data(), static_cast<unsigned>(static_cast<int>(date.year())), 4);
    *out++ = '-';
    out = put_digits(out, static_cast<unsigned>(date.month()), 2);
    *out++ = '-';
    out = put_digits(out, static_cast<unsigned>(date.day()), 2);
    *out++ = 'T';
    out = put_digits(out, static_cast<unsigned>(time.hours().count()), 2);
    *out++ = ':';
    out = put_digits(out, static_cast<unsigned>(time.minutes().count()), 2);
    *out++ = ':';
    out = put_digits(out, static_cast<unsigned>(time.seconds().count()), 2);
    *out++ = '.';
    out = put_digits(out, static_cast<unsigned>(time.subseconds().count()), 3);
    *out = 'Z';
    return {text.data(), text.size()};
}

std::optional<ClientKey> ClientKey::parse(std::string_view text) {
    if (text.size() != key_characters) return std::nullopt;
    ClientKey key;
    std::size_t at = 0;
    for (std::size_t i = 0; i < key.bytes.size(); ++i) {
        if (hyphen_before(i) && text[at++] != '-') return std::nullopt;
        const int high = hex_value(text[at++]);
        const int low = hex_value(text[at++]);
        if (high < 0 || low < 0) return std::nullopt;
        key.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return key;
}

std::string ClientKey::to_string() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(key_characters);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (hyphen_before(i)) text.push_back('-');
        text.push_back(digits[bytes[i] >> 4]);
        text.push_back(digits[bytes[i] & 15]);
    }
    return text;
}

}  // namespace chatcore

std::size_t std::hash<chatcore::ClientKey>::operator()(
    const chatcore::ClientKey& key) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, key.bytes.data(), sizeof high);
    std::memcpy(&low, key.bytes.data() + sizeof high, sizeof low);
    // The versions that begin with a time differ in a few bits of one half; the finalizer of
    // SplitMix64 spreads them over all bits.
    std::uint64_t mixed = high * 0x9E3779B97F4A7C15ULL ^ low;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<std::size_t>(mixed ^ (mixed >> 31));
}
