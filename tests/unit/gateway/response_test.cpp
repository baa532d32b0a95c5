#include "gateway/http/response.h"

#include <string>

#include <doctest/doctest.h>

using namespace chatcore::gateway;

namespace {

std::string written(const Response& response, const ResponseContext& context = {}) {
    std::string out;
    append_response(out, response, context);
    return out;
}

}  // namespace

TEST_CASE("a response has its status line, date, headers, length and body") {
    Response response;
    response.status = 201;
    response.headers.add("Content-Type", "application/json");
    response.body = "{\"id\":1}";
    CHECK(written(response, {.date = "Sun, 06 Nov 1994 08:49:37 GMT"}) ==
          "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Content-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
}

TEST_CASE("connections are told to close, and HTTP/1.0 ones to stay") {
    const Response response;
    CHECK(written(response) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    CHECK(written(response, {.keep_alive = false}) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    CHECK(written(response, {.version_minor = 0}) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("HEAD has the length of the body but not the body; 204 and 304 have neither") {
    Response response;
    response.body = "hello";
    CHECK(written(response, {.head_request = true}) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    response.status = 204;
    CHECK(written(response) == "HTTP/1.1 204 No Content\r\n\r\n");
    response.status = 304;
    CHECK(written(response) == "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST_CASE("a value cannot begin a line, and framing headers cannot be added") {
    Response response;
    CHECK(response.headers.add("X-Name", std::string("a\r\nSet-Cookie: b\0c\x7f", 19)));
    CHECK_FALSE(response.headers.add("X\r\nY", "a"));
    CHECK_FALSE(response.headers.add("X: Y", "a"));
    CHECK_FALSE(response.headers.add("", "a"));
    CHECK_FALSE(response.headers.add("content-LENGTH", "7"));
    CHECK_FALSE(response.headers.add("Transfer-Encoding", "chunked"));
    CHECK_FALSE(response.headers.add("Connection", "close"));
    CHECK(written(response) ==
          "HTTP/1.1 200 OK\r\nX-Name: a  Set-Cookie: b c \r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a streamed body is chunked, and ends with the connection for HTTP/1.0") {
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    std::string out;
    CHECK(append_streaming_head(out, response, {}));
    append_chunk(out, "hello world, this is long");
    append_chunk(out, "");
    append_chunk(out, "x");
    append_last_chunk(out);
    CHECK(out ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          "19\r\nhello world, this is long\r\n1\r\nx\r\n0\r\n\r\n");
    out.clear();
    CHECK_FALSE(append_streaming_head(out, response, {.version_minor = 0}));
    CHECK(out == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
}

TEST_CASE("dates are written as RFC 9110 shows them") {
    CHECK(format_http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(format_http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(format_http_date(1709251199) == "Thu, 29 Feb 2024 23:59:59 GMT");
    CHECK(format_http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("statuses have their registered phrases") {
    CHECK(reason_phrase(100) == "Continue");
    CHECK(reason_phrase(404) == "Not Found");
    CHECK(reason_phrase(431) == "Request Header Fields Too Large");
    CHECK(reason_phrase(505) == "HTTP Version Not Supported");
    CHECK(reason_phrase(299) == "Unknown");
    CHECK(reason_phrase(999) == "Unknown");
}
