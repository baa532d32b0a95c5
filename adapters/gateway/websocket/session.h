#pragma once
// A WebSocket on one connection: frames, pings, the closing handshake. What the messages mean is
// its door's business. Threads: the loop's.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/session.h"
#include "gateway/link/message_link.h"
#include "gateway/net/connection.h"
#include "gateway/websocket/frame_decoder.h"
#include "gateway/websocket/permessage_deflate.h"

namespace chatcore::gateway {

class WebSocketSession final : public Connection::Handler,
                               public MessageLink,
                               public std::enable_shared_from_this<WebSocketSession> {
public:
    WebSocketSession(ServerShared& shared, Connection& connection,
                     std::optional<DeflateAgreement> deflate);
    ~WebSocketSession() override;

    /// Another door from now on; the one before may still return from what it is in.
    void open(std::unique_ptr<MessageDoor> door);
    /// Has the door say that there are too many connections, and close.
    void turn_away() { door_->turned_away(); }

    Framing framing() const override { return framing_; }
    /// Queues bytes that are whole frames.
    void send(SharedBytes frames) override { connection_.send(std::move(frames)); }
    void send(std::string frames) { connection_.send(std::move(frames)); }
    void flush() override { connection_.flush(); }
    /// Sends a close frame and closes when the client has answered it, or after some seconds. What
    /// waits is sent before it, unless it is dropped first.
    void close(std::uint16_t code, std::string_view reason) override;
    void drop_queue() override { connection_.drop_queue(); }
    bool is_closing() const override { return closing_ || connection_.is_closing(); }

    Loop& loop() override { return connection_.loop(); }

    void received(std::span<char> bytes) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void leaving() override;
    void closed() override;

private:
    void handle(const IncomingFrame& frame);

    ServerShared& shared_;
    Connection& connection_;
    std::unique_ptr<MessageDoor> door_;
    std::unique_ptr<MessageDoor> retired_;  ///< the door before, which may not have returned yet
    FrameDecoder decoder_;
    SteadyTime pinged_at_;
    SteadyTime begun_at_;  ///< the message that is coming in, if one is
    const Framing framing_;
    bool closing_ = false;
};

}  // namespace chatcore::gateway
