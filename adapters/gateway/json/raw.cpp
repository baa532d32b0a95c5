#include "gateway/json/raw.h"

#include <cstddef>

namespace chatcore::gateway {

namespace {

std::size_t skip_space(std::string_view json, std::size_t at) {
    while (at < json.size() &&
           (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r'))
        ++at;
    return at;
}

/// From an opening quote to behind the closing one: the first quote with an even number of
/// backslashes before it.
std::size_t skip_text(std::string_view json, std::size_t at) {
    const std::size_t opening = at;
    for (;;) {
        at = json.find('"', at + 1);
        if (at == std::string_view::npos) return json.size() + 1;
        std::size_t escaping = at;
        while (escaping - 1 > opening && json[escaping - 1] == '\\') --escaping;
        if ((at - escaping) % 2 == 0) return at + 1;
    }
}

std::size_t skip_value(std::string_view json, std::size_t at) {
    int depth = 0;
    while (at < json.size()) {
        const char c = json[at];
        if (c == '"') {
            at = skip_text(json, at);
            if (depth == 0) return at;
            continue;
        }
        if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0) return at;  // the end of what the number or word stood in
            if (--depth == 0) return at + 1;
        } else if (depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            return at;
        }
        ++at;
    }
    return at;
}

}  // namespace

std::string_view raw_member(std::string_view json, std::string_view name) {
    std::size_t at = skip_space(json, 0) + 1;
    while (at < json.size()) {
        at = skip_space(json, at);
        if (at >= json.size() || json[at] != '"') break;
        const std::size_t name_begin = at + 1;
        at = skip_text(json, at);
        if (at > json.size()) break;
        const std::string_view found = json.substr(name_begin, at - 1 - name_begin);
        at = skip_space(json, at) + 1;  // the colon
        at = skip_space(json, at);
        const std::size_t end = skip_value(json, at);
        if (end > json.size()) break;
        if (found == name) return json.substr(at, end - at);
        at = skip_space(json, end) + 1;  // the comma
    }
    return {};
}

}  // namespace chatcore::gateway
