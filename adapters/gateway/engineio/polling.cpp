// The requests by which an Engine.IO session is carried without a WebSocket: a GET waits until
// there is something to be told, a POST brings packets.

#include <utility>

#include <asio/post.hpp>

#include "gateway/engineio/session.h"
#include "gateway/http/chars.h"

namespace chatcore::gateway::engineio {

namespace {

Response text_response(std::string_view content_type, std::string body) {
    Response response;
    response.headers.add("Content-Type", content_type);
    response.headers.add("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

void refuse(const ExchangePtr& exchange, Refusal refusal, int status = 400) {
    Response response = text_response("application/json", body_of(refusal));
    response.status = status;
    exchange->respond(std::move(response));
}

}  // namespace

void EngineSession::poll(ExchangePtr exchange) {
    if (poll_) {
        // One at a time: the client, or somebody else who has its name, has lost count.
        end_poll("1");
        finish();
        return refuse(exchange, Refusal::bad_request);
    }
    exchange->watch(weak_from_this());
    poll_ = std::move(exchange);
    if (probing_ != nullptr && probed_ && queue_.empty()) return hasten_upgrade();
    if (!queue_.empty()) answer_poll();
    if (stage_ == Stage::closing && queue_.empty()) finish();
}

void EngineSession::answer_poll() {
    // Half of what a connection may have waiting, so that no answer by itself is too much for it.
    const std::size_t bytes_max = shared_.options.outbound_bytes_max / 2;
    std::string body;
    std::size_t taken = 0;
    while (taken < queue_.size() &&
           (taken == 0 || body.size() + queue_[taken]->size() <= bytes_max)) {
        body += *queue_[taken++];
    }
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken));
    queued_bytes_ -= body.size();
    body.pop_back();  // the last separator
    const ExchangePtr exchange = std::move(poll_);
    poll_.reset();
    exchange->respond(text_response("text/plain; charset=UTF-8", std::move(body)));
}

void EngineSession::end_poll(std::string_view packet) {
    if (!poll_) return;
    const ExchangePtr exchange = std::move(poll_);
    poll_.reset();
    exchange->respond(text_response("text/plain; charset=UTF-8", std::string(packet)));
}

void EngineSession::post(const ExchangePtr& exchange) {
    const auto self = shared_from_this();
    const std::string_view type = exchange->request.header("content-type").value_or("");
    std::string& body = exchange->request.body();
    const std::size_t size = body.size();
    const bool too_large = size > payload_bytes_max_;
    if (too_large || type.starts_with("application/octet-stream")) {
        finish();
        return refuse(exchange, Refusal::bad_request, too_large ? 413 : 400);
    }
    if (!is_utf8(body)) {
        finish();
        return refuse(exchange, Refusal::bad_request);
    }
    body.append(payload_slack_bytes, '\0');
    std::optional<std::string_view> rest = std::string_view(body).substr(0, size);
    while (const auto record = next_record(rest)) {
        if (stage_ != Stage::open) break;
        const std::optional<Packet> packet = parse_packet(*record, true);
        if (packet && take(*packet)) continue;
        finish();
        return refuse(exchange, Refusal::bad_request);
    }
    // As HTML, for a browser that would save other text as a file (the reference does so).
    exchange->respond(text_response("text/html", "ok"));
}

void EngineSession::client_gone() {
    // Nothing may be answered from within this.
    asio::post(loop_.io, [self = shared_from_this(), gone = std::move(poll_)] { self->finish(); });
    poll_.reset();
}

}  // namespace chatcore::gateway::engineio
