#include "log_text.h"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

namespace chatcore {

namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// How many bytes the UTF-8 character at the beginning has (RFC 3629 section 4); 0: it is none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const auto follows = [&](std::size_t i, unsigned least = 0x80, unsigned greatest = 0xBF) {
        return byte(i) >= least && byte(i) <= greatest;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned least = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned greatest = first == 0xED ? 0x9F : 0xBF;
        return follows(1, least, greatest) && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned least = first == 0xF0 ? 0x90 : 0x80;
        const unsigned greatest = first == 0xF4 ? 0x8F : 0xBF;
        return follows(1, least, greatest) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const char c = text.front();
        const std::size_t bytes = character_bytes(text);
        if (bytes == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (is_control(c)) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
            out += text.substr(0, bytes);
        }
        text.remove_prefix(bytes);
    }
    out += '"';
}

}  // namespace

std::string log_line(const LogRecord& record) {
    std::string line(record.text);
    if (!record.request.empty()) line.append(" request=").append(record.request);
    if (!record.address.empty()) line.append(" address=").append(record.address);
    for (char& c : line) {
        if (is_control(c)) c = ' ';
    }
    if (record.user.value != 0) line += fmt::format(" user={}", record.user.value);
    if (record.room.value != 0) line += fmt::format(" room={}", record.room.value);
    return line;
}

std::string log_json(const LogRecord& record) {
    std::string line = "\"text\":";
    append_json_text(line, record.text);
    if (!record.request.empty()) {
        line += ",\"requestId\":";
        append_json_text(line, record.request);
    }
    if (!record.address.empty()) {
        line += ",\"address\":";
        append_json_text(line, record.address);
    }
    if (record.user.value != 0) line += fmt::format(",\"userId\":{}", record.user.value);
    if (record.room.value != 0) line += fmt::format(",\"roomId\":{}", record.room.value);
    return line;
}

}  // namespace chatcore
