#pragma once
// WebSocket frames (RFC 6455 section 5.2) as the benchmarks need them. A client must mask; it may
// choose the key zero, under which the masked bytes are the bytes themselves, and the generator
// does, since it shares the machine with the server that it measures. The server under test cannot
// know and unmasks all the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

struct Frame {
    Opcode opcode = Opcode::text;
    bool final = true;
    bool masked = false;
    std::uint32_t header_bytes = 0;
    std::size_t payload_bytes = 0;

    [[nodiscard]] std::size_t size() const noexcept { return header_bytes + payload_bytes; }
};

/// Reads the frame header at the start of `bytes`; false if it is not all there yet.
inline bool read_frame(const char* bytes, std::size_t size, Frame& frame) noexcept {
    if (size < 2) return false;
    const auto byte = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    frame.opcode = static_cast<Opcode>(byte(0) & 15U);
    frame.final = (byte(0) & 0x80U) != 0;
    frame.masked = (byte(1) & 0x80U) != 0;
    std::size_t length = byte(1) & 0x7fU;
    std::uint32_t header = 2;
    if (length == 126) {
        if (size < 4) return false;
        length = (std::size_t{byte(2)} << 8) | byte(3);
        header = 4;
    } else if (length == 127) {
        if (size < 10) return false;
        length = 0;
        for (std::size_t i = 2; i < 10; ++i) length = (length << 8) | byte(i);
        header = 10;
    }
    frame.header_bytes = header + (frame.masked ? 4U : 0U);
    frame.payload_bytes = length;
    return size >= frame.header_bytes;
}

/// Appends a frame as a client sends it, masked with the key zero.
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);
/// Appends a frame as a server sends it.
void append_server_frame(std::string& out, Opcode opcode, std::string_view payload);

/// The request that opens a WebSocket there; without a subprotocol where that is empty.
std::string handshake_request(std::string_view host, std::string_view target,
                              std::string_view subprotocol);

/// The value of a header in the head of an HTTP message, found in any letter case; empty where it
/// is not there.
std::string_view header_value(std::string_view head, std::string_view name);

}  // namespace bench
