#pragma once
// Decodes the chunked transfer coding (RFC 9112 section 7.1), strictly: a size is hexadecimal
// digits and nothing else, lines end in CR LF, extensions and trailers are skipped within a bound.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http/http_error.h"

namespace chatcore::gateway {

class ChunkedBody {
public:
    struct Result {
        std::size_t consumed = 0;
        bool complete = false;  ///< the last chunk and the trailers have ended
        HttpError error = HttpError::none;
    };

    /// Appends decoded bytes to `out`. Fails with `body_too_large` when the body has, or announces,
    /// more than `body_bytes_max` bytes in all, and with `chunk_invalid` where sizes, extensions
    /// and trailers together are more than a real client would need for such a body.
    Result feed(std::string_view bytes, std::size_t body_bytes_max, std::string& out);

    void reset() { *this = ChunkedBody(); }

private:
    enum class State : std::uint8_t {
        size_first,
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        end_lf,
        finished,
    };

    HttpError step(char c, std::size_t body_bytes_max);
    HttpError size_digit(char c, std::size_t body_bytes_max);
    HttpError trailer_byte(char c);

    std::uint64_t chunk_left_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::uint64_t framing_bytes_ = 0;
    State state_ = State::size_first;
};

}  // namespace chatcore::gateway
