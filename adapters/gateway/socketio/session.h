#pragma once
// A client that speaks Socket.IO 5 over an Engine.IO session: its packets, and the namespaces that
// it is in. Threads: the session's loop.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/engineio/session.h"
#include "gateway/socketio/packet.h"
#include "gateway/socketio/space.h"

namespace chatcore::gateway::socketio {

class SocketIoSession final : public engineio::EngineDoor {
public:
    /// `token`: what the request that began the session has shown. All outlives the session.
    SocketIoSession(ServerShared& shared, engineio::EngineSession& link, SpaceKinds kinds,
                    std::string token);
    ~SocketIoSession() override;

    // Of the Engine.IO session.
    void text(std::string_view message) override;
    bool binary(std::string_view message) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void leaving() override;
    void turned_away() override;
    void closed() override;
    void reframed() override;

    // Of the spaces.
    engineio::EngineSession& link() { return link_; }
    const std::string& token() const { return token_; }
    /// Sends a packet, but does not flush.
    void send_packet(const Packet& packet);
    /// The space has told the client that it is not, or no more, in it. It is kept until it has
    /// returned.
    void let_go(Space& space);
    /// Ends the whole session where no space is left that has let the client in: a second or two
    /// later, so that the client knows by then why.
    void end_if_unused();

private:
    struct Joined {
        std::string_view name;  ///< the kind's
        std::unique_ptr<Space> space;
        bool gone = false;
    };
    /// A packet that waits for its attachments.
    struct Partial {
        std::string text;
        std::size_t awaited = 0;
        std::size_t bytes = 0;
        SteadyTime begun_at;
        std::vector<std::string> attachments = {};
    };

    void take(const Packet& packet, std::span<const std::string> attachments);
    void connect(const Packet& packet);
    void refuse_space(const Packet& packet);
    bool is_used() const;
    Joined* find(std::string_view name);
    void sweep();
    /// What is against the protocol ends the session, as the reference does it.
    void refuse();

    ServerShared& shared_;
    engineio::EngineSession& link_;
    const SpaceKinds kinds_;
    const std::string token_;
    std::vector<Joined> spaces_;
    std::unique_ptr<Partial> partial_;
    SteadyTime unused_since_;
    std::optional<SteadyTime> ended_at_;
};

}  // namespace chatcore::gateway::socketio
