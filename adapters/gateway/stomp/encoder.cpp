#include "gateway/stomp/encoder.h"

#include <array>
#include <charconv>

namespace chatcore::gateway::stomp {

FrameWriter::FrameWriter(std::string& out, Version version, std::string_view command)
    : out_(out), version_(version) {
    out_ += command;
    out_ += '\n';
}

FrameWriter& FrameWriter::header(std::string_view name, std::string_view value) {
    escape(name);
    out_ += ':';
    escape(value);
    out_ += '\n';
    return *this;
}

FrameWriter& FrameWriter::plain(std::string_view name, std::string_view value) {
    out_ += name;
    out_ += ':';
    out_ += value;
    out_ += '\n';
    return *this;
}

FrameWriter& FrameWriter::number(std::string_view name, std::int64_t value) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return plain(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void FrameWriter::end() {
    out_ += '\n';
    out_ += '\0';
}

void FrameWriter::body(std::string_view text, std::string_view content_type) {
    if (!content_type.empty()) plain("content-type", content_type);
    number("content-length", static_cast<std::int64_t>(text.size()));
    out_ += '\n';
    out_ += text;
    out_ += '\0';
}

void FrameWriter::escape(std::string_view text) {
    for (const char c : text) {
        if (version_ == Version::v1_0) {
            // 1.0 knows no escapes: what would begin a line of its own is shown as a blank.
            out_ += c == '\n' || c == '\r' ? ' ' : c;
        } else if (c == '\n') {
            out_ += "\\n";
        } else if (c == ':') {
            out_ += "\\c";
        } else if (c == '\\') {
            out_ += "\\\\";
        } else if (c == '\r') {
            // 1.1 has no escape for it.
            out_ += version_ == Version::v1_2 ? "\\r" : " ";
        } else {
            out_ += c;
        }
    }
}

}  // namespace chatcore::gateway::stomp
