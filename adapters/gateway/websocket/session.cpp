#include "gateway/websocket/session.h"

#include <utility>

#include "gateway/websocket/frame_compressor.h"
#include "gateway/websocket/frame_encoder.h"

namespace chatcore::gateway {

namespace {

const SharedBytes& ping_frame() {
    static const SharedBytes frame = [] {
        std::string bytes;
        append_frame(bytes, Opcode::ping, {});
        return std::make_shared<const std::string>(std::move(bytes));
    }();
    return frame;
}

Framing framing_of(const std::optional<DeflateAgreement>& deflate) {
    if (!deflate) return Framing::websocket;
    return deflate->server_window_bits == wide_window_bits ? Framing::websocket_deflated
                                                           : Framing::websocket_narrow;
}

}  // namespace

WebSocketSession::WebSocketSession(ServerShared& shared, Connection& connection,
                                   std::optional<DeflateAgreement> deflate)
    : shared_(shared),
      connection_(connection),
      decoder_({.message_bytes_max = shared.options.message_bytes_max,
                .client_window_bytes = deflate ? deflate->client_window_bytes() : 0},
               deflate ? &connection.loop().inflater : nullptr),
      pinged_at_(connection.loop().now),
      framing_(framing_of(deflate)) {
    shared_.websockets.fetch_add(1, std::memory_order_relaxed);
}

WebSocketSession::~WebSocketSession() = default;

void WebSocketSession::open(std::unique_ptr<MessageDoor> door) {
    retired_ = std::exchange(door_, std::move(door));
}

void WebSocketSession::received(std::span<char> bytes) {
    if (!decoder_.is_in_message()) begun_at_ = loop().now;
    IncomingFrame frame;
    while (!connection_.is_closing() && decoder_.next(bytes, frame)) {
        // A control frame may come in the middle of a message.
        if (!is_control(frame.opcode)) begun_at_ = loop().now;
        handle(frame);
    }
    if (decoder_.error() != FrameError::none)
        close(close_code_of(decoder_.error()), describe(decoder_.error()));
}

void WebSocketSession::handle(const IncomingFrame& frame) {
    switch (frame.opcode) {
        case Opcode::text:
            if (!closing_) door_->text(frame.payload);
            break;
        case Opcode::binary:
            if (!closing_ && !door_->binary(frame.payload))
                close(close_code::unsupported_data, "text messages only");
            break;
        case Opcode::ping: {
            if (closing_) break;
            std::string pong;
            append_frame(pong, Opcode::pong, frame.payload);
            connection_.send(std::move(pong));
            connection_.flush();
            break;
        }
        case Opcode::close:
            // Ours answers theirs; where ours went first, theirs was the answer (RFC 6455
            // section 5.5.1).
            if (!closing_) {
                const bool coded = frame.close_code != close_code::none_received;
                close(coded ? frame.close_code : close_code::normal, {});
            }
            connection_.close_after_flush();
            break;
        default:
            break;
    }
}

void WebSocketSession::close(std::uint16_t code, std::string_view reason) {
    if (is_closing()) return;
    closing_ = true;
    std::string frame;
    append_close(frame, code, reason);
    connection_.send(std::move(frame));
    connection_.close_after_flush();
}

void WebSocketSession::leaving() {
    if (!is_closing()) door_->leaving();
}

void WebSocketSession::second_passed(SteadyTime now) {
    if (now - connection_.last_heard() > shared_.options.silence_max) {
        connection_.close_now();
        return;
    }
    if (decoder_.is_in_message() && now - begun_at_ > shared_.options.message_max)
        return close(close_code::policy_violation, "a message has no end");
    if (now - pinged_at_ >= shared_.options.heartbeat) {
        pinged_at_ = now;
        connection_.send(ping_frame());
        connection_.flush();
    }
    if (!connection_.is_closing()) door_->second_passed(now);
}

void WebSocketSession::overflowed() {
    if (is_closing()) return;
    connection_.drop_queue();
    door_->overflowed();
}

void WebSocketSession::closed() {
    shared_.connections.fetch_sub(1, std::memory_order_relaxed);
    shared_.websockets.fetch_sub(1, std::memory_order_relaxed);
    door_->closed();
}

}  // namespace chatcore::gateway
