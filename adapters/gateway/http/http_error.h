#pragma once
// What can be wrong with an HTTP/1.1 request, as a closed list. Each has the status it is answered
// with and a sentence for the person who reads the answer. After any of them the connection is
// closed, since where the next request would begin is no longer certain (RFC 9112 section 6.3, and
// section 11.2 on request smuggling).

#include <cstdint>
#include <string_view>

namespace chatcore::gateway {

enum class HttpError : std::uint8_t {
    none,
    malformed_request_line,
    malformed_header,
    control_character,        ///< NUL, a control character, a bare CR or a bare LF in the head
    folded_header,            ///< obs-fold, RFC 9112 section 5.2
    host_missing,             ///< HTTP/1.1 without Host
    host_invalid,             ///< more than one Host, or one that is not a host and port
    target_invalid,           ///< bad percent-encoding, bytes outside of a URI, not UTF-8
    path_climbs,              ///< a `..` segment
    field_repeated,           ///< a field that there may be one of, RFC 9110 section 5.3
    content_length_invalid,   ///< not one decimal number
    length_and_coding,        ///< both Content-Length and Transfer-Encoding
    transfer_coding_invalid,  ///< given twice, or in HTTP/1.0
    transfer_coding_unknown,  ///< anything but `chunked`
    chunk_invalid,            ///< a chunk's size line, its end, or a trailer
    head_too_large,           ///< request line and headers together
    too_many_headers,
    target_too_long,
    body_too_large,
    method_unknown,
    version_unsupported,
    expectation_unknown,  ///< Expect other than `100-continue`
};

/// The status of the answer: 400, 413, 414, 417, 431, 501 or 505; 0 for `none`.
int status_of(HttpError error);

/// One English sentence without what the client sent.
std::string_view describe(HttpError error);

}  // namespace chatcore::gateway
