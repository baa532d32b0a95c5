#include "gateway/http/head_scanner.h"

#include "gateway/http/chars.h"

namespace chatcore::gateway {

HeadScanner::Result HeadScanner::scan(std::string_view bytes) {
    Result result;
    std::size_t i = 0;
    const auto stop = [&](HttpError error) {
        result.consumed = i;
        result.error = error;
        return result;
    };
    while (i < bytes.size()) {
        const char c = bytes[i];
        switch (state_) {
            case State::start:
                state_ = c == '\r' ? State::start_cr : State::line;
                if (c == '\r') result.skipped = ++i;
                break;
            case State::start_cr:
                if (c != '\n') return stop(HttpError::control_character);
                state_ = State::second_start;
                result.skipped = ++i;
                break;
            case State::second_start:
                if (c == '\r') return stop(HttpError::malformed_request_line);
                state_ = State::line;
                break;
            case State::line:
                while (i < bytes.size() && !is_forbidden_in_line(bytes[i])) ++i;
                if (i == bytes.size()) break;
                if (bytes[i] != '\r') return stop(HttpError::control_character);
                ++i;
                state_ = State::line_cr;
                break;
            case State::line_cr:
                if (c != '\n') return stop(HttpError::control_character);
                ++i;
                state_ = State::next_line;
                break;
            case State::next_line:
                if (c == ' ' || c == '\t') return stop(HttpError::folded_header);
                state_ = c == '\r' ? State::end_cr : State::line;
                if (c == '\r') ++i;
                break;
            case State::end_cr:
                if (c != '\n') return stop(HttpError::control_character);
                ++i;
                state_ = State::start;
                result.complete = true;
                return stop(HttpError::none);
        }
    }
    return stop(HttpError::none);
}

}  // namespace chatcore::gateway
