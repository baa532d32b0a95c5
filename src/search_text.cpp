#include "chatcore/search_text.h"

#include <algorithm>

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
    if (!valid(query)) return unexpected(ErrorCode::malformed, "query");
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
    for (std::size_t i = 0; i < points.size(); ++i)
        pairs.push_back({points[i], i + 1 < points.size() ? points[i + 1] : U'\0'});
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

}  // namespace chatcore
