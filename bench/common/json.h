#pragma once
// Finding values in JSON that chatd, or this program itself, has written. It walks instead of
// parsing: what it is given must be valid, and on anything else it finds nothing.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The text of the value under `path` (keys, outermost first), quotes included; empty where it is
/// not there.
std::string_view json_find(std::string_view object, std::initializer_list<std::string_view> path);

/// The whole number there, also if it is written as a string of digits.
std::optional<std::int64_t> json_integer(std::string_view object,
                                         std::initializer_list<std::string_view> path);
/// The number there.
std::optional<double> json_number(std::string_view object,
                                  std::initializer_list<std::string_view> path);
/// The string there without its quotes, escapes left as they are; empty where it is not there.
std::string_view json_text(std::string_view object, std::initializer_list<std::string_view> path);

/// `text` as a JSON string.
std::string json_quote(std::string_view text);

/// An object in the making: members in the order they were added.
class JsonObject {
public:
    JsonObject& add(std::string_view key, std::string_view text);
    JsonObject& add(std::string_view key, const char* text) {
        return add(key, std::string_view(text));
    }
    JsonObject& add(std::string_view key, double number);
    JsonObject& add(std::string_view key, std::uint64_t number);
    JsonObject& add(std::string_view key, std::int64_t number);
    JsonObject& add(std::string_view key, int number) { return add(key, std::int64_t{number}); }
    JsonObject& add(std::string_view key, const JsonObject& object);
    JsonObject& add_array(std::string_view key, const std::vector<double>& numbers);

    /// The object, a member a line at the top level.
    [[nodiscard]] std::string text() const;

private:
    struct Member {
        std::string key;
        std::string value;
    };
    [[nodiscard]] std::string inline_text() const;
    JsonObject& add_raw(std::string_view key, std::string value);

    std::vector<Member> members_;
};

}  // namespace bench
