#include "gateway/http/request_parser.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace chatcore::gateway;

namespace {

struct Parsed {
    std::vector<Request> requests;
    HttpError error = HttpError::none;
    std::string rest;  ///< what was not consumed when the first upgrade was asked for
    bool idle = false;
};

/// Feeds the bytes in pieces of `piece` and stops at an upgrade, as a session does.
Parsed parse(std::string_view bytes, std::size_t piece = std::string_view::npos) {
    Parsed parsed;
    RequestParser parser;
    while (!bytes.empty()) {
        const ParseProgress progress = parser.feed(bytes.substr(0, piece));
        bytes.remove_prefix(progress.consumed);
        if (progress.state == ParseState::failed) break;
        if (progress.state != ParseState::complete) continue;
        parsed.requests.push_back(parser.take_request());
        if (parsed.requests.back().wants_upgrade()) break;
    }
    parsed.error = parser.error();
    parsed.rest = bytes;
    parsed.idle = parser.idle();
    return parsed;
}

constexpr std::string_view get =
    "GET /api/v1/messages/7?before=12&query=b%20c+d&flag HTTP/1.1\r\n"
    "Host: chat.example:8080\r\n"
    "Accept:  text/html ,  application/json\t\r\n"
    "X-Empty:\r\n"
    "accept: image/png\r\n"
    "\r\n";

}  // namespace

TEST_CASE("a GET gives method, path, query and headers") {
    const Parsed parsed = parse(get);
    REQUIRE(parsed.requests.size() == 1);
    const Request& request = parsed.requests[0];
    CHECK(request.method() == "GET");
    CHECK(request.target() == "/api/v1/messages/7?before=12&query=b%20c+d&flag");
    CHECK(request.path() == "/api/v1/messages/7");
    CHECK(request.raw_query() == "before=12&query=b%20c+d&flag");
    CHECK(request.version_minor() == 1);
    CHECK(request.keep_alive());
    CHECK_FALSE(request.wants_upgrade());
    CHECK(request.body().empty());
    CHECK(parsed.idle);
}

TEST_CASE("query parameters are decoded, and the first of a name counts") {
    const Parsed parsed = parse(
        "GET /?a=1&a=2&b%20c=%ED%95%9C+%2B&d&=e&f=%&g=%4&h=100%25&i=x=y HTTP/1.1\r\nHost: "
        "h\r\n\r\n");
    REQUIRE(parsed.requests.size() == 1);
    const Request& request = parsed.requests[0];
    CHECK(request.query("a") == "1");
    CHECK(request.query("b c") == "한 +");
    CHECK(request.query("d") == "");
    CHECK(request.query("") == "e");
    CHECK(request.query("f") == "%");
    CHECK(request.query("g") == "%4");
    CHECK(request.query("h") == "100%");
    CHECK(request.query("i") == "x=y");
    CHECK(request.query("absent") == std::nullopt);
}

TEST_CASE("headers are found in any case of letters, trimmed, and joined where they repeat") {
    const Parsed parsed = parse(get);
    REQUIRE(parsed.requests.size() == 1);
    const Request& request = parsed.requests[0];
    CHECK(request.header("HOST") == "chat.example:8080");
    CHECK(request.header("accept") == "text/html ,  application/json");
    CHECK(request.combined_header("Accept") == "text/html ,  application/json, image/png");
    CHECK(request.header_has_token("accept", "Application/JSON"));
    CHECK(request.header_has_token("accept", "image/png"));
    CHECK_FALSE(request.header_has_token("accept", "image"));
    CHECK(request.header("x-empty") == "");
    CHECK(request.header("x-absent") == std::nullopt);
    CHECK(request.header_count() == 4);
    CHECK(request.header_at(2).name == "X-Empty");
}

TEST_CASE("a request keeps its views when it is moved and copied") {
    Parsed parsed = parse(get);
    REQUIRE(parsed.requests.size() == 1);
    const Request copy = parsed.requests[0];
    const Request moved = std::move(parsed.requests[0]);
    for (const Request* request : {&copy, &moved}) {
        CHECK(request->method() == "GET");
        CHECK(request->header("host") == "chat.example:8080");
    }
}

