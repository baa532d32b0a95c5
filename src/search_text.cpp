#include "chatcore/search_text.h"

#include <bit>
#include <cstdint>

#include "chatcore/text.h"

namespace chatcore {

namespace {

/// The code points of well-formed UTF-8.
std::vector<char32_t> code_points_of(std::string_view utf8) {
    std::vector<char32_t> points;
    points.reserve(utf8.size());
    for (const char byte : utf8) {
        const auto value = static_cast<unsigned char>(byte);
        if ((value & 0xC0) == 0x80) {
            if (!points.empty()) points.back() = points.back() << 6 | (value & 0x3FU);
        } else if (value < 0x80) {
            points.push_back(value);
        } else {
            points.push_back(value & (value < 0xE0 ? 0x1FU : value < 0xF0 ? 0x0FU : 0x07U));
        }
    }
    return points;
}

}  // namespace

std::string searched_text(const Message& message) {
    const bool bare = message.content.empty() && message.forwarded_from;
    return text::fold(bare ? message.forwarded_from->content : message.content);
}

Result<std::string> text::search_term(std::string_view query) {
    constexpr std::size_t code_points_max = 100;
    if (!valid(query) || query.find('\0') != std::string_view::npos)
        return unexpected(ErrorCode::malformed, "query");
    const std::string trimmed_query = trimmed(query);
    if (trimmed_query.empty()) return unexpected(ErrorCode::empty, "query");
    if (code_points(trimmed_query) > code_points_max)
        return unexpected(ErrorCode::too_long, "query");
    return fold(trimmed_query);
}

std::vector<Bigram> bigrams(std::string_view folded) {
    const std::vector<char32_t> points = code_points_of(folded);
    std::vector<Bigram> pairs;
    pairs.reserve(points.size());
    // A post pays for this: a set at most half full, in which 0 is a free place. No pair is 0,
    // since no text has U+0000.
    std::vector<std::uint64_t> seen(std::bit_ceil(2 * points.size() + 1));
    const std::size_t mask = seen.size() - 1;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Bigram pair{points[i], i + 1 < points.size() ? points[i + 1] : U'\0'};
        const std::uint64_t packed = std::uint64_t{pair.first} << 32 | pair.second;
        std::size_t place = (packed * 0x9E37'79B9'7F4A'7C15U >> 32) & mask;
        while (seen[place] != 0 && seen[place] != packed) place = (place + 1) & mask;
        if (seen[place] == packed) continue;
        seen[place] = packed;
        pairs.push_back(pair);
    }
    return pairs;
}

}  // namespace chatcore
