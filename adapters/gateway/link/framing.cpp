#include "gateway/link/framing.h"

#include <fmt/format.h>

#include "gateway/websocket/frame_compressor.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

namespace {

// A short window is searched through quickly.
constexpr int narrow_level = 6;

/// The code point of two or three bytes at the front of a UTF-8 text; 0 for any other.
std::uint32_t short_code_point(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.size() >= 2 && (byte(0) & 0xE0U) == 0xC0U) {
        return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    }
    if (text.size() >= 3 && (byte(0) & 0xF0U) == 0xE0U) {
        return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    }
    return 0;
}

/// What stands behind the backslash for a control that JSON has a letter for; 0 for any other. That
/// letter is what JavaScript writes, and what the protocol's own tests look for.
char short_escape(unsigned char c) {
    switch (c) {
        case '\b':
            return 'b';
        case '\t':
            return 't';
        case '\n':
            return 'n';
        case '\f':
            return 'f';
        case '\r':
            return 'r';
        default:
            return 0;
    }
}

/// Beyond ASCII, of the characters of at most 16 bits.
bool wants_escape(std::uint32_t code_point) {
    const auto within = [code_point](std::uint32_t first, std::uint32_t last) {
        return code_point >= first && code_point <= last;
    };
    return within(0x0080, 0x009F) || within(0x00AD, 0x00AD) || within(0x0600, 0x0604) ||
           within(0x070F, 0x070F) || within(0x17B4, 0x17B5) || within(0x200C, 0x200F) ||
           within(0x2028, 0x202F) || within(0x2060, 0x206F) || within(0xFEFF, 0xFEFF) ||
           within(0xFFF0, 0xFFFF);
}

}  // namespace

void append_websocket(std::string& out, Framing framing, Opcode opcode, std::string_view payload) {
    thread_local FrameCompressor wide;
    thread_local FrameCompressor narrow(narrow_level, narrow_window_bits);
    const bool smaller =
        (framing == Framing::websocket_deflated && wide.append_frame(out, opcode, payload)) ||
        (framing == Framing::websocket_narrow && narrow.append_frame(out, opcode, payload));
    if (!smaller) append_frame(out, opcode, payload);
}

void append_message(std::string& out, Framing framing, std::string_view text) {
    if (framing == Framing::websocket || framing == Framing::websocket_deflated ||
        framing == Framing::websocket_narrow) {
        append_websocket(out, framing, Opcode::text, text);
    } else if (framing == Framing::event_stream) {
        append_stream_event(out, {}, {}, text);
    } else if (framing == Framing::sockjs_strings) {
        append_sockjs_string(out, text);
        out += ',';
    } else if (framing == Framing::engineio_records) {
        out.append(text).push_back('\x1e');
    } else {
        thread_local std::string array;
        array = "a[";
        append_sockjs_string(array, text);
        array += ']';
        const bool deflated = framing == Framing::sockjs_websocket_deflated;
        append_websocket(out, deflated ? Framing::websocket_deflated : Framing::websocket,
                         Opcode::text, array);
    }
}

void append_stream_event(std::string& out, std::string_view name, std::string_view id,
                         std::string_view data) {
    const auto field = [&out](std::string_view field_name, std::string_view value) {
        out.append(field_name).append(": ").append(value) += '\n';
    };
    if (!name.empty()) field("event", name);
    if (!id.empty()) field("id", id);
    // A line's end of either kind would end the field, and JSON may hold some between its values.
    for (std::size_t end = 0; end != data.npos && !data.empty();) {
        end = data.find_first_of("\r\n");
        field("data", data.substr(0, end));
        if (end != data.npos) data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
    }
    out += '\n';
}

void append_sockjs_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto first = static_cast<unsigned char>(text.front());
        std::size_t taken = 1;
        if (first == '"' || first == '\\') {
            out += '\\';
            out += text.front();
        } else if (const char letter = short_escape(first); letter != 0) {
            out += '\\';
            out += letter;
        } else if (first < 0x20 || first == 0x7F) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", first);
        } else if (first < 0x80) {
            out += text.front();
        } else if (const std::uint32_t code_point = short_code_point(text);
                   wants_escape(code_point)) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
            taken = code_point < 0x800 ? 2 : 3;
        } else {
            out += text.front();
        }
        text.remove_prefix(taken);
    }
    out += '"';
}

}  // namespace chatcore::gateway
