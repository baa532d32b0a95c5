#include "gateway/http/chars.h"

#include <algorithm>
#include <cstddef>

#include <simdjson.h>

namespace chatcore::gateway {

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return to_lower(x) == to_lower(y);
           });
}

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> next_list_element(std::string_view& list) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view element = trim(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        if (!element.empty()) return element;
    }
    return std::nullopt;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text, PercentRule rule,
                                          bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%') {
            const bool has_digits = text.size() - i > 2;
            const int high = has_digits ? hex_value(text[i + 1]) : -1;
            const int low = has_digits ? hex_value(text[i + 2]) : -1;
            if (high >= 0 && low >= 0) {
                decoded.push_back(static_cast<char>(high * 16 + low));
                i += 2;
                continue;
            }
            if (rule == PercentRule::strict) return std::nullopt;
        }
        decoded.push_back(c == '+' && plus_is_space ? ' ' : c);
    }
    return decoded;
}

bool is_utf8(std::string_view text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

namespace {

/// How many bytes a character has by its first one; 0 for what begins none (RFC 3629 section 3).
std::size_t character_bytes(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    if (first < 0xE0) return 2;
    return first < 0xF0 ? 3 : 4;
}

/// Whether the second byte may follow the first: no overlong forms, no surrogates, nothing above
/// U+10FFFF (the table of RFC 3629 section 4).
bool may_follow(unsigned char first, unsigned char second) {
    if (first == 0xE0) return second >= 0xA0 && second <= 0xBF;
    if (first == 0xED) return second >= 0x80 && second <= 0x9F;
    if (first == 0xF0) return second >= 0x90 && second <= 0xBF;
    if (first == 0xF4) return second >= 0x80 && second <= 0x8F;
    return second >= 0x80 && second <= 0xBF;
}

/// How many bytes at the end are a character that has begun and not ended; 0 where there is none.
std::size_t begun_character(std::string_view text) {
    constexpr std::size_t begun_max = 3;
    for (std::size_t size = 1; size <= std::min(begun_max, text.size()); ++size) {
        const auto byte = static_cast<unsigned char>(text[text.size() - size]);
        if ((byte & 0xC0U) == 0x80U) continue;
        return character_bytes(byte) > size ? size : 0;
    }
    return 0;
}

}  // namespace

bool can_become_utf8(std::string_view text, std::size_t& checked) {
    const std::size_t begun = begun_character(text.substr(checked));
    const std::size_t whole = text.size() - begun;
    if (!is_utf8(text.substr(checked, whole - checked))) return false;
    checked = whole;
    if (begun < 2) return true;
    const auto first = static_cast<unsigned char>(text[whole]);
    return may_follow(first, static_cast<unsigned char>(text[whole + 1]));
}

}  // namespace chatcore::gateway
