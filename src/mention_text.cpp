#include "chatcore/mention_text.h"

#include <algorithm>

#include <utf8proc.h>

#include "chatcore/text.h"

namespace chatcore {

namespace {

struct Point {
    utf8proc_int32_t value = 0;
    std::size_t byte = 0;  ///< where it begins
};

/// The text's code points, and one past its end.
std::vector<Point> points_of(std::string_view utf8) {
    std::vector<Point> points;
    points.reserve(utf8.size() + 1);
    std::size_t at = 0;
    while (at < utf8.size()) {
        utf8proc_int32_t value = 0;
        const utf8proc_ssize_t bytes =
            utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data() + at),
                             static_cast<utf8proc_ssize_t>(utf8.size() - at), &value);
        points.push_back({bytes <= 0 ? 0xFFFD : value, at});
        at += bytes <= 0 ? 1 : static_cast<std::size_t>(bytes);
    }
    points.push_back({0, utf8.size()});
    return points;
}

bool is_mark(utf8proc_int32_t value) {
    const utf8proc_category_t category = utf8proc_category(value);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

bool is_space(utf8proc_int32_t value) {
    const utf8proc_category_t category = utf8proc_category(value);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

/// Whether a name goes on where it stands beside another of these: letters, digits, marks and the
/// underscore, of scripts that part words by spaces.
bool holds_together(utf8proc_int32_t value) {
    struct Range {
        utf8proc_int32_t first;
        utf8proc_int32_t last;
    };
    // Blocks of the Unicode Standard: Thai and Lao, Myanmar, Hangul, Khmer, Kana and Han with their
    // extensions, Hangul syllables.
    static constexpr Range without_spaces[] = {
        {0x0E00, 0x0EFF}, {0x1000, 0x109F},   {0x1100, 0x11FF},  {0x1780, 0x17FF},
        {0x2E80, 0x9FFF}, {0xA960, 0xA97F},   {0xAC00, 0xD7FF},  {0xF900, 0xFAFF},
        {0xFF66, 0xFFDC}, {0x1B000, 0x1B16F}, {0x20000, 0x3FFFF}};
    for (const Range& range : without_spaces) {
        if (value >= range.first && value <= range.last) return false;
    }
    switch (utf8proc_category(value)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_PC:
            return true;
        default:
            return false;
    }
}

/// Whether the `@` at this index may name somebody.
bool opens(const std::vector<Point>& points, std::size_t at) {
    return points[at].value == '@' && (at == 0 || !holds_together(points[at - 1].value));
}

/// Whether a name may end before the code point at `end`.
bool may_end(const std::vector<Point>& points, std::size_t end) {
    const utf8proc_int32_t last = points[end - 1].value;
    if (is_space(last)) return false;
    if (end + 1 == points.size()) return true;
    const utf8proc_int32_t next = points[end].value;
    return !is_mark(next) && !(holds_together(last) && holds_together(next));
}

/// Up to `max` choices: of more the shorter ones.
std::vector<NameChoice> choices_at(std::string_view utf8, const std::vector<Point>& points,
                                   std::size_t at, std::size_t max) {
    std::vector<NameChoice> choices;
    const std::size_t begin = at + 1;
    const std::size_t end_max =
        std::min(points.size() - 1, begin + static_cast<std::size_t>(name_code_points_max));
    if (begin == points.size() - 1 || is_space(points[begin].value)) return choices;
    for (std::size_t end = begin + 1; end <= end_max && choices.size() < max; ++end) {
        const utf8proc_int32_t last = points[end - 1].value;
        if (opens(points, end - 1) || utf8proc_category(last) == UTF8PROC_CATEGORY_CC) break;
        if (!may_end(points, end)) continue;
        const std::size_t from = points[begin].byte;
        choices.push_back({text::fold(utf8.substr(from, points[end].byte - from)),
                           static_cast<std::int32_t>(end - at)});
    }
    std::reverse(choices.begin(), choices.end());
    return choices;
}

}  // namespace

std::vector<NamePlace> name_places(std::string_view utf8) {
    std::vector<NamePlace> places;
    if (utf8.find('@') == std::string_view::npos) return places;
    const std::vector<Point> points = points_of(utf8);
    std::size_t left = name_choices_max;
    for (std::size_t at = 0; at + 1 < points.size() && places.size() < name_places_max; ++at) {
        if (!opens(points, at)) continue;
        NamePlace place{static_cast<std::int32_t>(at), choices_at(utf8, points, at, left)};
        left -= place.choices.size();
        if (!place.choices.empty()) places.push_back(std::move(place));
    }
    return places;
}

}  // namespace chatcore
