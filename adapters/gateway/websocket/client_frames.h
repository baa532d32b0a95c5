#pragma once
// The client's side of a WebSocket, as much as load generators and tests need: masked frames out,
// frames of a server in. No server code uses it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/websocket/masking.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway {

struct ClientFrame {
    Opcode opcode = Opcode::text;
    std::string_view payload{};
    MaskKey key{};  ///< real clients draw one at random for each frame
    bool fin = true;
    bool compressed = false;  ///< sets RSV1; the payload is deflated already
};

void append_client_frame(std::string& out, const ClientFrame& frame);

struct ClientHandshake {
    std::string_view host{};
    std::string_view target = "/ws";
    std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";  ///< 16 bytes in base64
    std::string_view subprotocols{};                    ///< a comma-separated list, or empty
    std::string_view extensions{};                      ///< Sec-WebSocket-Extensions, or empty
    std::string_view authorization{};                   ///< the header's whole value, or empty
};

void append_client_handshake(std::string& out, const ClientHandshake& handshake);

/// One frame as a server sends it, in the caller's bytes.
struct ServerFrame {
    Opcode opcode = Opcode::text;
    std::string_view payload;
    bool fin = true;
    bool compressed = false;
};

enum class ServerFrameStatus : std::uint8_t { frame, more, invalid };

/// Takes one whole frame from the front of `input`, if there is one.
ServerFrameStatus take_server_frame(std::string_view& input, ServerFrame& frame);

}  // namespace chatcore::gateway
