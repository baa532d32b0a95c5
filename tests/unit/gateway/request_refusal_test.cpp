// Requests that must be refused, each with the error and the status that it is answered with.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/http/request_parser.h"

using namespace chatcore::gateway;

namespace {

HttpError error_of(std::string_view bytes, std::size_t piece, const HttpLimits& limits = {}) {
    RequestParser parser(limits);
    ParseState state = ParseState::more;
    while (state != ParseState::failed && (!bytes.empty() || state == ParseState::head)) {
        const ParseProgress progress = parser.feed(bytes.substr(0, piece));
        bytes.remove_prefix(progress.consumed);
        state = progress.state;
        if (state == ParseState::complete) parser.take_request();
    }
    return parser.error();
}

struct Case {
    std::string bytes;
    HttpError error;
    int status;
};

void check(const Case& c) {
    CAPTURE(c.bytes.substr(0, 200));
    CHECK(status_of(c.error) == c.status);
    CHECK_FALSE(describe(c.error).empty());
    for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{7}}) {
        CHECK(describe(error_of(c.bytes, piece)) == describe(c.error));
    }
}

std::string with_line(std::string_view line) {
    return std::string(line) + "\r\nHost: h\r\n\r\n";
}
std::string with_headers(std::string_view headers, std::string_view body = {}) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n" + std::string(body);
}
std::string with_chunks(std::string_view chunks) {
    return with_headers("Transfer-Encoding: chunked\r\n", chunks);
}
std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("request lines that are refused") {
    check({with_line("GET /"), HttpError::malformed_request_line, 400});
    check({with_line("GET"), HttpError::malformed_request_line, 400});
    check({with_line(" GET / HTTP/1.1"), HttpError::malformed_request_line, 400});
    check({with_line("G@T / HTTP/1.1"), HttpError::malformed_request_line, 400});
    check({with_line("GET / HTTP/1.10"), HttpError::malformed_request_line, 400});
    check({with_line("GET / http/1.1"), HttpError::malformed_request_line, 400});
    check({with_line("GET / HTTP/1.1 "), HttpError::malformed_request_line, 400});
    check({"\r\n\r\nGET / HTTP/1.1\r\n\r\n", HttpError::malformed_request_line, 400});
    check({with_line("GET / HTTP/2.0"), HttpError::version_unsupported, 505});
    check({with_line("GET / HTTP/0.9"), HttpError::version_unsupported, 505});
    check({with_line("BREW /pot HTTP/1.1"), HttpError::method_unknown, 501});
    check({with_line("get / HTTP/1.1"), HttpError::method_unknown, 501});
    check({with_line("CONNECT h:443 HTTP/1.1"), HttpError::method_unknown, 501});
    check({"\x16\x03\x01\x02", HttpError::control_character, 400});
}

TEST_CASE("targets that are refused") {
    check({with_line("GET a/b HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET * HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /a b HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET  / HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /#top HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /\xED\x95\x9C HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /%zz HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /%4 HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /%00 HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /a%0d%0aX HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /%ff HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /?q=%ff HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /?q=%00 HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET http://user@h/ HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET http:///a HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET ftp://h/a HTTP/1.1"), HttpError::target_invalid, 400});
    check({with_line("GET /a/../b HTTP/1.1"), HttpError::path_climbs, 400});
    check({with_line("GET /.. HTTP/1.1"), HttpError::path_climbs, 400});
    check({with_line("GET /%2e%2E/etc HTTP/1.1"), HttpError::path_climbs, 400});
    check({with_line("GET /..%2fetc HTTP/1.1"), HttpError::path_climbs, 400});
    check({with_line("GET /a%5c..%5cb HTTP/1.1"), HttpError::path_climbs, 400});
    check({with_line("GET /" + std::string(8192, 'a') + " HTTP/1.1"), HttpError::target_too_long,
           414});
    check({with_line("GET /" + std::string(20000, 'a') + " HTTP/1.1"), HttpError::target_too_long,
           414});
}

TEST_CASE("header lines that are refused") {
    check({with_headers("X: a\r\n b\r\n"), HttpError::folded_header, 400});
    check({with_headers("X: a\r\n\tb: c\r\n"), HttpError::folded_header, 400});
    check({"GET / HTTP/1.1\r\n Host: h\r\n\r\n", HttpError::folded_header, 400});
    check({with_headers("X: a\nY: b\r\n"), HttpError::control_character, 400});
    check({with_headers("X: a\rY: b\r\n"), HttpError::control_character, 400});
    check({with_headers(std::string_view("X: a\0b\r\n", 8)), HttpError::control_character, 400});
    check({with_headers("X: a\x01\r\n"), HttpError::control_character, 400});
    check({with_headers("X: a\x7f\r\n"), HttpError::control_character, 400});
    check({with_headers("X: a\x01\nY: b\r\n"), HttpError::control_character, 400});
    check({with_headers("X: a\n\nY: b\r\n"), HttpError::control_character, 400});
    check({"GET / HTTP/1.1\nHost: h\n\n", HttpError::control_character, 400});
    check({with_headers("X : a\r\n"), HttpError::malformed_header, 400});
    check({with_headers(": a\r\n"), HttpError::malformed_header, 400});
    check({with_headers("no colon\r\n"), HttpError::malformed_header, 400});
    check({with_headers("X(y): a\r\n"), HttpError::malformed_header, 400});
    check({"GET / HTTP/1.1\r\n\r\n", HttpError::host_missing, 400});
    check({with_headers("Host: h\r\n"), HttpError::host_invalid, 400});
    check({"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", HttpError::host_invalid, 400});
    check({"GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", HttpError::host_invalid, 400});
    check({"GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", HttpError::host_invalid, 400});
    for (const char* twice :
         {"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
          "authorization: Bearer a\r\nX: y\r\nAUTHORIZATION: Bearer a\r\n",
          "X-Chatd-Key: a\r\nX-Chatd-Key: b\r\n", "X-Chatd-User: 1\r\nX-Chatd-User: 2\r\n",
          "Content-Type: a/b\r\nContent-Type: c/d\r\n"})
        check({with_headers(twice), HttpError::field_repeated, 400});
    check({with_headers("Expect: 200-ok\r\n"), HttpError::expectation_unknown, 417});
    check({with_headers(repeated("X: y\r\n", 100)), HttpError::too_many_headers, 431});
    check({with_headers("X: " + std::string(16384, 'y') + "\r\n"), HttpError::head_too_large, 431});
    check({std::string(20000, 'A'), HttpError::head_too_large, 431});
}

