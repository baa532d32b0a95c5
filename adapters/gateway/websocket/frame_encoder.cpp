#include "gateway/websocket/frame_encoder.h"

#include <algorithm>

namespace chatcore::gateway {
namespace {

void write_big_endian(char* out, std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i > 0; --i, value >>= 8) {
        out[i - 1] = static_cast<char>(value & 0xFF);
    }
}

/// The longest beginning of at most `size` bytes that does not end within a character.
std::string_view cut_between_characters(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

}  // namespace

std::size_t write_frame_header(char* out, Opcode opcode, std::uint64_t payload_bytes,
                               bool compressed) {
    const std::size_t size = frame_header_bytes(payload_bytes);
    out[0] = static_cast<char>(0x80 | (compressed ? 0x40 : 0) | static_cast<int>(opcode));
    if (size == 2) {
        out[1] = static_cast<char>(payload_bytes);
    } else {
        out[1] = static_cast<char>(size == 4 ? 126 : 127);
        write_big_endian(out + 2, payload_bytes, size - 2);
    }
    return size;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
    if (is_control(opcode)) payload = payload.substr(0, control_payload_bytes_max);
    char header[10];
    const std::size_t size = write_frame_header(header, opcode, payload.size());
    out.append(header, size).append(payload);
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
    if (!is_valid_close_code(code)) return append_frame(out, Opcode::close, {});
    const std::string_view cut = cut_between_characters(reason, close_reason_bytes_max);
    char head[4];
    write_frame_header(head, Opcode::close, 2 + cut.size());
    write_big_endian(head + 2, code, 2);
    out.append(head, sizeof head).append(cut);
}

FrameStart begin_frame(std::string& out, Opcode opcode, std::size_t payload_bytes_expected) {
    const std::size_t header_at = out.size();
    out.append(frame_header_bytes(payload_bytes_expected), '\0');
    return {header_at, out.size(), opcode, false};
}

std::size_t end_frame(std::string& out, const FrameStart& start) {
    const std::size_t payload_bytes = out.size() - start.payload_at;
    const std::size_t kept = start.payload_at - start.header_at;
    const std::size_t needed = frame_header_bytes(payload_bytes);
    if (needed > kept) out.insert(start.header_at, needed - kept, '\0');
    if (needed < kept) out.erase(start.header_at, kept - needed);
    write_frame_header(out.data() + start.header_at, start.opcode, payload_bytes, start.compressed);
    return payload_bytes;
}

}  // namespace chatcore::gateway
