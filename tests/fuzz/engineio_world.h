#pragma once
// A client of polling without a network, for fuzzers: requests are handed to the session as an HTTP
// session does it, over an engine that stands still.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/engineio/session.h"
#include "gateway/http/request_parser.h"
#include "gateway/socketio/socketio.h"
#include "native_world.h"

namespace chatcore::gateway::test {

inline void require(bool holds, const char* what, std::string_view where = "-") {
    if (holds) return;
    std::fprintf(stderr, "expected that %s: %.*s\n", what, static_cast<int>(where.size()),
                 where.data());
    std::abort();
}

/// Where an answer arrives.
class AnswerSink final : public ResponseSink {
public:
    void respond(Response response) override {
        require(!answered, "each request is answered once");
        answered = true;
        answer = std::move(response);
    }
    void respond_streamed(Response, StreamedBody) override { std::abort(); }
    void respond_growing(Response) override { std::abort(); }
    void grow(SharedBytes) override { std::abort(); }
    void finish_growing() override { std::abort(); }
    void take_body(std::shared_ptr<BodySink>) override { std::abort(); }
    void pause_body() override {}
    void resume_body() override {}

    bool answered = false;
    Response answer;
};

inline Request read_request(const std::string& bytes) {
    RequestParser parser;
    std::string_view rest = bytes;
    for (ParseProgress progress; progress.state != ParseState::complete;) {
        progress = parser.feed(rest);
        require(progress.state != ParseState::failed, "a request is one", bytes);
        rest.remove_prefix(progress.consumed);
    }
    return parser.take_request();
}

/// One session, of which all that is told is taken.
class PollingClient {
public:
    explicit PollingClient(NativeWorld& world) : world_(world) {
        world.shared().connections_max = 1'000;
        const auto begun = engineio::EngineSession::begin(
            world.shared(), world.loop(), engineio::Transport::polling,
            read_request("GET /socket.io/ HTTP/1.1\r\nHost: h\r\n\r\n"),
            socketio::make_socketio_door);
        require(begun.has_value(), "a session begins");
        session_ = *begun;
    }
    ~PollingClient() {
        session_->closed();
        world_.settle();
        require(world_.shared().carried == 0, "what has ended is not counted");
        require(world_.loop().sessions.count() == 0, "what has ended is forgotten");
    }
    PollingClient(const PollingClient&) = delete;
    PollingClient& operator=(const PollingClient&) = delete;

    bool over() const { return world_.loop().sessions.count() == 0; }

    int post(std::string_view body) {
        if (over()) return 0;
        const auto sink = std::make_shared<AnswerSink>();
        auto exchange = std::make_shared<Exchange>(
            read_request("POST /socket.io/ HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + std::string(body)),
            0, "request", sink);
        session_->post(exchange);
        exchange.reset();
        world_.settle();
        require(sink->answered, "a POST is answered");
        return sink->answer.status;
    }

    /// What waits; empty where nothing does.
    std::string poll() {
        if (over()) return {};
        if (!waiting_) {
            waiting_ = std::make_shared<AnswerSink>();
            session_->poll(std::make_shared<Exchange>(
                read_request("GET /socket.io/ HTTP/1.1\r\nHost: h\r\n\r\n"), 0, "request",
                waiting_));
        }
        world_.settle();
        if (!waiting_->answered) return {};
        require(waiting_->answer.status == 200, "a poll is answered well");
        return std::exchange(waiting_, nullptr)->answer.body;
    }

private:
    NativeWorld& world_;
    std::shared_ptr<engineio::EngineSession> session_;
    std::shared_ptr<AnswerSink> waiting_;
};

}  // namespace chatcore::gateway::test
