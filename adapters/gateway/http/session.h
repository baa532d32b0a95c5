#pragma once
// HTTP/1.1 on one connection: requests one after the other, answered in order; pipelined ones wait.
// Threads: the loop's.

#include <atomic>
#include <memory>
#include <string>

#include "gateway/http/admission.h"
#include "gateway/http/exchange.h"
#include "gateway/http/refusal_log.h"
#include "gateway/http/request_parser.h"
#include "gateway/http/router.h"
#include "gateway/net/connection.h"
#include "gateway/websocket/handshake.h"

namespace chatcore::gateway {

/// What all sessions of a server share; immutable but for the counters.
struct ServerShared {
    Engine& engine;
    ServerOptions options;
    Router router;
    Admission admission;
    std::string instance;  ///< begins every request id
    std::atomic<std::int64_t> connections{0};
    std::atomic<std::int64_t> websockets{0};
    std::atomic<std::int64_t> requests{0};
    std::atomic<std::int64_t> refused{0};
    std::atomic<std::int64_t> sessions{0};  ///< native ones so far, for their names
    Limit<int> connections_max = 0;
    RefusalLog refusals{engine.telemetry(), engine.clock()};
};

class HttpSession final : public Connection::Handler,
                          public ResponseSink,
                          public std::enable_shared_from_this<HttpSession> {
public:
    /// `over_limit`: every request is answered 503, an upgrade by close code 4009.
    HttpSession(ServerShared& shared, Connection& connection, bool over_limit);

    void received(std::span<char> bytes) override;
    void second_passed(SteadyTime now) override;
    void overflowed() override;
    void leaving() override;
    void closed() override;

    void respond(Response response) override;
    void refused(const Error& error, std::string_view request_id, UserId user) override;

private:
    void process(std::string_view bytes);
    /// Takes a request in hand.
    ExchangePtr begin(Request request);
    void dispatch(Request request);
    /// True where the connection speaks WebSocket from now on; `rest` is what came behind.
    bool upgrade(Request request, std::string_view rest);
    void refuse_handshake(Request request, HandshakeError error);
    /// Refuses what is no whole request, and closes.
    void refuse(int status, ErrorCode code, std::string_view message);
    void answer(const Response& response);

    ServerShared& shared_;
    Connection& connection_;
    RequestParser parser_;
    std::string backlog_;  ///< what came in while a request was in hand
    SteadyTime since_;     ///< since when the connection is idle, or the request is coming in
    bool over_limit_ = false;
    bool leaving_ = false;
    bool busy_ = false;
    bool processing_ = false;
    bool upgraded_ = false;
    // Of the request in hand.
    bool keep_alive_ = true;
    bool head_request_ = false;
    int version_minor_ = 1;
};

}  // namespace chatcore::gateway
