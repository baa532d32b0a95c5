#pragma once
// Writes the frames that a server sends (RFC 6455 section 5.2: never masked) to the end of a
// string.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/websocket/protocol.h"

namespace chatcore::gateway {

/// 2, 4 or 10.
constexpr std::size_t frame_header_bytes(std::uint64_t payload_bytes) {
    if (payload_bytes < 126) return 2;
    return payload_bytes <= 0xFFFF ? 4 : 10;
}

/// Writes a header of frame_header_bytes(payload_bytes) to `out`; returns its size. `compressed`
/// sets RSV1.
std::size_t write_frame_header(char* out, Opcode opcode, std::uint64_t payload_bytes,
                               bool compressed = false);

/// Appends one whole, unfragmented frame. Control frames carry at most control_payload_bytes_max;
/// more is cut off.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
inline void append_text(std::string& out, std::string_view payload) {
    append_frame(out, Opcode::text, payload);
}

/// Appends a close frame. A reason longer than close_reason_bytes_max is cut between two
/// characters. A code that may not be sent (1005, 1006, out of range) gives a close frame without a
/// payload.
void append_close(std::string& out, std::uint16_t code, std::string_view reason = {});

/// The place of a frame whose payload is being appended.
struct FrameStart {
    std::size_t header_at = 0;
    std::size_t payload_at = 0;
    Opcode opcode = Opcode::text;
    bool compressed = false;
};

/// Begins a frame whose payload is then appended to `out` in place. Room is kept for the header of
/// a payload of `payload_bytes_expected`; another size costs one move of the payload by a few
/// bytes.
FrameStart begin_frame(std::string& out, Opcode opcode, std::size_t payload_bytes_expected = 256);
inline FrameStart begin_text(std::string& out, std::size_t payload_bytes_expected = 256) {
    return begin_frame(out, Opcode::text, payload_bytes_expected);
}

/// Writes the header of the frame that `start` began, which ends where `out` now ends. Returns the
/// payload's size.
std::size_t end_frame(std::string& out, const FrameStart& start);

}  // namespace chatcore::gateway
