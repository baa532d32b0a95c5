#include "chatcore/text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <utf8proc.h>

namespace chatcore::text {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;
constexpr std::uint64_t low_bits = 0x0101010101010101ULL;

std::uint64_t eight_bytes(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// Eight bytes of ASCII, none of them 0: one that is borrows into its highest bit.
bool is_plain(std::uint64_t word) {
    return ((word | (word - low_bits)) & high_bits) == 0;
}

constexpr bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool is_ascii(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        if ((eight_bytes(bytes.data() + at) & high_bits) != 0) return false;
    }
    return std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(),
                       [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

/// The length of the well-formed sequence at the front of `bytes`, which begins with a byte from
/// 0x80 on; 0 where there is none. The ranges are those of the table in RFC 3629, section 4.
std::size_t sequence_bytes(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    std::size_t length = 0;
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        if (first == 0xE0) second_min = 0xA0;  // shorter forms exist below
        if (first == 0xED) second_max = 0x9F;  // surrogates above
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        if (first == 0xF0) second_min = 0x90;  // shorter forms exist below
        if (first == 0xF4) second_max = 0x8F;  // beyond U+10FFFF above
    }
    if (length == 0 || bytes.size() < length) return 0;
    const auto second = static_cast<unsigned char>(bytes[1]);
    if (second < second_min || second > second_max) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_continuation(bytes[i])) return 0;
    }
    return length;
}

struct CodePoint {
    utf8proc_int32_t value = 0;
    std::size_t bytes = 1;
};

/// The code point at the front; a byte that begins none counts as one of no meaning, so that a
/// caller that forgot `valid` still comes to an end.
CodePoint front(std::string_view utf8) {
    utf8proc_int32_t value = 0;
    const utf8proc_ssize_t bytes =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                         static_cast<utf8proc_ssize_t>(utf8.size()), &value);
    if (bytes <= 0) return {0xFFFD, 1};
    return {value, static_cast<std::size_t>(bytes)};
}

CodePoint back(std::string_view utf8) {
    std::size_t start = utf8.size() - 1;
    while (start > 0 && utf8.size() - start < 4 && is_continuation(utf8[start])) --start;
    const CodePoint last = front(utf8.substr(start));
    return last.bytes == utf8.size() - start ? last : CodePoint{0xFFFD, 1};
}

/// Unicode's property White_Space (PropList.txt).
bool is_white_space(utf8proc_int32_t value) {
    if (value < 0x80) return value == ' ' || (value >= 0x09 && value <= 0x0D);
    if (value == 0x85) return true;
    const utf8proc_category_t category = utf8proc_category(value);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

bool is_invisible(utf8proc_int32_t value) {
    if (is_white_space(value)) return true;
    const utf8proc_category_t category = utf8proc_category(value);
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF) return true;
    // Fillers and variation selectors are letters and marks by category, and nothing to see; so is
    // the Braille cell without a dot.
    return utf8proc_get_property(value)->ignorable != 0 || value == 0x2800;
}

}  // namespace

bool valid(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (at + 8 <= bytes.size() && is_plain(eight_bytes(bytes.data() + at))) {
            at += 8;
        } else if (static_cast<unsigned char>(bytes[at]) < 0x80) {
            if (bytes[at] == '\0') return false;
            ++at;
        } else {
            const std::size_t length = sequence_bytes(bytes.substr(at));
            if (length == 0) return false;
            at += length;
        }
    }
    return true;
}

std::size_t code_points(std::string_view utf8) {
    // Every code point has one byte that is no continuation byte (10xxxxxx).
    std::size_t continuations = 0;
    std::size_t at = 0;
    for (; at + 8 <= utf8.size(); at += 8) {
        const std::uint64_t word = eight_bytes(utf8.data() + at);
        const std::uint64_t marks = (word >> 7) & (~word >> 6) & low_bits;
        continuations +=
            static_cast<std::size_t>((marks * low_bits) >> 56);  // the sum of its bytes
    }
    for (; at < utf8.size(); ++at) continuations += is_continuation(utf8[at]) ? 1 : 0;
    return utf8.size() - continuations;
}

