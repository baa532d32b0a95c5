// What an HTTP connection is told when HTTP itself refuses: always the documented shape.

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <simdjson.h>

#include "http_client.h"
#include "texts.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

/// The status line, `{"error":{code,message,details,requestId}}`, and the id in the header too.
void check_shape(const std::string& answer, std::string_view status, std::string_view code,
                 std::string_view header = {}) {
    INFO(answer);
    CHECK(answer.starts_with("HTTP/1.1 " + std::string(status) + "\r\n"));
    const auto end = answer.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    const std::string head = answer.substr(0, end + 2);
    CHECK(head.find("Content-Type: application/json; charset=utf-8\r\n") != std::string::npos);
    if (!header.empty()) CHECK(head.find(std::string(header) + "\r\n") != std::string::npos);
    simdjson::dom::parser parser;
    simdjson::dom::object error;
    REQUIRE(parser.parse(answer.substr(end + 4))["error"].get(error) == simdjson::SUCCESS);
    std::string_view found;
    REQUIRE(error["code"].get(found) == simdjson::SUCCESS);
    CHECK(found == code);
    REQUIRE(error["message"].get(found) == simdjson::SUCCESS);
    CHECK(found.ends_with("."));
    CHECK(error["details"].is_object());
    REQUIRE(error["requestId"].get(found) == simdjson::SUCCESS);
    CHECK(head.find("X-Request-Id: " + std::string(found) + "\r\n") != std::string::npos);
}

constexpr const char* native = "Sec-WebSocket-Protocol: chat.v1\r\n";
constexpr const char* upgrade = "Host: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
constexpr const char* version = "Sec-WebSocket-Version: 13\r\n";
constexpr const char* key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

std::string handshake(std::string_view line, std::initializer_list<const char*> headers) {
    std::string bytes(line);
    bytes += "\r\n";
    for (const char* header : headers) bytes += header;
    return bytes + "\r\n";
}

}  // namespace

TEST_CASE("a refused handshake is answered in the documented shape, and ends the connection") {
    NativeWorld world;
    const auto refused = [&](const std::string& request, std::string_view status,
                             std::string_view header = {}) {
        HttpClient client(world);
        check_shape(client.ask(request), status, "malformed", header);
        CHECK(client.closing());
    };
    const std::string_view get = "GET /ws?token=x HTTP/1.1";
    refused(handshake(get, {upgrade, version}), "400 Bad Request");
    refused(handshake(get, {upgrade, version, "Sec-WebSocket-Key: short\r\n"}), "400 Bad Request");
    refused(handshake(get, {upgrade, version, key, "Sec-WebSocket-Protocol: a, a\r\n"}),
            "400 Bad Request");
    refused(handshake(get, {upgrade, "Sec-WebSocket-Version: 8\r\n", key}), "426 Upgrade Required",
            "Sec-WebSocket-Version: 13");
    refused(handshake("POST /ws HTTP/1.1", {upgrade, version, key}), "405 Method Not Allowed",
            "Allow: GET");
    refused(handshake("GET /ws HTTP/1.0", {upgrade, version, key}), "426 Upgrade Required",
            "Upgrade: websocket");
}

