#pragma once
// A WebSocket that carries an Engine.IO session, or offers to. Threads: the loop's.

#include <memory>
#include <string_view>

#include "gateway/engineio/session.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway::engineio {

class EngineSocket final : public MessageDoor {
public:
    /// `session`: nullptr where there is none to carry. `link` outlives the socket.
    EngineSocket(WebSocketSession& link, std::shared_ptr<EngineSession> session)
        : link_(link), session_(std::move(session)) {}

    WebSocketSession& link() { return link_; }
    /// Has nothing to do with the session any more, and closes.
    void end(std::uint16_t code, std::string_view reason);

    void text(std::string_view message) override;
    bool binary(std::string_view message) override;
    void second_passed(SteadyTime) override {}  // its session has its own time
    void overflowed() override;
    void leaving() override;
    void turned_away() override;
    void closed() override;

private:
    WebSocketSession& link_;
    std::shared_ptr<EngineSession> session_;  ///< the table's too
};

}  // namespace chatcore::gateway::engineio