TEST_CASE("a body of Content-Length ends where it says, and pipelined requests follow") {
    const Parsed parsed = parse(
        "\r\nPOST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
        "\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n"
        "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
        "DELETE /d HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    REQUIRE(parsed.requests.size() == 4);
    CHECK(parsed.requests[0].body() == "hello");
    CHECK(parsed.requests[1].path() == "/b");
    CHECK(parsed.requests[2].body().empty());
    CHECK(parsed.requests[3].method() == "DELETE");
    CHECK(parsed.requests[2].keep_alive());
    CHECK_FALSE(parsed.requests[3].keep_alive());
}

TEST_CASE("chunks are joined, extensions and trailers passed over") {
    const Parsed parsed = parse(
        "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "5;name=\"v\"\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n000\r\nX-Sum: "
        "1\r\nX-B:\r\n\r\n"
        "GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(parsed.requests.size() == 2);
    CHECK(parsed.requests[0].body() == "helloabcdefghijklmnopqrstuvwxyz");
    CHECK_FALSE(parsed.requests[0].header("x-sum"));
    CHECK(parsed.requests[1].path() == "/next");
}

TEST_CASE("an upgrade ends at its head, and what follows belongs to the new protocol") {
    const Parsed parsed = parse(
        "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
        "Connection: keep-alive, Upgrade\r\n\r\n\x81\x85rest");
    REQUIRE(parsed.requests.size() == 1);
    CHECK(parsed.requests[0].wants_upgrade());
    CHECK(parsed.rest == "\x81\x85rest");
}

TEST_CASE("without Connection: upgrade, and in HTTP/1.0, nothing is upgraded") {
    for (const std::string_view bytes :
         {"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\n\r\n",
          "GET / HTTP/1.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"}) {
        const Parsed parsed = parse(bytes);
        REQUIRE(parsed.requests.size() == 1);
        CHECK_FALSE(parsed.requests[0].wants_upgrade());
    }
}

TEST_CASE("HTTP/1.0 needs no Host and closes unless asked to stay") {
    const Parsed parsed =
        parse("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n");
    REQUIRE(parsed.requests.size() == 2);
    CHECK(parsed.requests[0].version_minor() == 0);
    CHECK(parsed.requests[0].keep_alive());
    CHECK_FALSE(parsed.requests[1].keep_alive());
}

TEST_CASE("targets in absolute form, in asterisk form and percent-encoded give their path") {
    const Parsed parsed = parse(
        "GET http://[::1]:80/a/%ED%95%9C?q HTTP/1.1\r\nHost: x\r\n\r\n"
        "GET https://h?q=1 HTTP/1.1\r\nHost: h\r\n\r\n"
        "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"
        "GET /a/./b//c..d/... HTTP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(parsed.requests.size() == 4);
    CHECK(parsed.requests[0].path() == "/a/한");
    CHECK(parsed.requests[0].raw_query() == "q");
    CHECK(parsed.requests[1].path() == "/");
    CHECK(parsed.requests[1].query("q") == "1");
    CHECK(parsed.requests[2].path() == "*");
    CHECK(parsed.requests[3].path() == "/a/./b//c..d/...");
}

TEST_CASE("however the bytes are cut, the requests are the same") {
    const std::string bytes = std::string(get) +
                              "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n\r\n"
                              "PUT /y HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n123456789" +
                              std::string(get);
    const Parsed whole = parse(bytes);
    REQUIRE(whole.requests.size() == 4);
    for (std::size_t piece = 1; piece <= 64; ++piece) {
        const Parsed cut = parse(bytes, piece);
        REQUIRE(cut.requests.size() == 4);
        CHECK(cut.error == HttpError::none);
        for (std::size_t i = 0; i < 4; ++i) {
            CHECK(cut.requests[i].head() == whole.requests[i].head());
            CHECK(cut.requests[i].path() == whole.requests[i].path());
            CHECK(cut.requests[i].body() == whole.requests[i].body());
        }
    }
}

TEST_CASE("a head is told once, and the client that waits is told to continue once") {
    RequestParser parser;
    const ParseProgress head = parser.feed(
        "PUT /u HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(head.state == ParseState::head);
    CHECK(parser.request().path() == "/u");
    CHECK(parser.feed("").state == ParseState::more);
    CHECK(parser.take_continue());
    CHECK_FALSE(parser.take_continue());
    const ParseProgress end = parser.feed("okGET");
    CHECK(end.state == ParseState::complete);
    CHECK(end.consumed == 2);
    CHECK(parser.take_request().body() == "ok");
}

TEST_CASE("a client that sends its body without waiting is not told to continue") {
    RequestParser parser;
    const std::string_view bytes =
        "PUT /u HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\no";
    const ParseProgress head = parser.feed(bytes);
    CHECK(parser.feed(bytes.substr(head.consumed)).state == ParseState::more);
    CHECK_FALSE(parser.take_continue());
}

TEST_CASE("a body too large to wait for is refused before the client is told to continue") {
    RequestParser parser;
    CHECK(parser
              .feed("PUT /u HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                    "Content-Length: 1048577\r\n\r\n")
              .state == ParseState::head);
    CHECK_FALSE(parser.take_continue());
    CHECK(parser.feed("").state == ParseState::failed);
    CHECK(parser.error() == HttpError::body_too_large);
}

TEST_CASE("a route may raise the limit at the head and take the body in parts") {
    RequestParser parser({.body_bytes_max = 4});
    CHECK(parser.feed("PUT /u HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n").state ==
          ParseState::head);
    parser.set_body_bytes_max(6);
    CHECK(parser.feed("abc").state == ParseState::more);
    CHECK(parser.take_body_part() == "abc");
    CHECK(parser.feed("def").state == ParseState::complete);
    CHECK(parser.take_request().body() == "def");
    CHECK(parser.feed("PUT /u HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n").state ==
          ParseState::head);
    CHECK(parser.feed("").state == ParseState::failed);  // the next request has the old limit
}

TEST_CASE("after a whole request nothing is consumed until it is taken") {
    RequestParser parser;
    CHECK(parser.idle());
    CHECK(parser.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n").state == ParseState::complete);
    CHECK_FALSE(parser.idle());
    CHECK(parser.feed("GET /b").consumed == 0);
    CHECK(parser.take_request().path() == "/");
    CHECK(parser.idle());
    CHECK(parser.feed("GET /b").consumed == 6);
    CHECK_FALSE(parser.idle());
}
