#include "gateway/json/writer.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace chatcore::gateway {

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    out_ += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out_.append(text, plain, i - plain);
        plain = i + 1;
        switch (byte) {
            case '"':
                out_ += "\\\"";
                break;
            case '\\':
                out_ += "\\\\";
                break;
            case '\n':
                out_ += "\\n";
                break;
            case '\r':
                out_ += "\\r";
                break;
            case '\t':
                out_ += "\\t";
                break;
            default:
                fmt::format_to(std::back_inserter(out_), "\\u{:04x}", byte);
                break;
        }
    }
    out_.append(text, plain, text.size() - plain);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
    separate();
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    if (names_id_) out_ += '"';
    out_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    if (names_id_) out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::value(Timestamp at) {
    separate();
    out_ += '"';
    out_ += format_rfc3339(at);
    out_ += '"';
    return *this;
}

}  // namespace chatcore::gateway
