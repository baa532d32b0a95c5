#pragma once
// How a text message stands among the bytes of a link.

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/websocket/protocol.h"

namespace chatcore::gateway {

enum class Framing : std::uint8_t {
    websocket,           ///< a text frame each
    websocket_deflated,  ///< the same, deflated (RFC 7692) where that is smaller
    sockjs_websocket,    ///< a text frame each, of a SockJS array with one message
    sockjs_websocket_deflated,
    sockjs_strings,    ///< a JSON text and a comma each, for arrays that are put together later
    websocket_narrow,  ///< websocket_deflated for those who asked for a smaller window
    engineio_records,  ///< a record and its separator each, for bodies that are put together later
    event_stream,      ///< an event without a name each (HTML, section 9.2)
};
inline constexpr int framing_count = 8;

/// Appends one message, UTF-8.
void append_message(std::string& out, Framing framing, std::string_view text);

/// Appends a text or binary frame by one of the WebSocket's framings.
void append_websocket(std::string& out, Framing framing, Opcode opcode, std::string_view payload);

/// Appends a text as JSON of SockJS, whose clients want more escaped than JSON does: what some
/// browsers do not pass on unharmed (sockjs-protocol 0.3.3, "Message framing").
void append_sockjs_string(std::string& out, std::string_view text);

/// Appends an event of an event stream (HTML, section 9.2.5). `name`: empty is `message`; `id`:
/// empty leaves the client's last one.
void append_stream_event(std::string& out, std::string_view name, std::string_view id,
                         std::string_view data);

}  // namespace chatcore::gateway