std::string first_code_points(std::string_view utf8, std::size_t count) {
    std::size_t at = 0;
    for (; at < utf8.size(); ++at) {
        if (is_continuation(utf8[at])) continue;
        if (count == 0) break;
        --count;
    }
    return std::string(utf8.substr(0, at));
}

bool blank(std::string_view utf8) {
    while (!utf8.empty()) {
        const CodePoint next = front(utf8);
        if (!is_invisible(next.value)) return false;
        utf8.remove_prefix(next.bytes);
    }
    return true;
}

std::string trimmed(std::string_view utf8) {
    while (!utf8.empty()) {
        const CodePoint first = front(utf8);
        if (!is_white_space(first.value)) break;
        utf8.remove_prefix(first.bytes);
    }
    while (!utf8.empty()) {
        const CodePoint last = back(utf8);
        if (!is_white_space(last.value)) break;
        utf8.remove_suffix(last.bytes);
    }
    return std::string(utf8);
}

std::string fold(std::string_view utf8) {
    if (is_ascii(utf8)) {
        std::string folded(utf8);
        for (char& c : folded) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        return folded;
    }
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
        static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
    // It refuses only what is no UTF-8 and what memory cannot hold; such a text is its own fold.
    if (size < 0) return std::string(utf8);
    return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

bool has_controls(std::string_view utf8) {
    while (!utf8.empty()) {
        const CodePoint next = front(utf8);
        const utf8proc_category_t category = utf8proc_category(next.value);
        if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
            category == UTF8PROC_CATEGORY_ZP)
            return true;
        utf8.remove_prefix(next.bytes);
    }
    return false;
}

bool has_unseen(std::string_view utf8) {
    while (!utf8.empty()) {
        const CodePoint next = front(utf8);
        if (is_invisible(next.value) && !is_white_space(next.value)) return true;
        utf8.remove_prefix(next.bytes);
    }
    return false;
}

bool all_digits(std::string_view utf8) {
    if (utf8.empty()) return false;
    while (!utf8.empty()) {
        const CodePoint next = front(utf8);
        if (utf8proc_category(next.value) != UTF8PROC_CATEGORY_ND) return false;
        utf8.remove_prefix(next.bytes);
    }
    return true;
}

bool turns_direction(std::string_view utf8) {
    // All of them begin with E2 80 or E2 81 in UTF-8.
    for (std::size_t at = 0; at + 2 < utf8.size(); ++at) {
        if (utf8[at] != '\xE2') continue;
        const utf8proc_int32_t value = front(utf8.substr(at)).value;
        if ((value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069))
            return true;
    }
    return false;
}

bool is_emoji(std::string_view utf8) {
    constexpr std::size_t code_points_max = 16;
    constexpr utf8proc_int32_t keycap = 0x20E3;
    std::vector<utf8proc_int32_t> points;
    utf8proc_int32_t state = 0;
    while (!utf8.empty()) {
        const CodePoint next = front(utf8);
        const bool breaks = !points.empty() && utf8proc_grapheme_break_stateful(
                                                   points.back(), next.value, &state) != 0;
        if (breaks || points.size() == code_points_max) return false;
        points.push_back(next.value);
        utf8.remove_prefix(next.bytes);
    }
    if (points.empty()) return false;
    const auto class_of = [](utf8proc_int32_t point) {
        return utf8proc_get_property(point)->boundclass;
    };
    if (class_of(points.front()) == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR)
        return points.size() == 2;
    if (points.size() > 1 && points.back() == keycap) {
        return (points.front() >= '0' && points.front() <= '9') || points.front() == '#' ||
               points.front() == '*';
    }
    return class_of(points.front()) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

}  // namespace chatcore::text
