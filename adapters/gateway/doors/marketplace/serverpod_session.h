#pragma once
// One socket of Serverpod's streams. Threads: the loop's, which is also the hub shard's.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/doors/marketplace/follower.h"
#include "gateway/doors/marketplace/serverpod_frames.h"
#include "gateway/websocket/session.h"

namespace chatcore::gateway::marketplace {

class ServerpodSession final : public MessageDoor {
public:
    ServerpodSession(ServerShared& shared, WebSocketSession& socket);
    ~ServerpodSession() override;

    void text(std::string_view message) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void leaving() override { end(1001, "going_away"); }
    void turned_away() override { end(4009, "too_many_connections"); }
    void closed() override;

private:
    /// One stream: a room's new messages.
    class Stream;

    void open(StreamFrame frame);
    void let_in(const std::string& id, std::int64_t number, const Result<AccessClaims>& claims);
    void opened(const std::string& id, std::int64_t number, const Result<Position>& head);
    Stream* find(const std::string& id, std::int64_t number);
    /// The stream is gone when this returns.
    void close_stream(const std::string& id, bool by_error);
    void forget(const std::string& id);
    void send(std::string_view text);
    void refuse(std::string_view text);
    void end(std::uint16_t code, std::string_view reason);

    ServerShared& shared_;
    WebSocketSession& socket_;
    CountedSession<Door::serverpod> counted_;
    std::shared_ptr<ServerpodSession*> self_;                           ///< what completions hold
    std::unordered_map<std::string, std::unique_ptr<Stream>> streams_;  ///< by the client's ids
    std::int64_t opened_ = 0;  ///< so far, to tell two streams of one id apart
    SteadyTime idle_since_;    ///< while there are none
    bool ended_ = false;
};

}  // namespace chatcore::gateway::marketplace
