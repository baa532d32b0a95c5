#pragma once
// Character classes and encodings of HTTP and URIs: tokens, lists, percent-encoding.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway {

namespace detail {
consteval std::array<bool, 256> token_table() {
    std::array<bool, 256> table{};
    for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}
inline constexpr std::array<bool, 256> token_chars = token_table();
}  // namespace detail

/// tchar of RFC 9110 section 5.6.2.
constexpr bool is_token_char(char c) {
    return detail::token_chars[static_cast<unsigned char>(c)];
}

/// Whether it is a token: at least one tchar and nothing else.
bool is_token(std::string_view text);

/// Control characters but for the horizontal tab; what may stand neither in a header line nor in a
/// value.
constexpr bool is_forbidden_in_line(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

/// ASCII letters only.
constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Without spaces and tabs around it.
std::string_view trim(std::string_view text);

/// Takes the next element off the front of a comma-separated list, trimmed; nullopt at the end.
/// Empty elements are passed over (RFC 9110 section 5.6.1.2). Quoted strings are not looked into.
std::optional<std::string_view> next_list_element(std::string_view& list);

/// The value of a hexadecimal digit, or -1.
int hex_value(char c);

enum class PercentRule { strict, literal };

/// Decodes `%41`. A `%` without two hexadecimal digits is nullopt under `strict` and stands for
/// itself under `literal`. `plus_is_space` decodes forms.
std::optional<std::string> percent_decode(std::string_view text, PercentRule rule,
                                          bool plus_is_space);

bool is_utf8(std::string_view text);

/// Whether the text can still become UTF-8, whatever follows it. Its first `checked` bytes are
/// known to be whole characters; then as many are as there are now, so that a text that comes in
/// pieces is looked through once.
bool can_become_utf8(std::string_view text, std::size_t& checked);

}  // namespace chatcore::gateway
