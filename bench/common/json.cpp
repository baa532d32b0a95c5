#include "common/json.h"

#include <charconv>
#include <cstddef>
#include <cstdlib>

#include <fmt/format.h>

namespace bench {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    const std::size_t found = text.find_first_not_of(blanks, at);
    return found == std::string_view::npos ? text.size() : found;
}

// The end of the string that begins at `at` with its quote: one past the closing quote.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return text.size();
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
    if (at >= text.size()) return at;
    if (text[at] == '"') return end_of_string(text, at);
    if (text[at] != '{' && text[at] != '[') {
        const std::size_t end = text.find_first_of(",}] \t\r\n", at);
        return end == std::string_view::npos ? text.size() : end;
    }
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = end_of_string(text, at);
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        ++at;
        if (depth == 0) break;
    }
    return at;
}

std::string_view member(std::string_view object, std::string_view key) {
    std::size_t at = skip_blanks(object, 0);
    if (at >= object.size() || object[at] != '{') return {};
    at = skip_blanks(object, at + 1);
    while (at < object.size() && object[at] == '"') {
        const std::size_t key_end = end_of_string(object, at);
        const bool found = object.substr(at + 1, key_end - at - 2) == key;
        at = skip_blanks(object, key_end);
        if (at >= object.size() || object[at] != ':') return {};
        at = skip_blanks(object, at + 1);
        const std::size_t end = end_of_value(object, at);
        if (found) return object.substr(at, end - at);
        at = skip_blanks(object, end);
        if (at >= object.size() || object[at] != ',') return {};
        at = skip_blanks(object, at + 1);
    }
    return {};
}

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"') return value.substr(1, value.size() - 2);
    return value;
}

}  // namespace

std::string_view json_find(std::string_view object, std::initializer_list<std::string_view> path) {
    for (const std::string_view key : path) {
        object = member(object, key);
        if (object.empty()) return {};
    }
    return object;
}

std::optional<std::int64_t> json_integer(std::string_view object,
                                         std::initializer_list<std::string_view> path) {
    const std::string_view text = unquoted(json_find(object, path));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<double> json_number(std::string_view object,
                                  std::initializer_list<std::string_view> path) {
    const std::string text(json_find(object, path));
    if (text.empty()) return std::nullopt;
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (end != text.c_str() + text.size()) return std::nullopt;
    return number;
}

std::string_view json_text(std::string_view object, std::initializer_list<std::string_view> path) {
    const std::string_view value = json_find(object, path);
    return !value.empty() && value.front() == '"' ? unquoted(value) : std::string_view{};
}

std::string json_quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

JsonObject& JsonObject::add_raw(std::string_view key, std::string value) {
    members_.push_back({std::string(key), std::move(value)});
    return *this;
}

JsonObject& JsonObject::add(std::string_view key, std::string_view text) {
    return add_raw(key, json_quote(text));
}
JsonObject& JsonObject::add(std::string_view key, double number) {
    return add_raw(key, fmt::format("{:.6g}", number));
}
JsonObject& JsonObject::add(std::string_view key, std::uint64_t number) {
    return add_raw(key, fmt::format("{}", number));
}
JsonObject& JsonObject::add(std::string_view key, std::int64_t number) {
    return add_raw(key, fmt::format("{}", number));
}
JsonObject& JsonObject::add(std::string_view key, const JsonObject& object) {
    return add_raw(key, object.inline_text());
}
JsonObject& JsonObject::add_array(std::string_view key, const std::vector<double>& numbers) {
    std::string list;
    for (const double number : numbers) {
        list += fmt::format("{}{:.6g}", list.empty() ? "" : ", ", number);
    }
    return add_raw(key, "[" + list + "]");
}

std::string JsonObject::inline_text() const {
    std::string text;
    for (const Member& m : members_) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", json_quote(m.key), m.value);
    }
    return "{" + text + "}";
}

std::string JsonObject::text() const {
    std::string text;
    for (const Member& m : members_) {
        text += fmt::format("{}\n  {}: {}", text.empty() ? "" : ",", json_quote(m.key), m.value);
    }
    return "{" + text + "\n}\n";
}

}  // namespace bench
