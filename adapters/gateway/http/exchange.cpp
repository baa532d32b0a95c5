#include "gateway/http/exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/json/legacy.h"
#include "gateway/json/shapes.h"

namespace chatcore::gateway {

namespace {

constexpr std::size_t target_bytes_shown_max = 200;

/// For developers. Without the query, which may hold a token; what is left is visible ASCII.
std::string no_such_address(const Request& request) {
    std::string_view target = request.target();
    target = target.substr(0, target.find('?'));
    const bool cut = target.size() > target_bytes_shown_max;
    const std::string_view shown = target.substr(0, target_bytes_shown_max);
    return fmt::format("No such address: {} {}{}", request.method().substr(0, 20), shown,
                       cut ? "…" : ".");
}

/// Whole seconds, rounded up (RFC 9110 section 10.2.3); 0: it is not said when to come again.
std::int64_t seconds_to_wait(const Error& error) {
    const std::int64_t seconds = (error.retry_after.count() + 999) / 1000;
    return error.code == ErrorCode::too_many ? std::max<std::int64_t>(seconds, 1) : seconds;
}

}  // namespace

Exchange::~Exchange() {
    if (!answered_) respond_error(Error{ErrorCode::unavailable, "engine"});
}

void Exchange::add_headers(Response& response) const {
    response.headers.add("X-Request-Id", request_id_);
    for (const auto& [name, value] : headers_.fields()) response.headers.add(name, value);
}

void Exchange::respond(Response response) {
    if (answered_) return;
    answered_ = true;
    add_headers(response);
    if (const auto sink = sink_.lock()) sink->respond(std::move(response));
}

void Exchange::respond_streamed(Response response, StreamedBody body) {
    if (answered_) return;
    answered_ = true;
    add_headers(response);
    if (const auto sink = sink_.lock())
        sink->respond_streamed(std::move(response), std::move(body));
}

void Exchange::respond_growing(Response head) {
    if (answered_) return;
    answered_ = true;
    growing_ = request.method() != "HEAD";
    add_headers(head);
    if (const auto sink = sink_.lock()) sink->respond_growing(std::move(head));
}

void Exchange::grow(SharedBytes piece) {
    if (const auto sink = sink_.lock(); sink && growing_) sink->grow(std::move(piece));
}

void Exchange::flush() {
    if (const auto sink = sink_.lock(); sink && growing_) sink->flush();
}

void Exchange::finish_growing() {
    const bool growing = std::exchange(growing_, false);
    if (const auto sink = sink_.lock(); sink && growing) sink->finish_growing();
}

void Exchange::watch(std::weak_ptr<AnswerWatcher> watcher) {
    const auto sink = sink_.lock();
    if (sink && (!answered_ || growing_)) sink->watch(std::move(watcher));
}

bool Exchange::client_has_gone() const {
    const auto sink = sink_.lock();
    return !sink || sink->client_has_gone();
}

void Exchange::take_body(std::shared_ptr<BodySink> body) {
    const auto sink = sink_.lock();
    if (sink && !answered_) sink->take_body(std::move(body));
}

void Exchange::pause_body() {
    const auto sink = sink_.lock();
    if (sink && !answered_) sink->pause_body();
}

void Exchange::resume_body() {
    const auto sink = sink_.lock();
    if (sink && !answered_) sink->resume_body();
}

void Exchange::respond_json(int status, std::string body) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    response.body = formed(std::move(body));
    respond(std::move(response));
}

std::string Exchange::formed(std::string body) const {
    return legacy == nullptr ? body : in_envelope(std::move(body));
}

void Exchange::begin_refusal(JsonWriter& out) const {
    out.begin_object();
    if (legacy != nullptr) out.member("success", false);
    out.key("error");
}

void Exchange::respond_error(const Error& error) {
    if (answered_) return;
    if (const auto sink = sink_.lock()) sink->refused(error, request_id_, caller.user);
    std::string body;
    JsonWriter out(body);
    begin_refusal(out);
    const bool nowhere = error.code == ErrorCode::not_found && error.detail == "route";
    write_error(out, error, request_id_, nowhere ? no_such_address(request) : std::string());
    out.end_object();
    Response response;
    response.status = status_of(error.code);
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    if (const std::int64_t seconds = seconds_to_wait(error); seconds > 0)
        response.headers.add("Retry-After", fmt::format("{}", seconds));
    if (response.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
    response.body = std::move(body);
    respond(std::move(response));
}

void Exchange::respond_refusal(Response response, ErrorCode code, std::string_view message) {
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    JsonWriter out(response.body);
    begin_refusal(out);
    out.begin_object().member("code", chatcore::name_of(code)).member("message", message);
    out.key("details").begin_object().end_object();
    out.member("requestId", request_id_);
    out.end_object().end_object();
    respond(std::move(response));
}

ErrorCode code_of(HttpError error) {
    switch (status_of(error)) {
        case 413:
        case 414:
        case 431:
            return ErrorCode::too_large;
        default:
            return ErrorCode::malformed;
    }
}

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed:
            return 400;
        case ErrorCode::unauthenticated:
        case ErrorCode::token_expired:
        case ErrorCode::token_revoked:
        case ErrorCode::bad_credentials:
            return 401;
        case ErrorCode::forbidden:
        case ErrorCode::not_a_member:
        case ErrorCode::blocked:
        case ErrorCode::banned:
        case ErrorCode::muted:
        case ErrorCode::refused_by_host:
            return 403;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::room_deleted:
            return 410;
        case ErrorCode::conflict:
        case ErrorCode::email_taken:
        case ErrorCode::key_reused:
        case ErrorCode::wrong_state:
        case ErrorCode::pin_limit:
        case ErrorCode::already_deleted:
            return 409;
        case ErrorCode::too_large:
            return 413;
        case ErrorCode::unsupported_type:
            return 415;
        case ErrorCode::empty:
        case ErrorCode::too_long:
        case ErrorCode::invalid_reaction:
        case ErrorCode::invalid_value:
        case ErrorCode::self_room:
        case ErrorCode::in_the_past:
        case ErrorCode::no_counterpart:
            return 422;
        case ErrorCode::too_many:
            return 429;
        case ErrorCode::unavailable:
            return 503;
        case ErrorCode::timeout:
            return 504;
        case ErrorCode::internal:
        case ErrorCode::corrupt:
        case ErrorCode::newer_schema:
            return 500;
    }
    return 500;
}

}  // namespace chatcore::gateway
