#include "gateway/websocket/client_frames.h"

#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

void append_client_frame(std::string& out, const ClientFrame& frame) {
    char header[10];
    const std::size_t size =
        write_frame_header(header, frame.opcode, frame.payload.size(), frame.compressed);
    if (!frame.fin) header[0] = static_cast<char>(header[0] & 0x7F);
    header[1] = static_cast<char>(header[1] | 0x80);
    out.append(header, size);
    for (const unsigned char byte : frame.key) out.push_back(static_cast<char>(byte));
    const std::size_t payload_at = out.size();
    out.append(frame.payload);
    apply_mask(out.data() + payload_at, frame.payload.size(), frame.key);
}

void append_client_handshake(std::string& out, const ClientHandshake& handshake) {
    const auto field = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) out.append(name).append(": ").append(value).append("\r\n");
    };
    out.append("GET ").append(handshake.target).append(" HTTP/1.1\r\n");
    field("Host", handshake.host);
    out.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    field("Sec-WebSocket-Key", handshake.key);
    field("Sec-WebSocket-Protocol", handshake.subprotocols);
    field("Sec-WebSocket-Extensions", handshake.extensions);
    field("Authorization", handshake.authorization);
    out.append("\r\n");
}

ServerFrameStatus take_server_frame(std::string_view& input, ServerFrame& frame) {
    if (input.size() < 2) return ServerFrameStatus::more;
    const auto first = static_cast<unsigned char>(input[0]);
    const auto second = static_cast<unsigned char>(input[1]);
    if ((first & 0x30) != 0 || (second & 0x80) != 0) return ServerFrameStatus::invalid;
    std::uint64_t length = second;
    std::size_t header_bytes = 2;
    if (second >= 126) {
        header_bytes = second == 126 ? 4 : 10;
        if (input.size() < header_bytes) return ServerFrameStatus::more;
        length = 0;
        for (std::size_t i = 2; i < header_bytes; ++i) {
            length = length << 8 | static_cast<unsigned char>(input[i]);
        }
        if (frame_header_bytes(length) != header_bytes) return ServerFrameStatus::invalid;
    }
    if (input.size() - header_bytes < length) return ServerFrameStatus::more;
    frame.opcode = static_cast<Opcode>(first & 0x0F);
    frame.fin = (first & 0x80) != 0;
    frame.compressed = (first & 0x40) != 0;
    frame.payload = input.substr(header_bytes, static_cast<std::size_t>(length));
    input.remove_prefix(header_bytes + frame.payload.size());
    return ServerFrameStatus::frame;
}

}  // namespace chatcore::gateway
