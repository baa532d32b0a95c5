#include "gateway/http/disposition.h"

namespace chatcore::gateway {

namespace {

/// attr-char of RFC 8187 section 3.2.1.
bool is_attribute_char(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_first_of_letter(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

}  // namespace

std::string content_disposition(bool shown, std::string_view name) {
    std::string value = shown ? "inline" : "attachment";
    std::string plain;
    std::string encoded;
    bool is_plain = true;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view digits = "0123456789ABCDEF";
        if (is_attribute_char(c)) {
            encoded += c;
        } else {
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
        // Some readers undo percent-encoding in the quoted name, and some stop at a quote inside.
        const bool quotable = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '%';
        if (quotable) {
            plain += c;
        } else if (is_first_of_letter(c)) {
            plain += '_';
        }
        is_plain = is_plain && quotable;
    }
    value += "; filename=\"" + plain + '"';
    if (!is_plain) value += "; filename*=UTF-8''" + encoded;
    return value;
}

}  // namespace chatcore::gateway
