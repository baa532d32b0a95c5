#include "gateway/http/request_parser.h"

#include <algorithm>
#include <utility>

#include "gateway/http/head_reader.h"

namespace chatcore::gateway {

ParseProgress RequestParser::feed(std::string_view bytes) {
    switch (stage_) {
        case Stage::head:
            return feed_head(bytes);
        case Stage::length_body:
            return feed_length_body(bytes);
        case Stage::chunked_body:
            return feed_chunked_body(bytes);
        case Stage::complete:
            return {0, ParseState::complete};
        case Stage::failed:
            break;
    }
    return {0, ParseState::failed};
}

ParseProgress RequestParser::feed_head(std::string_view bytes) {
    std::size_t consumed = 0;
    while (consumed < bytes.size()) {
        const std::size_t room = limits_.head_bytes_max - request_.head_.size();
        const HeadScanner::Result scanned = scanner_.scan(bytes.substr(consumed, room));
        request_.head_.append(bytes, consumed + scanned.skipped,
                              scanned.consumed - scanned.skipped);
        consumed += scanned.consumed;
        if (scanned.error != HttpError::none) return fail(scanned.error, consumed);
        if (scanned.complete) return head_finished(consumed);
        if (request_.head_.size() >= limits_.head_bytes_max) {
            return fail(HeadReader(limits_).overflow_error(request_), consumed);
        }
    }
    return {consumed, ParseState::more};
}

ParseProgress RequestParser::head_finished(std::size_t consumed) {
    BodyFraming framing;
    const HttpError error = HeadReader(limits_).read(request_, framing);
    if (error != HttpError::none) return fail(error, consumed);
    body_bytes_max_ = limits_.body_bytes_max;
    body_bytes_ = body_bytes_left_ = framing.length;
    continue_wanted_ = framing.expects_continue;
    switch (framing.kind) {
        case BodyFraming::Kind::none:
            stage_ = Stage::complete;
            return {consumed, ParseState::complete};
        case BodyFraming::Kind::length:
            stage_ = Stage::length_body;
            break;
        case BodyFraming::Kind::chunked:
            chunks_.reset();
            stage_ = Stage::chunked_body;
            break;
    }
    return {consumed, ParseState::head};
}

ParseProgress RequestParser::feed_length_body(std::string_view bytes) {
    if (body_bytes_ > body_bytes_max_) return fail_body(HttpError::body_too_large, 0);
    const auto take =
        static_cast<std::size_t>(std::min<std::uint64_t>(body_bytes_left_, bytes.size()));
    request_.body_.append(bytes.substr(0, take));
    body_bytes_left_ -= take;
    if (take > 0) continue_wanted_ = false;
    if (body_bytes_left_ > 0) return {take, ParseState::more};
    stage_ = Stage::complete;
    return {take, ParseState::complete};
}

ParseProgress RequestParser::feed_chunked_body(std::string_view bytes) {
    const ChunkedBody::Result fed = chunks_.feed(bytes, body_bytes_max_, request_.body_);
    if (fed.consumed > 0) continue_wanted_ = false;
    if (fed.error != HttpError::none) return fail_body(fed.error, fed.consumed);
    if (!fed.complete) return {fed.consumed, ParseState::more};
    stage_ = Stage::complete;
    return {fed.consumed, ParseState::complete};
}

Request RequestParser::take_request() {
    if (stage_ != Stage::complete) return {};
    stage_ = Stage::head;
    scanner_.reset();
    continue_wanted_ = false;
    return std::exchange(request_, Request());
}

std::string RequestParser::take_body_part() {
    return std::exchange(request_.body_, std::string());
}

bool RequestParser::take_continue() {
    const bool in_body = stage_ == Stage::length_body || stage_ == Stage::chunked_body;
    if (!in_body || body_bytes_ > body_bytes_max_) return false;
    return std::exchange(continue_wanted_, false);
}

ParseProgress RequestParser::fail(HttpError error, std::size_t consumed) {
    request_ = Request();
    return fail_body(error, consumed);
}

ParseProgress RequestParser::fail_body(HttpError error, std::size_t consumed) {
    stage_ = Stage::failed;
    error_ = error;
    request_.body_ = {};
    return {consumed, ParseState::failed};
}

}  // namespace chatcore::gateway
