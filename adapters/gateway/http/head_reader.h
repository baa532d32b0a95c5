#pragma once
// Makes a Request of a complete head. The tokenizer behind it is a library that does not show here,
// so that another can take its place; what decides about framing, and so about smuggling, is
// checked again in our own code.

#include <cstdint>

#include "gateway/http/http_error.h"
#include "gateway/http/request.h"

namespace chatcore::gateway {

struct HttpLimits;

/// How the body is delimited (RFC 9112 section 6.3).
struct BodyFraming {
    enum class Kind : std::uint8_t { none, length, chunked };
    Kind kind = Kind::none;
    std::uint64_t length = 0;       ///< of a body with Content-Length
    bool expects_continue = false;  ///< the client waits for "100 Continue" before the body
};

class HeadReader {
public:
    explicit HeadReader(const HttpLimits& limits) : limits_(limits) {}

    /// Fills the request from its head(), which HeadScanner has found complete.
    HttpError read(Request& request, BodyFraming& framing) const;

    /// Which limit a head of the largest size that is still not complete has broken.
    HttpError overflow_error(const Request& request) const;

private:
    HttpError read_request_line(Request& request) const;
    HttpError read_fields(Request& request) const;
    static HttpError read_target(Request& request);
    static HttpError read_query(Request& request);
    static HttpError check_host(const Request& request);
    static HttpError check_singletons(const Request& request);
    static HttpError read_framing(const Request& request, BodyFraming& framing);
    static HttpError read_length(const Request& request, BodyFraming& framing);
    static HttpError read_connection(Request& request, BodyFraming& framing);

    const HttpLimits& limits_;
};

}  // namespace chatcore::gateway
