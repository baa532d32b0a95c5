#include "gateway/http/http_error.h"

namespace chatcore::gateway {

int status_of(HttpError error) {
    switch (error) {
        case HttpError::none:
            return 0;
        case HttpError::malformed_request_line:
        case HttpError::malformed_header:
        case HttpError::control_character:
        case HttpError::folded_header:
        case HttpError::host_missing:
        case HttpError::host_invalid:
        case HttpError::target_invalid:
        case HttpError::path_climbs:
        case HttpError::field_repeated:
        case HttpError::content_length_invalid:
        case HttpError::length_and_coding:
        case HttpError::transfer_coding_invalid:
        case HttpError::chunk_invalid:
            return 400;
        case HttpError::body_too_large:
            return 413;
        case HttpError::target_too_long:
            return 414;
        case HttpError::expectation_unknown:
            return 417;
        case HttpError::head_too_large:
        case HttpError::too_many_headers:
            return 431;
        case HttpError::transfer_coding_unknown:
        case HttpError::method_unknown:
            return 501;
        case HttpError::version_unsupported:
            return 505;
    }
    return 400;
}

std::string_view describe(HttpError error) {
    switch (error) {
        case HttpError::none:
            return "No error.";
        case HttpError::malformed_request_line:
            return "The request line is malformed.";
        case HttpError::malformed_header:
            return "A header line is malformed.";
        case HttpError::control_character:
            return "The request's head has a control character, or a line that does not end in CR "
                   "LF.";
        case HttpError::folded_header:
            return "A header is folded over several lines.";
        case HttpError::host_missing:
            return "The Host header is missing.";
        case HttpError::host_invalid:
            return "The Host header is invalid, or given twice.";
        case HttpError::target_invalid:
            return "The request target is not a valid address.";
        case HttpError::path_climbs:
            return "The path has a '..' segment.";
        case HttpError::field_repeated:
            return "A header that there may be one of, such as Authorization, is given twice.";
        case HttpError::content_length_invalid:
            return "Content-Length is not one decimal number.";
        case HttpError::length_and_coding:
            return "Content-Length and Transfer-Encoding exclude each other.";
        case HttpError::transfer_coding_invalid:
            return "Transfer-Encoding is given twice, or with HTTP/1.0.";
        case HttpError::transfer_coding_unknown:
            return "The only transfer coding here is 'chunked'.";
        case HttpError::chunk_invalid:
            return "The body's chunks are malformed.";
        case HttpError::head_too_large:
            return "The request line and headers are too large.";
        case HttpError::too_many_headers:
            return "There are too many headers.";
        case HttpError::target_too_long:
            return "The request target is too long.";
        case HttpError::body_too_large:
            return "The body is too large.";
        case HttpError::method_unknown:
            return "The method is not known here.";
        case HttpError::version_unsupported:
            return "The HTTP version is not supported.";
        case HttpError::expectation_unknown:
            return "The only expectation met here is '100-continue'.";
    }
    return "The request is malformed.";
}

}  // namespace chatcore::gateway
