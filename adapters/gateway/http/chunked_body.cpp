#include "gateway/http/chunked_body.h"

#include <algorithm>

#include "gateway/http/chars.h"

namespace chatcore::gateway {
namespace {

// Size lines, extensions and trailers may take 16 KiB and eight times the body: a body sent a byte
// at a time needs six.
constexpr std::uint64_t framing_bytes_free = 16 * 1024;
constexpr std::uint64_t framing_bytes_per_byte = 8;

}  // namespace

ChunkedBody::Result ChunkedBody::feed(std::string_view bytes, std::size_t body_bytes_max,
                                      std::string& out) {
    std::size_t i = 0;
    while (i < bytes.size() && state_ != State::finished) {
        if (state_ == State::data) {
            const auto take =
                static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, bytes.size() - i));
            out.append(bytes, i, take);
            i += take;
            body_bytes_ += take;
            chunk_left_ -= take;
            if (chunk_left_ == 0) state_ = State::data_cr;
            continue;
        }
        HttpError error = step(bytes[i], body_bytes_max);
        ++framing_bytes_;
        if (framing_bytes_ > framing_bytes_free + framing_bytes_per_byte * body_bytes_) {
            error = HttpError::chunk_invalid;
        }
        if (error != HttpError::none) return {i, false, error};
        ++i;
    }
    return {i, state_ == State::finished, HttpError::none};
}

HttpError ChunkedBody::step(char c, std::size_t body_bytes_max) {
    const auto expect = [&](char wanted, State next) {
        if (c != wanted) return HttpError::chunk_invalid;
        state_ = next;
        return HttpError::none;
    };
    switch (state_) {
        case State::size_first:
            if (hex_value(c) < 0) return HttpError::chunk_invalid;
            chunk_left_ = 0;
            state_ = State::size;
            return size_digit(c, body_bytes_max);
        case State::size:
            if (hex_value(c) >= 0) return size_digit(c, body_bytes_max);
            if (c == ';') {
                state_ = State::extension;
                return HttpError::none;
            }
            return expect('\r', State::size_lf);
        case State::extension:
            if (c == '\r') state_ = State::size_lf;
            return c != '\r' && is_forbidden_in_line(c) ? HttpError::chunk_invalid
                                                        : HttpError::none;
        case State::size_lf:
            return expect('\n', chunk_left_ > 0 ? State::data : State::trailer_start);
        case State::data_cr:
            return expect('\r', State::data_lf);
        case State::data_lf:
            return expect('\n', State::size_first);
        case State::trailer_start:
        case State::trailer_name:
        case State::trailer_value:
            return trailer_byte(c);
        case State::trailer_lf:
            return expect('\n', State::trailer_start);
        case State::end_lf:
            return expect('\n', State::finished);
        case State::data:
        case State::finished:
            break;
    }
    return HttpError::none;
}

HttpError ChunkedBody::size_digit(char c, std::size_t body_bytes_max) {
    chunk_left_ = chunk_left_ * 16 + static_cast<std::uint64_t>(hex_value(c));
    // Checked at every digit, so the number cannot overflow either.
    const bool fits = body_bytes_ <= body_bytes_max && chunk_left_ <= body_bytes_max - body_bytes_;
    return fits ? HttpError::none : HttpError::body_too_large;
}

HttpError ChunkedBody::trailer_byte(char c) {
    switch (state_) {
        case State::trailer_start:
            if (c == '\r') {
                state_ = State::end_lf;
                return HttpError::none;
            }
            state_ = State::trailer_name;
            return is_token_char(c) ? HttpError::none : HttpError::chunk_invalid;
        case State::trailer_name:
            if (c == ':') {
                state_ = State::trailer_value;
                return HttpError::none;
            }
            return is_token_char(c) ? HttpError::none : HttpError::chunk_invalid;
        default:
            if (c == '\r') {
                state_ = State::trailer_lf;
                return HttpError::none;
            }
            return is_forbidden_in_line(c) ? HttpError::chunk_invalid : HttpError::none;
    }
}

}  // namespace chatcore::gateway