TEST_CASE(
    "99 headers beside Host are not too many, and a head of the largest size is not too large") {
    CHECK(error_of(with_headers(repeated("X: y\r\n", 99)), 512) == HttpError::none);
    const std::size_t around = with_headers("X: \r\n").size();
    const std::string fits = with_headers("X: " + std::string(16384 - around, 'y') + "\r\n");
    REQUIRE(fits.size() == 16384);
    CHECK(error_of(fits, std::string::npos) == HttpError::none);
    CHECK(error_of(fits, 1) == HttpError::none);
    const std::string above = with_headers("X: " + std::string(16385 - around, 'y') + "\r\n");
    CHECK(error_of(above, std::string::npos) == HttpError::head_too_large);
    CHECK(error_of(above, 1) == HttpError::head_too_large);
}

TEST_CASE("framing that two readers could understand differently is refused") {
    check({with_headers("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
           HttpError::length_and_coding, 400});
    check({with_headers("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
           HttpError::length_and_coding, 400});
    check({with_headers("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
           HttpError::content_length_invalid, 400});
    check({with_headers("Content-Length: 5, 5\r\n", "hello"), HttpError::content_length_invalid,
           400});
    check(
        {with_headers("Content-Length: +5\r\n", "hello"), HttpError::content_length_invalid, 400});
    check(
        {with_headers("Content-Length: -5\r\n", "hello"), HttpError::content_length_invalid, 400});
    check(
        {with_headers("Content-Length: 0x5\r\n", "hello"), HttpError::content_length_invalid, 400});
    check(
        {with_headers("Content-Length: 5 5\r\n", "hello"), HttpError::content_length_invalid, 400});
    check({with_headers("Content-Length:\r\n"), HttpError::content_length_invalid, 400});
    check({with_headers("Content-Length: 99999999999999999999999\r\n"),
           HttpError::content_length_invalid, 400});
    check({with_headers("Content-Length: 1048577\r\n"), HttpError::body_too_large, 413});
    check({with_headers("Transfer-Encoding: gzip\r\n"), HttpError::transfer_coding_unknown, 501});
    check({with_headers("Transfer-Encoding: gzip, chunked\r\n"), HttpError::transfer_coding_unknown,
           501});
    check({with_headers("Transfer-Encoding: chunked, chunked\r\n"),
           HttpError::transfer_coding_unknown, 501});
    check(
        {with_headers("Transfer-Encoding: identity\r\n"), HttpError::transfer_coding_unknown, 501});
    check({with_headers("Transfer-Encoding: \x0b"
                        "chunked\r\n"),
           HttpError::control_character, 400});
    check(
        {with_headers("Transfer-Encoding: xchunked\r\n"), HttpError::transfer_coding_unknown, 501});
    check({with_headers("Transfer-Encoding:\r\n"), HttpError::transfer_coding_unknown, 501});
    check({with_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
           HttpError::transfer_coding_invalid, 400});
    check({"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           HttpError::transfer_coding_invalid, 400});
}

TEST_CASE("chunks that are refused") {
    check({with_chunks("x\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks(";a\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("0x5\r\nhello\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("-1\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks(" 5\r\nhello\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("5 \r\nhello\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("5\nhello\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("5\rhello\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("5;a\nb\r\nhello\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("5\r\nhello!\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("5\r\nhello\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("0\r\n X: y\r\n\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("0\r\nno colon\r\n\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("0\r\nX: y\n\r\n"), HttpError::chunk_invalid, 400});
    check({with_chunks("0\r\n\rX"), HttpError::chunk_invalid, 400});
    check({with_chunks("100001\r\n"), HttpError::body_too_large, 413});
    check({with_chunks("FFFFFFFFFFFFFFFFF\r\n"), HttpError::body_too_large, 413});
    check({with_chunks("8\r\n12345678\r\nFFFFF\r\n"), HttpError::body_too_large, 413});
    check({with_chunks("0;" + std::string(20000, 'a')), HttpError::chunk_invalid, 400});
    check({with_chunks("0\r\n" + repeated("X: y\r\n", 4000)), HttpError::chunk_invalid, 400});
}

TEST_CASE("a body sent one byte a chunk is not refused for its framing") {
    const std::string bytes = with_chunks(repeated("1\r\nx\r\n", 50000) + "0\r\n\r\n");
    CHECK(error_of(bytes, 4096) == HttpError::none);
}
