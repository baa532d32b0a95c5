#include "gateway/http/request.h"

#include <algorithm>

#include "gateway/http/chars.h"

namespace chatcore::gateway {

std::optional<std::string> Request::query(std::string_view name) const {
    std::string_view rest = raw_query();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (percent_decode(pair.substr(0, equals), PercentRule::literal, true) != name) continue;
        return percent_decode(pair.substr(std::min(equals + 1, pair.size())), PercentRule::literal,
                              true);
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const FieldPlace& field : fields_) {
        if (equal_ignoring_case(view(field.name), name)) return view(field.value);
    }
    return std::nullopt;
}

std::string Request::combined_header(std::string_view name) const {
    std::string combined;
    for (const FieldPlace& field : fields_) {
        if (!equal_ignoring_case(view(field.name), name)) continue;
        if (!combined.empty()) combined += ", ";
        combined += view(field.value);
    }
    return combined;
}

bool Request::header_has_token(std::string_view name, std::string_view token) const {
    for (const FieldPlace& field : fields_) {
        if (!equal_ignoring_case(view(field.name), name)) continue;
        std::string_view list = view(field.value);
        while (const auto element = next_list_element(list)) {
            if (equal_ignoring_case(*element, token)) return true;
        }
    }
    return false;
}

std::size_t Request::header_count(std::string_view name) const {
    const auto count = std::count_if(fields_.begin(), fields_.end(), [&](const FieldPlace& field) {
        return equal_ignoring_case(view(field.name), name);
    });
    return static_cast<std::size_t>(count);
}

HeaderField Request::header_at(std::size_t index) const {
    return {view(fields_[index].name), view(fields_[index].value)};
}

}  // namespace chatcore::gateway
