#include "gateway/http/session.h"

#include <algorithm>
#include <utility>

#include <asio/post.hpp>
#include <fmt/format.h>

#include "gateway/websocket/session.h"

namespace chatcore::gateway {

namespace {

/// Pipelined requests that wait for the one in hand; then reading pauses until it is answered.
constexpr std::size_t backlog_bytes_max = 64 * 1024;

/// Of answers that the client has not taken; before it has, no further request is. A few bytes ask
/// for a large file, and could ask for it a thousand times.
constexpr std::size_t untaken_bytes_max = 64 * 1024;

/// When those may come again who are not served.
constexpr std::chrono::milliseconds retry_when_fast{1'000};
constexpr std::chrono::milliseconds retry_when_full{5'000};

/// Of a connection that is not served: there are few places to be told so at.
constexpr std::chrono::seconds unserved_idle_max{5};

}  // namespace

HttpSession::HttpSession(ServerShared& shared, Connection& connection, Turn turn, IpAddress peer)
    : shared_(shared),
      connection_(connection),
      parser_(HttpLimits{.body_bytes_max = shared.options.request_body_bytes_max}),
      since_(connection.loop().now),
      turn_(turn),
      peer_(peer) {}

HttpSession::~HttpSession() {
    if (turn_ == Turn::too_fast) shared_.turned_away.fetch_sub(1, std::memory_order_relaxed);
}

void HttpSession::received(std::span<char> bytes) {
    const std::string_view text(bytes.data(), bytes.size());
    if ((!busy_ && !held_) || body_in_.stage == BodyStage::flowing) {
        process(text);
        return;
    }
    backlog_.append(text);
    if (backlog_.size() > backlog_bytes_max) connection_.pause_reading();
}

void HttpSession::process(std::string_view bytes) {
    processing_ = true;
    if (parser_.idle() && !bytes.empty()) since_ = connection_.loop().now;
    bool again = !bytes.empty();
    while (again && !connection_.is_closing()) {
        if (body_in_.stage == BodyStage::flowing) {
            again = feed_body(bytes);
            continue;
        }
        if (busy_) break;
        if (holds_back()) {
            held_ = true;
            connection_.pause_reading();
            break;
        }
        const ParseProgress progress = parser_.feed(bytes);
        bytes.remove_prefix(progress.consumed);
        switch (progress.state) {
            case ParseState::head:
                begin_streamed_body();  // else it is fed again, even with nothing left
                break;
            case ParseState::more:
                if (parser_.take_continue()) {
                    connection_.send(std::string(continue_response));
                    connection_.flush();
                }
                again = false;
                break;
            case ParseState::failed:
                refuse_failed();
                again = false;
                break;
            case ParseState::complete: {
                if (serve(parser_.take_request(), bytes)) return;
                again = !bytes.empty();
                break;
            }
        }
    }
    processing_ = false;
    if (busy_ || held_) backlog_.insert(0, bytes);
}

bool HttpSession::holds_back() const {
    return connection_.queued_bytes() > untaken_bytes_max;
}

void HttpSession::go_on() {
    const std::string waiting = std::exchange(backlog_, {});
    process(waiting);
    if (!busy_ && !held_ && !upgraded_) connection_.resume_reading();
}

bool HttpSession::serve(Request request, std::string_view rest) {
    if (moves(request, rest)) return true;
    const SocketPlace* const place = shared_.places.socket_at(request);
    // Without asking for a WebSocket it may be meant for a route at the same address.
    const bool plain =
        place == nullptr || (!request.wants_upgrade() && shared_.router.serves(request.path()));
    if (!plain) return upgrade(*place, std::move(request), rest);
    dispatch(std::move(request));
    return false;
}

bool HttpSession::moves(Request& request, std::string_view rest) {
    if (shared_.loops.size() < 2 || turn_ != Turn::served || shared_.closing) return false;
    const std::string session = shared_.places.session_of(request);
    if (session.empty()) return false;
    // New connections are accepted in their order, whichever loop reads which first.
    if (came_at_ == SteadyTime{})
        came_at_ = first_ ? connection_.accepted_at() : std::chrono::steady_clock::now();
    const int home = loop_of_session(session, static_cast<int>(shared_.loops.size()));
    if (home == connection_.loop().index) return false;
    busy_ = true;
    backlog_.insert(0, rest);
    connection_.pause_reading();
    auto kept = std::make_shared<Request>(std::move(request));
    // From a task of its own, when nobody is on the stack who would come back to this session.
    asio::post(connection_.loop().io, [self = shared_from_this(), kept, home] {
        self->move(*self->shared_.loops[static_cast<std::size_t>(home)], kept);
    });
    return true;
}

void HttpSession::move(Loop& home, const std::shared_ptr<Request>& request) {
    if (connection_.is_closing()) return;
    const bool moved = connection_.move_to(
        home, [self = shared_from_this(), request] { self->arrived(std::move(*request)); });
    if (moved) return;
    // It has not read yet what it was answered before, and has asked on.
    const ExchangePtr exchange = begin(std::move(*request));
    keep_alive_ = false;
    exchange->respond_error(Error{ErrorCode::unavailable, "connection"});
}

void HttpSession::arrived(Request request) {
    busy_ = false;
    processing_ = true;
    const std::string rest = std::exchange(backlog_, {});
    if (serve(std::move(request), rest)) {
        if (upgraded_) connection_.resume_reading();  // for the protocol that it speaks now
        return;
    }
    processing_ = false;
    if (connection_.is_closing()) return;
    if (busy_) {
        backlog_.insert(0, rest);
        connection_.resume_reading();  // for that a client which goes is noticed
        return;
    }
    process(rest);
    if (!busy_ && !held_ && !upgraded_) connection_.resume_reading();
}

ExchangePtr HttpSession::begin(Request request) {
    const auto number = shared_.requests.fetch_add(1, std::memory_order_relaxed);
    keep_alive_ = request.keep_alive();
    head_request_ = request.method() == "HEAD";
    version_minor_ = request.version_minor();
    busy_ = true;
    const IpAddress client =
        shared_.trusted.empty() ? peer_ : client_of(request, peer_, shared_.trusted);
    auto exchange = std::make_shared<Exchange>(std::move(request), connection_.loop().index,
                                               fmt::format("{}-{}", shared_.instance, number),
                                               weak_from_this());
    exchange->client = client;
    exchange->came_at = std::exchange(came_at_, SteadyTime{});
    first_ = false;
    return exchange;
}

void HttpSession::dispatch(Request request) {
    ExchangePtr exchange = begin(std::move(request));
    const bool fast = turn_ == Turn::too_fast;
    keep_alive_ = keep_alive_ && turn_ == Turn::served;
    if (fast ||
        (turn_ == Turn::too_many && !shared_.admission.serves_when_full(exchange->request))) {
        shared_.admission.prepare(*exchange);
        exchange->respond_error(Error{.code = fast ? ErrorCode::too_many : ErrorCode::unavailable,
                                      .detail = "connections",
                                      .cause = {},
                                      .retry_after = fast ? retry_when_fast : retry_when_full});
        return;
    }
    const Door door = shared_.admission.dispatch(std::move(exchange));
    connection_.loop().doors.requested(door);
}

void HttpSession::respond(Response response) {
    if (!busy_ || connection_.is_closing()) return;
    if (leaving_ || body_in_.stage != BodyStage::none) keep_alive_ = false;
    answer(response);
    finish();
}

void HttpSession::finish() {
    forget_bodies();
    watcher_.reset();
    busy_ = false;
    since_ = connection_.loop().now;
    if (!keep_alive_) {
        connection_.close_after_flush();
        return;
    }
    if (!processing_) go_on();  // else the loop above goes on by itself
}

void HttpSession::refused(const Error& error, std::string_view request_id, UserId user) {
    // A connection that is closing may outlive the server, and nobody hears the answer; nor that
    // of a request which is not in hand any more.
    if (busy_ && !connection_.is_closing()) shared_.refusals.note(error, request_id, user);
}

ResponseContext HttpSession::context() const {
    return {.date = connection_.loop().http_date,
            .keep_alive = keep_alive_,
            .version_minor = version_minor_,
            .head_request = head_request_};
}

void HttpSession::answer(const Response& response) {
    std::string bytes;
    if (response.shared_body && !head_request_ && may_have_body(response.status)) {
        append_sized_head(bytes, response, static_cast<std::int64_t>(response.shared_body->size()),
                          context());
        connection_.send_together(
            {std::make_shared<const std::string>(std::move(bytes)), response.shared_body});
    } else {
        append_response(bytes, response, context());
        connection_.send(std::move(bytes));
    }
    connection_.flush();
}

void HttpSession::refuse_failed() {
    const HttpError error = parser_.error();
    const ExchangePtr exchange = begin(parser_.take_head());
    keep_alive_ = false;
    shared_.admission.prepare(*exchange);
    if (error == HttpError::body_too_large && shared_.places.refuse_body(exchange)) return;
    Response response;
    response.status = status_of(error);
    exchange->respond_refusal(std::move(response), code_of(error), describe(error));
}

void HttpSession::refuse(int status, ErrorCode code, std::string_view message) {
    const ExchangePtr exchange = begin(parser_.take_head());
    keep_alive_ = false;
    shared_.admission.prepare(*exchange);
    exchange->respond_refusal(Response{.status = status, .headers = {}, .body = {}}, code, message);
}

void HttpSession::refuse_handshake(Request request, HandshakeError error) {
    // What follows a request for another protocol may be of that protocol already.
    const bool may_go_on = !request.wants_upgrade() && turn_ == Turn::served;
    const ExchangePtr exchange = begin(std::move(request));
    keep_alive_ = keep_alive_ && may_go_on;
    exchange->respond_refusal(handshake_refusal(error), ErrorCode::malformed, describe(error));
}

bool HttpSession::upgrade(const SocketPlace& place, Request request, std::string_view rest) {
    const Handshake handshake = check_handshake(request, place.drafts);
    if (handshake.error != HandshakeError::none) {
        refuse_handshake(std::move(request), handshake.error);
        return false;
    }
    std::optional<Response> refusal;
    if (place.refuse != nullptr) refusal = place.refuse(shared_, connection_.loop(), request);
    if (refusal) {
        const ExchangePtr exchange = begin(std::move(request));
        keep_alive_ = false;
        exchange->respond(std::move(*refusal));
        return false;
    }
    shared_.requests.fetch_add(1, std::memory_order_relaxed);
    const std::string_view subprotocol = place.choose(handshake);
    std::string bytes;
    append_handshake_answer(bytes, handshake, subprotocol, connection_.loop().http_date);
    connection_.send(std::move(bytes));
    auto session = std::make_shared<WebSocketSession>(shared_, connection_, handshake.deflate);
    session->open(place.open(shared_, *session, subprotocol, request));
    // Whatever came behind the handshake is frames, and is unmasked where it lies.
    std::string frames(rest);
    upgraded_ = true;
    connection_.become(session);
    connection_.flush();
    if (turn_ != Turn::served) {
        session->turn_away();
    } else if (!frames.empty()) {
        session->received(frames);
    }
    return true;
}

void HttpSession::second_passed(SteadyTime now) {
    if (body_in_.stage == BodyStage::flowing) return check_body_pace();
    if (body_out_.source || held_) return check_reader_pace(now);
    if (busy_) return;  // who waits or grows minds the time itself
    const auto waited = now - since_;
    if (parser_.idle()) {
        const std::chrono::seconds at_most = shared_.options.idle_http_max;
        if (waited > (turn_ == Turn::served ? at_most : std::min(at_most, unserved_idle_max)))
            connection_.close_after_flush();
    } else if (waited > shared_.options.request_max) {
        refuse(408, ErrorCode::timeout, "The request did not come in whole in time.");
    }
}

void HttpSession::leaving() {
    leaving_ = true;
    if (!busy_) connection_.close_after_flush();
}

void HttpSession::overflowed() {
    if (growing_.under_way) {
        shared_.engine.telemetry().add(Counter::slow_readers_dropped, 1);
        shared_.engine.telemetry().log({.level = LogLevel::info, .text = "slow reader dropped"});
    }
    connection_.close_now();
}

void HttpSession::closed() {
    tell_gone();
    forget_bodies();
    shared_.connections.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace chatcore::gateway
