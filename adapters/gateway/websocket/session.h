#pragma once
// A WebSocket on one connection: frames, pings, the closing handshake. What the messages mean is
// its door's business. Threads: the loop's.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/session.h"
#include "gateway/net/connection.h"
#include "gateway/websocket/frame_decoder.h"
#include "gateway/websocket/permessage_deflate.h"

namespace chatcore::gateway {

/// A protocol spoken in WebSocket messages.
class WebSocketDoor {
public:
    virtual ~WebSocketDoor() = default;

    /// A text message, UTF-8, valid during the call, with `payload_slack_bytes` of readable memory
    /// after it.
    virtual void text(std::string_view message) = 0;
    virtual void second_passed(SteadyTime now) = 0;
    /// The client does not read what it is sent.
    virtual void overflowed() = 0;
    /// The server is going away.
    virtual void leaving() = 0;
    /// There are too many connections for one more.
    virtual void turned_away() = 0;
    /// The last call.
    virtual void closed() = 0;
};

class WebSocketSession final : public Connection::Handler,
                               public std::enable_shared_from_this<WebSocketSession> {
public:
    WebSocketSession(ServerShared& shared, Connection& connection,
                     std::optional<DeflateAgreement> deflate);
    ~WebSocketSession() override;

    void open(std::unique_ptr<WebSocketDoor> door);
    /// Has the door say that there are too many connections, and close.
    void turn_away() { door_->turned_away(); }

    /// Queues bytes that are whole frames.
    void send(SharedBytes frames) { connection_.send(std::move(frames)); }
    void send(std::string frames) { connection_.send(std::move(frames)); }
    void flush() { connection_.flush(); }
    /// Sends a close frame and closes when the client has answered it, or after some seconds. What
    /// waits is sent before it, unless it is dropped first.
    void close(std::uint16_t code, std::string_view reason);
    void drop_queue() { connection_.drop_queue(); }
    bool is_closing() const { return closing_ || connection_.is_closing(); }

    /// Whether frames deflated with the widest window are understood.
    bool deflates() const { return deflates_; }
    Loop& loop() { return connection_.loop(); }

    void received(std::span<char> bytes) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void leaving() override;
    void closed() override;

private:
    void handle(const IncomingFrame& frame);

    ServerShared& shared_;
    Connection& connection_;
    std::unique_ptr<WebSocketDoor> door_;
    FrameDecoder decoder_;
    SteadyTime pinged_at_;
    bool deflates_ = false;
    bool closing_ = false;
};

}  // namespace chatcore::gateway
