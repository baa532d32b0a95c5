// How an HTTP session takes and gives bodies in pieces, at the pace of whoever is slower, and gives
// those that grow.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "gateway/http/session.h"

namespace chatcore::gateway {

namespace {

/// The route's handler knows how large a body may be, and counts. To the parser it has no end that
/// matters, but one that its arithmetic can hold.
constexpr std::size_t streamed_body_bytes_max = std::size_t{1} << 53;

/// What a body must bring a second, over its whole way and beyond the time that any request has:
/// slower than any network that people send files over, and enough that a few thousand connections
/// which do nothing cannot hold all the places for uploads.
constexpr std::uint64_t body_bytes_a_second_min = 1'024;

/// Of an answer. Two of them may wait for a slow reader, within the limit of its connection.
constexpr std::size_t piece_bytes = 256 * 1024;

}  // namespace

bool HttpSession::begin_streamed_body() {
    const Request& head = parser_.request();
    const Router::Match match = shared_.router.find(head.method(), head.path());
    const bool streamed = match.handler != nullptr && match.body == BodyRule::streamed;
    if (!streamed || turn_ != Turn::served) return false;
    parser_.set_body_bytes_max(streamed_body_bytes_max);
    body_in_ = BodyIn{};
    body_in_.stage = BodyStage::wanted;
    dispatch(parser_.take_head());
    return true;
}

void HttpSession::take_body(std::shared_ptr<BodySink> sink) {
    if (!busy_ || connection_.is_closing()) return;
    if (body_in_.stage != BodyStage::wanted) {
        // There was none, or it came in before its route was looked for.
        sink->complete();
        return;
    }
    body_in_.stage = BodyStage::flowing;
    body_in_.sink = std::move(sink);
    if (parser_.take_continue()) {
        connection_.send(std::string(continue_response));
        connection_.flush();
    }
    if (processing_) return;  // the loop that called the handler goes on by itself
    const std::string waiting = std::exchange(backlog_, {});
    process(waiting);
    if (!body_in_.paused && !held_) connection_.resume_reading();
}

bool HttpSession::feed_body(std::string_view& bytes) {
    const ParseProgress progress = parser_.feed(bytes);
    bytes.remove_prefix(progress.consumed);
    if (progress.state == ParseState::failed) {
        refuse_body(status_of(parser_.error()), code_of(parser_.error()),
                    describe(parser_.error()));
        return false;
    }
    // The sink may answer, and so end all this, in either call.
    const std::shared_ptr<BodySink> sink = body_in_.sink;
    std::string piece = parser_.take_body_part();
    if (!piece.empty()) {
        body_in_.bytes += piece.size();
        body_in_.seconds_silent = 0;
        sink->piece(std::move(piece));
    }
    if (progress.state != ParseState::complete) return false;
    static_cast<void>(parser_.take_request());
    if (body_in_.stage == BodyStage::flowing) {
        body_in_ = BodyIn{};
        sink->complete();
    }
    return !bytes.empty();
}

void HttpSession::pause_body() {
    if (body_in_.stage != BodyStage::flowing) return;
    body_in_.paused = true;
    connection_.pause_reading();
}

void HttpSession::resume_body() {
    if (body_in_.stage != BodyStage::flowing) return;
    body_in_.paused = false;
    connection_.resume_reading();
}

void HttpSession::check_body_pace() {
    if (body_in_.paused) return;
    ++body_in_.seconds;
    ++body_in_.seconds_silent;
    const auto at_most = static_cast<std::uint64_t>(shared_.options.request_max.count());
    const std::uint64_t earned = at_most + body_in_.bytes / body_bytes_a_second_min;
    const bool silent = static_cast<std::uint64_t>(body_in_.seconds_silent) > at_most;
    if (!silent && static_cast<std::uint64_t>(body_in_.seconds) <= earned) return;
    refuse_body(408, ErrorCode::timeout, "The body comes in too slowly.");
}

void HttpSession::refuse_body(int status, ErrorCode code, std::string_view message) {
    // The handler learns of it by its sink's end, and may then answer, or log: too late, since
    // this is the answer, and a second one would be taken for that of the next request.
    busy_ = false;
    forget_bodies();
    refuse(status, code, message);
}

void HttpSession::forget_bodies() {
    // Their ends may call back.
    const BodyIn in = std::exchange(body_in_, {});
    const BodyOut out = std::exchange(body_out_, {});
}

void HttpSession::respond_streamed(Response response, StreamedBody body) {
    if (!busy_ || connection_.is_closing()) return;
    if (leaving_ || body_in_.stage != BodyStage::none) keep_alive_ = false;
    std::string head;
    append_sized_head(head, response, body.length, context());
    connection_.send(std::move(head));
    if (head_request_ || body.length == 0) {
        connection_.flush();
        finish();
        return;
    }
    body_out_ = BodyOut{std::move(body.source), body.length, false};
    since_ = connection_.loop().now;
    pump();
}

std::size_t HttpSession::piece_bytes_max() const {
    const std::size_t outbound = shared_.options.outbound_bytes_max;
    return std::clamp(outbound / 4, std::size_t{4'096}, piece_bytes);
}

void HttpSession::pump() {
    if (!body_out_.source || body_out_.asked || connection_.is_closing()) return;
    const std::size_t most = piece_bytes_max();
    if (connection_.queued_bytes() > most) return;
    body_out_.asked = true;
    const auto wanted = static_cast<std::size_t>(
        std::min<std::int64_t>(body_out_.left, static_cast<std::int64_t>(most)));
    body_out_.source->next(wanted, [weak = weak_from_this()](Result<std::string> piece) {
        if (const auto self = weak.lock()) self->send_piece(std::move(piece));
    });
}

void HttpSession::send_piece(Result<std::string> piece) {
    if (!body_out_.source || connection_.is_closing()) return;
    body_out_.asked = false;
    const bool fits =
        piece && !piece->empty() && static_cast<std::int64_t>(piece->size()) <= body_out_.left;
    if (!fits) {
        // The head has promised more: that it does not come is all that can still be said.
        connection_.close_now();
        return;
    }
    body_out_.left -= static_cast<std::int64_t>(piece->size());
    since_ = connection_.loop().now;
    connection_.send(std::move(*piece));
    connection_.flush();
    if (connection_.is_closing()) return;
    if (body_out_.left == 0) {
        finish();
    } else {
        pump();
    }
}

void HttpSession::drained() {
    if (!body_out_.source && !held_) return;
    since_ = connection_.loop().now;
    if (body_out_.source) return pump();
    if (holds_back()) return;
    held_ = false;
    go_on();
}

void HttpSession::watch(std::weak_ptr<AnswerWatcher> watcher) {
    if (busy_) watcher_ = std::move(watcher);
}

void HttpSession::tell_gone() {
    growing_ = Growing{};
    const auto watcher = std::exchange(watcher_, {}).lock();
    if (watcher) watcher->client_gone();
}

void HttpSession::respond_growing(Response response) {
    if (!busy_ || connection_.is_closing()) return;
    keep_alive_ = keep_alive_ && !leaving_ && body_in_.stage == BodyStage::none;
    std::string head;
    const bool chunked = append_streaming_head(head, response, context());
    keep_alive_ = keep_alive_ && chunked;
    connection_.send(std::move(head));
    connection_.flush();
    if (head_request_) return finish();
    growing_ = Growing{true, chunked};
}

void HttpSession::grow(SharedBytes piece) {
    if (!growing_.under_way || connection_.is_closing() || piece->empty()) return;
    if (!growing_.chunked) return connection_.send(std::move(piece));
    static const SharedBytes chunk_end = std::make_shared<const std::string>("\r\n");
    auto size = std::make_shared<const std::string>(fmt::format("{:x}\r\n", piece->size()));
    connection_.send_together({std::move(size), std::move(piece), chunk_end});
}

void HttpSession::finish_growing() {
    if (!growing_.under_way || connection_.is_closing()) return;
    std::string end;
    if (growing_.chunked) append_last_chunk(end);
    growing_ = Growing{};
    connection_.send(std::move(end));
    connection_.flush();
    if (!connection_.is_closing()) finish();
}

void HttpSession::check_reader_pace(SteadyTime now) {
    if (now - since_ > shared_.options.idle_http_max) connection_.close_now();
}

}  // namespace chatcore::gateway
