#pragma once
// Finds the end of a request's head, and refuses on the way every byte that two readers of HTTP
// could understand differently: bare CR, bare LF, NUL, other control characters, folded headers.
// What has passed it is lines that end in CR LF, so that the parser behind it has nothing to be
// lenient about.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/http/http_error.h"

namespace chatcore::gateway {

class HeadScanner {
public:
    struct Result {
        std::size_t skipped =
            0;  ///< of an empty line before the request line (RFC 9112 section 2.2); not the head's
        std::size_t consumed = 0;  ///< bytes scanned, with those skipped
        bool complete = false;     ///< the head's last byte was the last one consumed
        HttpError error = HttpError::none;
    };

    /// Scans on, and stops at the end of the head or at the first wrong byte.
    Result scan(std::string_view bytes);

    bool fresh() const { return state_ == State::start; }
    void reset() { *this = HeadScanner(); }

private:
    enum class State : std::uint8_t {
        start,
        start_cr,
        second_start,
        line,
        line_cr,
        next_line,
        end_cr
    };
    State state_ = State::start;
};

}  // namespace chatcore::gateway