TEST_CASE("the WebSocket's address tells an ordinary request to upgrade, and goes on") {
    NativeWorld world;
    HttpClient client(world);
    check_shape(client.ask("GET /ws HTTP/1.1\r\nHost: h\r\n\r\n"), "426 Upgrade Required",
                "malformed", "Sec-WebSocket-Version: 13");
    check_shape(client.ask("DELETE /ws HTTP/1.1\r\nHost: h\r\n\r\n"), "405 Method Not Allowed",
                "malformed", "Allow: GET");
    const std::string head = client.ask("HEAD /ws HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(head.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK_FALSE(client.closing());
    CHECK(client.ask(handshake("GET /ws HTTP/1.1", {upgrade, version, key}))
              .starts_with("HTTP/1.1 101 "));
}

TEST_CASE("a request that does not come in whole is answered 408 in the documented shape") {
    NativeWorld world;
    HttpClient client(world);
    CHECK(client.ask("GET / HTTP/1.1\r\nHost:").empty());
    client.let_pass(5s);
    CHECK_FALSE(client.closing());
    client.let_pass(60s);
    check_shape(client.take(), "408 Request Timeout", "timeout");
    CHECK(client.closing());
}

TEST_CASE("what is too large says so by its code, whichever status it has") {
    NativeWorld world;
    const auto refused = [&](const std::string& request, std::string_view status,
                             std::string_view code) {
        HttpClient client(world);
        check_shape(client.ask(request), status, code);
        CHECK(client.closing());
    };
    const std::string filling(20'000, 'a');
    refused("GET /" + filling + " HTTP/1.1\r\nHost: h\r\n\r\n", "414 URI Too Long", "too_large");
    refused("GET / HTTP/1.1\r\nHost: h\r\nX: " + filling + "\r\n\r\n",
            "431 Request Header Fields Too Large", "too_large");
    refused("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n",
            "413 Content Too Large", "too_large");
    refused("GET / HTTP/1.1\r\n\r\n", "400 Bad Request", "malformed");
    refused("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", "501 Not Implemented", "malformed");
}

TEST_CASE("one empty line before a request is passed over, as RFC 9112 section 2.2 asks") {
    NativeWorld world;
    HttpClient client(world);
    check_shape(client.ask("\r\nGET /ws HTTP/1.1\r\nHost: h\r\n\r\n"), "426 Upgrade Required",
                "malformed");
    check_shape(client.ask("\r\n\r\nGET /ws HTTP/1.1\r\nHost: h\r\n\r\n"), "400 Bad Request",
                "malformed");
}

TEST_CASE("a WebSocket above the limit is opened, told bye, and closed") {
    NativeWorld world;
    HttpClient client(world, Turn::too_many);
    const std::string answer =
        client.ask(handshake("GET /ws HTTP/1.1", {upgrade, version, key, native}));
    CHECK(answer.starts_with("HTTP/1.1 101 "));
    CHECK(answer.find(R"({"type":"bye","reason":"too_many_connections","retryAfterMs":5000})") !=
          std::string::npos);
    CHECK(answer.ends_with("\x0f\xa9too many connections"));  // 4009
    CHECK(client.closing());
}

TEST_CASE("a node that is full tells how it is, and others when to come again") {
    NativeWorld world;
    const auto up = [](const ExchangePtr& exchange) { exchange->respond_json(200, "{}"); };
    for (Router* router : {&world.routes(), &world.shared().router}) {
        router->begin(Door::none);
        router->add_probe("/health/live", up);
        router->add("GET", "/page", Login::none, up);
        router->begin(Door::v1, Pages::any);
        router->add("GET", "/asked", Login::none, up);
    }
    const auto ask = [&](const char* request, const char* more = "") {
        HttpClient client(world, Turn::too_many);
        const std::string answer =
            client.ask(std::string(request) + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n");
        CHECK(client.closing());
        return answer;
    };
    CHECK(ask("GET /health/live").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(ask("HEAD /health/live").starts_with("HTTP/1.1 200 OK\r\n"));
    const std::string page = ask("GET /page");
    check_shape(page, "503 Service Unavailable", "unavailable", "Retry-After: 5");
    CHECK_FALSE(has(page, "Access-Control-"));
    check_shape(ask("GET /nothing"), "503 Service Unavailable", "unavailable", "Retry-After: 5");
    // A page can read that, which its browser asks leave for first.
    const char* wanted = "Origin: http://a\r\nAccess-Control-Request-Method: GET\r\n";
    CHECK(ask("OPTIONS /asked", wanted).starts_with("HTTP/1.1 204 No Content\r\n"));
    check_shape(ask("OPTIONS /page", wanted), "503 Service Unavailable", "unavailable");
    CHECK(has(ask("GET /asked"), "Access-Control-Allow-Origin: *\r\n"));
}

TEST_CASE("who is not served has little time to say anything") {
    NativeWorld world;
    HttpClient client(world, Turn::too_many);
    client.let_pass(5s);
    CHECK_FALSE(client.closing());
    client.let_pass(1s);
    CHECK(client.closing());
    HttpClient served(world);
    served.let_pass(6s);
    CHECK_FALSE(served.closing());
}

TEST_CASE("pages read what is refused for its body, where they may ask") {
    NativeWorld world;
    const auto up = [](const ExchangePtr& exchange) { exchange->respond_json(200, "{}"); };
    world.routes().add("POST", "/own", Login::none, up);
    world.routes().begin(Door::v1, Pages::any);
    world.routes().add("POST", "/any", Login::none, up);
    const auto ask = [&](const char* path, const char* framing) {
        HttpClient client(world);
        const std::string answer =
            client.ask("POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n");
        CHECK(client.closing());
        return answer;
    };
    const char* large = "Content-Length: 99999999\r\n";
    check_shape(ask("/any", large), "413 Content Too Large", "too_large",
                "Access-Control-Allow-Origin: *");
    check_shape(ask("/own", large), "413 Content Too Large", "too_large");
    CHECK_FALSE(has(ask("/own", large), "Access-Control-"));
    check_shape(ask("/any", "Transfer-Encoding: chunked\r\n\r\nx"), "400 Bad Request", "malformed",
                "Access-Control-Allow-Origin: *");
    // Nobody knows what that was to be.
    check_shape(ask("/any", "Host: two\r\n"), "400 Bad Request", "malformed",
                "Access-Control-Allow-Origin: *");
}

TEST_CASE("a connection that comes too fast is told so, and when to come again") {
    NativeWorld world;
    {
        world.shared().turned_away = 1;
        HttpClient client(world, Turn::too_fast);
        check_shape(client.ask("GET /api/v1/users/me HTTP/1.1\r\nHost: h\r\n\r\n"),
                    "429 Too Many Requests", "too_many", "Retry-After: 1");
        CHECK(client.closing());
    }
    CHECK(world.shared().turned_away == 0);
}

TEST_CASE("whom a request is from is the peer, or whom a trusted proxy names") {
    NativeWorld world;
    std::string seen;
    world.routes().add("GET", "/seen", Login::none, [&](const ExchangePtr& exchange) {
        seen = exchange->client.to_string();
        exchange->respond_json(200, "{}");
    });
    const std::string request =
        "GET /seen HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 198.51.100.7, 192.0.2.1\r\n\r\n";
    const IpAddress proxy = *IpAddress::parse("10.0.0.1");
    HttpClient(world, Turn::served, proxy).ask(request);
    CHECK(seen == "10.0.0.1");
    world.shared().trusted = {*IpNetwork::parse("10.0.0.0/8")};
    HttpClient(world, Turn::served, proxy).ask(request);
    CHECK(seen == "192.0.2.1");
    HttpClient(world, Turn::served, *IpAddress::parse("203.0.113.5")).ask(request);
    CHECK(seen == "203.0.113.5");
    HttpClient(world).ask(request);
    CHECK(seen.empty());
}
