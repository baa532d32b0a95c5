#include "gateway/engineio/socket.h"

#include "gateway/websocket/protocol.h"

namespace chatcore::gateway::engineio {

void EngineSocket::end(std::uint16_t code, std::string_view reason) {
    const std::shared_ptr<EngineSession> session = std::move(session_);
    session_.reset();
    link_.close(code, reason);
}

void EngineSocket::text(std::string_view message) {
    if (const std::shared_ptr<EngineSession> session = session_) session->text(*this, message);
}

bool EngineSocket::binary(std::string_view message) {
    if (const std::shared_ptr<EngineSession> session = session_) session->binary(*this, message);
    return true;
}

void EngineSocket::overflowed() {
    if (const std::shared_ptr<EngineSession> session = session_) {
        session->overflowed(*this);
    } else {
        link_.close(4008, "too slow");
    }
}

void EngineSocket::leaving() {
    // The session has been told as well, and has closed this socket where it carries it.
    end(close_code::going_away, "server stops");
}

void EngineSocket::turned_away() {
    if (const std::shared_ptr<EngineSession> session = session_) session->gone(*this);
    end(4009, "too many connections");
}

void EngineSocket::closed() {
    if (const std::shared_ptr<EngineSession> session = session_) session->gone(*this);
    session_.reset();
}

}  // namespace chatcore::gateway::engineio
