#pragma once
// Incremental HTTP/1.1 request parser (RFC 9110, RFC 9112): bytes in, one Request at a time out. It
// knows no sockets.
//
//     ParseProgress progress = parser.feed(bytes);
//     bytes.remove_prefix(progress.consumed);
//     switch (progress.state) {
//         case ParseState::more:      if (parser.take_continue()) …write "HTTP/1.1 100
//         Continue\r\n\r\n"…; read on case ParseState::head:      …optionally
//         set_body_bytes_max()…; feed the rest, even when it is empty case ParseState::complete:
//         Request request = parser.take_request(); …answer, then feed the rest… case
//         ParseState::failed:    …answer status_of(parser.error()) and close…
//     }
//
// Threads: one at a time. Memory: nothing on the heap between take_request() and the next byte. The
// outcome does not depend on how the bytes are cut up. Checked by:
// unit/gateway/request_parser_test.cpp, fuzz/http_fuzz.cpp.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/http/chunked_body.h"
#include "gateway/http/head_scanner.h"
#include "gateway/http/http_error.h"
#include "gateway/http/request.h"

namespace chatcore::gateway {

/// What one request may cost before it is understood. The defaults are those of common proxies, so
/// that what passes them passes us.
struct HttpLimits {
    /// Request line and headers. A token of 4 KiB, cookies of 8 KiB and a long query fit.
    std::size_t head_bytes_max = 16 * 1024;
    /// Browsers send about 20; each costs a scan for every header that is looked up.
    std::size_t header_count_max = 100;
    /// The request target. Bearer tokens travel here where a browser cannot set headers.
    std::size_t target_bytes_max = 8 * 1024;
    /// The body after decoding; a route for uploads raises it by set_body_bytes_max().
    std::size_t body_bytes_max = 1024 * 1024;
};

enum class ParseState : std::uint8_t {
    more,      ///< all bytes were consumed, the request goes on
    head,      ///< the head is complete and a body follows; told once a request
    complete,  ///< a whole request; the bytes that were not consumed are not part of it
    failed,    ///< see error(); nothing more is consumed
};

struct ParseProgress {
    std::size_t consumed = 0;
    ParseState state = ParseState::more;
};

class RequestParser {
public:
    explicit RequestParser(const HttpLimits& limits = {}) : limits_(limits) {}

    /// Consumes bytes up to the end of one request. After `complete`, nothing is consumed until
    /// take_request().
    ParseProgress feed(std::string_view bytes);

    /// The request so far: after `head` all but its body, after `complete` all of it.
    const Request& request() const { return request_; }

    /// Hands the finished request over and begins the next one.
    Request take_request();

    /// Hands over the request whose head is complete; call it at `head`. The parser goes on with
    /// the body alone, and take_request() at its end gives an empty one. After `failed`: the head,
    /// where it is the body that failed; else an empty one.
    Request take_head() { return std::exchange(request_, Request()); }

    /// Another limit for this request's body, in bytes; call it at `head`.
    void set_body_bytes_max(std::size_t bytes) { body_bytes_max_ = bytes; }

    /// Hands over the part of the body that has come in so far, for routes that stream it; the rest
    /// goes on counting towards the limit.
    std::string take_body_part();

    /// True once a request, after `more`, where the client waits for "100 Continue" before it sends
    /// the body.
    bool take_continue();

    HttpError error() const { return error_; }

    /// Whether no byte of a request is held: the connection is idle, and closing it loses nothing.
    bool idle() const {
        return stage_ == Stage::head && request_.head().empty() && scanner_.fresh();
    }

private:
    enum class Stage : std::uint8_t { head, length_body, chunked_body, complete, failed };

    ParseProgress feed_head(std::string_view bytes);
    ParseProgress feed_length_body(std::string_view bytes);
    ParseProgress feed_chunked_body(std::string_view bytes);
    ParseProgress head_finished(std::size_t consumed);
    ParseProgress fail(HttpError error, std::size_t consumed);
    ParseProgress fail_body(HttpError error, std::size_t consumed);

    HttpLimits limits_;
    Request request_;
    HeadScanner scanner_;
    ChunkedBody chunks_;
    std::size_t body_bytes_max_ = 0;
    std::uint64_t body_bytes_ = 0;       ///< Content-Length
    std::uint64_t body_bytes_left_ = 0;  ///< of a body with Content-Length
    Stage stage_ = Stage::head;
    HttpError error_ = HttpError::none;
    bool continue_wanted_ = false;
};

}  // namespace chatcore::gateway
