#include "gateway/http/byte_range.h"

#include <algorithm>
#include <string>

#include "gateway/http/chars.h"

namespace chatcore::gateway {

namespace {

/// Digits only; as large as can be where it is larger than that. Nullopt: no number.
std::optional<std::int64_t> number_of(std::string_view digits) {
    if (digits.empty()) return std::nullopt;
    constexpr std::int64_t largest = std::int64_t{1} << 62;
    std::int64_t number = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') return std::nullopt;
        number = number > largest / 10 ? largest : number * 10 + (digit - '0');
    }
    return std::min(number, largest);
}

}  // namespace

RangeAnswer read_range(std::string_view value, std::int64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (value.size() <= unit.size() || !equal_ignoring_case(value.substr(0, unit.size()), unit))
        return {};
    const std::string_view range = trim(value.substr(unit.size()));
    const auto dash = range.find('-');
    if (dash == range.npos || range.find(',') != range.npos) return {};
    const auto last = number_of(range.substr(dash + 1));
    if (dash == 0) {
        // The last so many bytes.
        if (!last) return {};
        if (*last == 0 || size == 0) return {std::nullopt, true};
        return {ByteRange{size - std::min(*last, size), size - 1}, false};
    }
    const auto first = number_of(range.substr(0, dash));
    const bool to_the_end = dash + 1 == range.size();
    if (!first || (!last && !to_the_end) || (last && *last < *first)) return {};
    if (*first >= size) return {std::nullopt, true};
    return {ByteRange{*first, std::min(last.value_or(size - 1), size - 1)}, false};
}

RangeAnswer range_of(const Request& request, std::string_view entity_tag, std::int64_t size) {
    if (request.method() != "GET" || request.header_count("Range") != 1) return {};
    const auto condition = request.header("If-Range");
    if (condition && *condition != entity_tag) return {};
    return read_range(*request.header("Range"), size);
}

bool is_known(const Request& request, std::string_view entity_tag) {
    return request.header_has_token("If-None-Match", entity_tag) ||
           request.header_has_token("If-None-Match", "W/" + std::string(entity_tag)) ||
           request.header_has_token("If-None-Match", "*");
}

}  // namespace chatcore::gateway
