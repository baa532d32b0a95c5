#pragma once
// A SockJS session over a WebSocket, which lives as long as that does: each message is a frame of
// SockJS. Threads: the loop's.

#include <memory>
#include <string>
#include <string_view>

#include "gateway/link/message_link.h"
#include "gateway/sockjs/service.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway::sockjs {

class SocketDoor final : public MessageDoor, public MessageLink {
public:
    /// Shared and socket outlive it.
    SocketDoor(ServerShared& shared, WebSocketSession& socket, const Service& service,
               std::string token);

    void text(std::string_view message) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override { door_->overflowed(); }
    void leaving() override { door_->leaving(); }
    void turned_away() override { door_->turned_away(); }
    void closed() override { door_->closed(); }

    Framing framing() const override;
    void send(SharedBytes framed) override;
    void flush() override { socket_.flush(); }
    void drop_queue() override { socket_.drop_queue(); }
    void close(std::uint16_t code, std::string_view reason) override;
    bool is_closing() const override { return socket_.is_closing(); }
    Loop& loop() override { return socket_.loop(); }

private:
    void tell(std::string_view frame);

    ServerShared& shared_;
    WebSocketSession& socket_;
    CountedSession<Door::sockjs> counted_;
    std::unique_ptr<MessageDoor> door_;
    SteadyTime told_at_;
};

}  // namespace chatcore::gateway::sockjs
