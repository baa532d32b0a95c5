#include "gateway/link/event_stream.h"

#include <utility>

#include <asio/post.hpp>
#include <fmt/format.h>

#include "gateway/http/session.h"
#include "gateway/json/writer.h"

namespace chatcore::gateway {

namespace {

/// Proxies take a silent answer for a dead one after half a minute, some of them.
constexpr std::chrono::seconds ping_interval{15};

/// How long a client waits before it comes back.
constexpr int retry_ms = 2'000;

Response head() {
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("Cache-Control", "no-cache");
    // To proxies: pass on what comes when it comes.
    response.headers.add("X-Accel-Buffering", "no");
    return response;
}

const SharedBytes& ping() {
    static const SharedBytes comment = std::make_shared<const std::string>(": ping\n\n");
    return comment;
}

/// What ends a stream, for who has not been answered yet.
Error error_of(std::uint16_t code, std::string_view reason) {
    constexpr std::uint16_t not_let_in = 4001;
    if (code != not_let_in) return Error{ErrorCode::unavailable, "stream"};
    const bool expired = reason == name_of(ErrorCode::token_expired);
    const bool revoked = reason == name_of(ErrorCode::token_revoked);
    if (!expired && !revoked) return Error{ErrorCode::unauthenticated};
    return Error{expired ? ErrorCode::token_expired : ErrorCode::token_revoked};
}

}  // namespace

std::shared_ptr<EventStream> EventStream::of(ServerShared& shared, ExchangePtr exchange) {
    if (exchange->request.method() == "HEAD") {
        exchange->respond_growing(head());
        return nullptr;
    }
    auto stream = std::make_shared<EventStream>(shared, std::move(exchange));
    stream->loop_.sessions.add(stream->name_, stream);
    stream->exchange_->watch(stream);
    return stream;
}

EventStream::EventStream(ServerShared& shared, ExchangePtr exchange)
    : loop_(*shared.loops[static_cast<std::size_t>(exchange->home())]),
      exchange_(std::move(exchange)),
      name_(fmt::format("events {}", ++shared.sessions)),
      pinged_at_(loop_.now) {}

EventStream::~EventStream() = default;

void EventStream::begin() {
    if (stage_ != Stage::waiting) return;
    stage_ = Stage::begun;
    pinged_at_ = loop_.now;
    exchange_->respond_growing(head());
    send(std::make_shared<const std::string>(fmt::format("retry: {}\n\n", retry_ms)));
    flush();
}

void EventStream::refuse(const Error& error) {
    if (stage_ != Stage::waiting) return;
    stage_ = Stage::ended;
    exchange_->respond_error(error);
    end_later();
}

void EventStream::send(SharedBytes framed) {
    if (stage_ == Stage::begun) exchange_->grow(std::move(framed));
}

void EventStream::flush() {
    if (stage_ == Stage::begun) exchange_->flush();
}

void EventStream::close(std::uint16_t code, std::string_view reason) {
    if (stage_ == Stage::waiting) return refuse(error_of(code, reason));
    if (stage_ != Stage::begun) return;
    std::string data;
    JsonWriter(data).begin_object().member("code", int{code}).member("reason", reason).end_object();
    std::string event;
    append_stream_event(event, "bye", {}, data);
    send(std::make_shared<const std::string>(std::move(event)));
    stage_ = Stage::ended;
    exchange_->finish_growing();
    end_later();
}

void EventStream::second_passed(SteadyTime now) {
    if (stage_ == Stage::begun && now - pinged_at_ >= ping_interval) {
        pinged_at_ = now;
        send(ping());
        flush();
    }
    if (stage_ != Stage::ended) door_->second_passed(now);
}

void EventStream::leaving() {
    if (stage_ == Stage::waiting) {
        refuse(Error{ErrorCode::unavailable, "server"});
    } else if (stage_ == Stage::begun) {
        door_->leaving();
    }
}

void EventStream::end_later() {
    asio::post(loop_.io, [self = shared_from_this()] { self->end(); });
}

void EventStream::end() {
    stage_ = Stage::ended;
    const std::shared_ptr<EventStream> self = shared_from_this();
    loop_.sessions.remove(name_);
    if (const auto door = std::exchange(door_, nullptr)) door->closed();
    exchange_.reset();
}

}  // namespace chatcore::gateway
