#pragma once
// HTTP/1.1 on one connection: requests one after the other, answered in order; pipelined ones wait.
// Threads: the loop's.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gateway/doors/v1/legacy.h"
#include "gateway/http/admission.h"
#include "gateway/http/exchange.h"
#include "gateway/http/refusal_log.h"
#include "gateway/http/request_parser.h"
#include "gateway/http/router.h"
#include "gateway/link/places.h"
#include "gateway/link/unknown_sessions.h"
#include "gateway/net/connection.h"
#include "gateway/websocket/handshake.h"

namespace chatcore::gateway {

/// What all sessions of a server share; immutable but for the counters.
struct ServerShared {
    Engine& engine;
    ServerOptions options;
    Router router;
    LegacyForm legacy;
    Admission admission;
    std::string instance;  ///< begins every request id
    std::atomic<std::int64_t> connections{0};
    std::atomic<std::int64_t> websockets{0};
    std::atomic<std::int64_t> requests{0};
    std::atomic<std::int64_t> refused{0};
    std::atomic<std::int64_t> sessions{0};  ///< native ones so far, for their names
    std::atomic<std::int64_t> carried{0};   ///< sessions that outlive their connections, now
    UnknownSessions unknown_sessions = {};
    Limit<int> connections_max = 0;
    RefusalLog refusals{engine.telemetry(), engine.clock()};
    std::vector<IpNetwork> trusted = {};  ///< proxies
    Places places = {};
    std::vector<Loop*> loops = {};  ///< those that sessions are spread over; none: they stay
    std::atomic<bool> closing{false};
    std::atomic<int> turned_away{0};  ///< connections that are being told that they come too fast
};

/// What a connection is told as it comes: nothing, that there are too many, or that its address
/// connects too often.
enum class Turn : std::uint8_t { served, too_many, too_fast };

class HttpSession final : public Connection::Handler,
                          public ResponseSink,
                          public std::enable_shared_from_this<HttpSession> {
public:
    /// Who is not served has a request answered 503 or 429, and an upgrade by close code 4009; but
    /// probes are answered where there are too many connections.
    HttpSession(ServerShared& shared, Connection& connection, Turn turn, IpAddress peer = {});
    ~HttpSession() override;

    void received(std::span<char> bytes) override;
    void second_passed(SteadyTime now) override;
    void drained() override;
    void overflowed() override;
    void leaving() override;
    void closed() override;

    void respond(Response response) override;
    void respond_streamed(Response response, StreamedBody body) override;
    void watch(std::weak_ptr<AnswerWatcher> watcher) override;
    bool client_has_gone() const override { return connection_.peer_has_closed(); }
    void respond_growing(Response head) override;
    void grow(SharedBytes piece) override;
    void flush() override { connection_.flush(); }
    void finish_growing() override;
    void take_body(std::shared_ptr<BodySink> sink) override;
    void pause_body() override;
    void resume_body() override;
    void refused(const Error& error, std::string_view request_id, UserId user) override;

private:
    void process(std::string_view bytes);
    /// On to what came in meanwhile.
    void go_on();
    /// Whether the client is to take answers before more of its requests are taken.
    bool holds_back() const;
    /// Serves a whole request; `rest` is what came behind it. True where the connection is not this
    /// session's any more, for now or for good.
    bool serve(Request request, std::string_view rest);
    /// Whether the request is of a session on another loop, whereto the connection then moves.
    bool moves(Request& request, std::string_view rest);
    void move(Loop& home, const std::shared_ptr<Request>& request);
    void arrived(Request request);
    /// Takes a request in hand.
    ExchangePtr begin(Request request);
    void dispatch(Request request);
    /// True where the connection speaks WebSocket from now on; `rest` is what came behind.
    bool upgrade(const SocketPlace& place, Request request, std::string_view rest);
    void refuse_handshake(Request request, HandshakeError error);
    /// Refuses what the parser could not take, and closes.
    void refuse_failed();
    /// Refuses what is no whole request, and closes.
    void refuse(int status, ErrorCode code, std::string_view message);
    void answer(const Response& response);
    ResponseContext context() const;
    /// The request in hand is answered; on to the next one.
    void finish();

    /// The client of the request in hand has gone.
    void tell_gone();

    // Bodies in pieces; session_bodies.cpp.
    /// Whether the request whose head has come in is of a route that streams its body, and so is
    /// under way already.
    bool begin_streamed_body();
    /// What is fed to the parser; false where nothing more is for now.
    bool feed_body(std::string_view& bytes);
    void forget_bodies();
    /// Refuses the request whose body is coming in, instead of its handler, and closes.
    void refuse_body(int status, ErrorCode code, std::string_view message);
    void check_body_pace();
    void check_reader_pace(SteadyTime now);
    void pump();
    void send_piece(Result<std::string> piece);
    std::size_t piece_bytes_max() const;

    ServerShared& shared_;
    Connection& connection_;
    RequestParser parser_;
    std::string backlog_;   ///< what came in while a request was in hand
    SteadyTime came_at_{};  ///< of the request in hand (Exchange)
    SteadyTime since_;      ///< since when the connection is idle, or the request is coming in
    const Turn turn_;
    const IpAddress peer_;
    bool first_ = true;  ///< no request was in hand yet
    bool leaving_ = false;
    bool busy_ = false;
    bool processing_ = false;
    bool held_ = false;  ///< takes no request, until the client has taken its answers
    bool upgraded_ = false;
    // Of the request in hand.
    bool keep_alive_ = true;
    bool head_request_ = false;
    int version_minor_ = 1;

    /// The body of a request whose handler was called with its head.
    enum class BodyStage : std::uint8_t {
        none,
        wanted,  ///< it waits until the handler takes it or answers
        flowing
    };
    struct BodyIn {
        BodyStage stage = BodyStage::none;
        std::shared_ptr<BodySink> sink;  // the handler's too
        std::uint64_t bytes = 0;
        int seconds = 0;         ///< that we were ready to read
        int seconds_silent = 0;  ///< since the last piece, of those
        bool paused = false;
    };
    /// An answer that grows.
    struct Growing {
        bool under_way = false;
        bool chunked = true;  ///< else it is HTTP/1.0's, and ends with the connection
    };
    struct BodyOut {
        std::unique_ptr<BodySource> source;
        std::int64_t left = 0;
        bool asked = false;
    };
    BodyIn body_in_;
    BodyOut body_out_;
    Growing growing_;
    std::weak_ptr<AnswerWatcher> watcher_;  ///< of the request in hand
};

}  // namespace chatcore::gateway
