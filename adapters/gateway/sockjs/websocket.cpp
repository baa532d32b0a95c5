#include "gateway/sockjs/websocket.h"

#include <utility>

#include "gateway/sockjs/frames.h"
#include "gateway/sockjs/messages.h"
#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::sockjs {

SocketDoor::SocketDoor(ServerShared& shared, WebSocketSession& socket, const Service& service,
                       std::string token)
    : shared_(shared), socket_(socket), counted_(socket.loop().doors), told_at_(socket.loop().now) {
    tell("o");
    door_ = service.open(*this, std::move(token));
}

void SocketDoor::text(std::string_view message) {
    if (message.empty()) return;
    Messages messages;
    if (read_message(message, messages) != Payload::good)
        return socket_.close(close_code::protocol_error, "Broken framing.");
    for (std::size_t i = 0; i < messages.count() && !is_closing(); ++i) door_->text(messages[i]);
}

void SocketDoor::second_passed(SteadyTime now) {
    if (now - told_at_ >= shared_.options.heartbeat) {
        tell("h");
        socket_.flush();
    }
    door_->second_passed(now);
}

Framing SocketDoor::framing() const {
    return socket_.framing() == Framing::websocket_deflated ? Framing::sockjs_websocket_deflated
                                                            : Framing::sockjs_websocket;
}

void SocketDoor::send(SharedBytes framed) {
    told_at_ = socket_.loop().now;
    socket_.send(std::move(framed));
}

void SocketDoor::tell(std::string_view frame) {
    told_at_ = socket_.loop().now;
    socket_.send_message(frame);
}

void SocketDoor::close(std::uint16_t code, std::string_view reason) {
    if (is_closing()) return;
    const bool plain = code == close_code::normal || code == close_code::going_away;
    tell(plain ? close_frame(3000, "Go away!") : close_frame(code, reason));
    socket_.close(code, reason);
}

}  // namespace chatcore::gateway::sockjs
