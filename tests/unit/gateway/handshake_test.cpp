#include "gateway/websocket/handshake.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/http/request_parser.h"
#include "gateway/websocket/client_frames.h"

using namespace chatcore::gateway;

namespace {

Request parsed(std::string_view bytes) {
    RequestParser parser;
    REQUIRE(parser.feed(bytes).state == ParseState::complete);
    return parser.take_request();
}

constexpr std::string_view version = "Sec-WebSocket-Version: 13\r\n";
constexpr std::string_view key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view upgrade = "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n";

Handshake of(std::string_view a, std::string_view b, std::string_view c, std::string_view d = {},
             std::string_view line = "GET /ws HTTP/1.1") {
    std::string bytes(line);
    bytes.append("\r\nHost: h\r\n").append(a).append(b).append(c).append(d).append("\r\n");
    return check_handshake(parsed(bytes));
}

}  // namespace

TEST_CASE("the accept key of RFC 6455 section 1.3") {
    CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("a handshake is answered with key, subprotocol and extension") {
    std::string bytes;
    append_client_handshake(bytes, {.host = "h",
                                    .subprotocols = "chat.v1, v12.stomp",
                                    .extensions = "permessage-deflate; server_max_window_bits=10"});
    const Request request = parsed(bytes);
    CHECK(asks_for_websocket(request));
    const Handshake handshake = check_handshake(request);
    REQUIRE(handshake.error == HandshakeError::none);
    CHECK(handshake.subprotocols == std::vector<std::string>{"chat.v1", "v12.stomp"});
    CHECK(handshake.offers("v12.stomp"));
    CHECK_FALSE(handshake.offers("v11.stomp"));
    std::string out;
    append_handshake_answer(out, handshake, "chat.v1", "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(out ==
          "HTTP/1.1 101 Switching Protocols\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
          "Sec-WebSocket-Protocol: chat.v1\r\n"
          "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
          "client_no_context_takeover; server_max_window_bits=10\r\n"
          "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST_CASE("handshakes that are refused") {
    CHECK(of(upgrade, version, key).error == HandshakeError::none);
    CHECK(of(upgrade, version, key, {}, "POST /ws HTTP/1.1").error ==
          HandshakeError::method_not_get);
    CHECK(of(upgrade, version, key, {}, "GET /ws HTTP/1.0").error ==
          HandshakeError::version_too_low);
    CHECK(of("", version, key).error == HandshakeError::not_an_upgrade);
    CHECK(of("", version, key, {}, "HEAD /ws HTTP/1.1").error == HandshakeError::not_an_upgrade);
    CHECK(of(upgrade, version, key, {}, "HEAD /ws HTTP/1.1").error ==
          HandshakeError::method_not_get);
    CHECK(of("Upgrade: h2c\r\nConnection: Upgrade\r\n", version, key).error ==
          HandshakeError::not_an_upgrade);
    CHECK(of("Upgrade: websocket\r\nConnection: close\r\n", version, key).error ==
          HandshakeError::not_an_upgrade);
    CHECK(of(upgrade, "", key).error == HandshakeError::version_unsupported);
    CHECK(of(upgrade, "Sec-WebSocket-Version: 8\r\n", key).error ==
          HandshakeError::version_unsupported);
    CHECK(of(upgrade, version, "").error == HandshakeError::key_invalid);
    CHECK(of(upgrade, version, "Sec-WebSocket-Key: c2hvcnQ=\r\n").error ==
          HandshakeError::key_invalid);
    CHECK(of(upgrade, version, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!==\r\n").error ==
          HandshakeError::key_invalid);
    CHECK(of(upgrade, version, key, key).error == HandshakeError::key_invalid);
    CHECK(of(upgrade, version, key, "Sec-WebSocket-Protocol: a b\r\n").error ==
          HandshakeError::subprotocol_invalid);
    CHECK(of(upgrade, version, key, "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: a\r\n")
              .error == HandshakeError::subprotocol_invalid);
    CHECK(of(upgrade, version, key, "Sec-WebSocket-Extensions: permessage-deflate; =\r\n").error ==
          HandshakeError::extensions_invalid);
    CHECK(status_of(HandshakeError::extensions_invalid) == 400);
}

TEST_CASE("a refused version is answered 426 with the version that is spoken") {
    std::string out;
    append_response(out, handshake_refusal(HandshakeError::version_unsupported),
                    {.keep_alive = false});
    CHECK(out.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
    CHECK(out.find("Sec-WebSocket-Version: 13\r\n") != std::string::npos);
    CHECK(out.find("Connection: upgrade, close\r\n") != std::string::npos);
    CHECK(handshake_refusal(HandshakeError::method_not_get).status == 405);
    CHECK(handshake_refusal(HandshakeError::key_invalid).status == 400);
    CHECK(handshake_refusal(HandshakeError::version_too_low).status == 426);
}

TEST_CASE("offers of permessage-deflate that are accepted") {
    struct Accepted {
        std::string_view offer;
        int bits;
        bool asked;
        int client_bits = 0;
    };
    for (const Accepted& c : {
             Accepted{"permessage-deflate", 15, false},
             Accepted{"permessage-deflate; client_max_window_bits", 15, false, 11},
             Accepted{"permessage-deflate;client_max_window_bits=8", 15, false, 8},
             Accepted{"permessage-deflate;client_max_window_bits=15", 15, false, 11},
             Accepted{"permessage-deflate; client_no_context_takeover; client_max_window_bits=9",
                      15, false},
             Accepted{"permessage-deflate; server_max_window_bits=8", 8, true},
             Accepted{"permessage-deflate; server_max_window_bits=\"15\"", 15, true},
             Accepted{
                 "permessage-deflate ; server_no_context_takeover ; client_no_context_takeover", 15,
                 false},
             Accepted{"x-webkit-deflate-frame, permessage-deflate", 15, false},
             // The first offer is invalid, the second is taken.
             Accepted{"permessage-deflate; server_max_window_bits=7, permessage-deflate; "
                      "server_max_window_bits=12",
                      12, true},
             Accepted{"permessage-deflate; server_max_window_bits=10, permessage-deflate", 10,
                      true},
         }) {
        CAPTURE(c.offer);
        const auto [well_formed, agreement] = choose_deflate(c.offer);
        CHECK(well_formed);
        REQUIRE(agreement);
        CHECK(agreement->server_window_bits == c.bits);
        CHECK(agreement->server_window_asked == c.asked);
        CHECK(agreement->client_window_bits == c.client_bits);
        // An answer names no window of the client's that the offer did not.
        const std::string answer = agreement->header_value();
        CHECK(answer.starts_with("permessage-deflate; server_no_context_takeover; client_"));
        CHECK((answer.find("client_max_window_bits=") != answer.npos) == (c.client_bits != 0));
        CHECK((answer.find("client_no_context_takeover") != answer.npos) == (c.client_bits == 0));
        CHECK((answer.find("server_max_window_bits=") != answer.npos) == c.asked);
    }
}

TEST_CASE("offers of permessage-deflate that are declined") {
    for (const std::string_view offer : {
             "",
             "x-webkit-deflate-frame",
             "permessage-deflate2",
             "permessage-deflate; unknown",
             "permessage-deflate; server_no_context_takeover=1",
             "permessage-deflate; client_no_context_takeover=true",
             "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
             "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
             "permessage-deflate; server_max_window_bits",
             "permessage-deflate; server_max_window_bits=7",
             "permessage-deflate; server_max_window_bits=16",
             "permessage-deflate; server_max_window_bits=010",
             "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
             "permessage-deflate; client_max_window_bits=0",
             "permessage-deflate; client_max_window_bits=16",
             "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
         }) {
        CAPTURE(offer);
        const DeflateChoice choice = choose_deflate(offer);
        CHECK(choice.well_formed);
        CHECK_FALSE(choice.agreement);
    }
}

TEST_CASE("what is no list of extensions fails the handshake") {
    for (const std::string_view offer : {
             "permessage-deflate; server_max_window_bits=\"10",
             "permessage-deflate; server_max_window_bits=\"1 0\"",
             "permessage-deflate; server_max_window_bits=",
             "permessage-deflate;",
             "permessage-deflate; =10",
             "permessage-deflate permessage-deflate",
             "permessage-deflate, ;",
             "\"permessage-deflate\"",
         }) {
        CAPTURE(offer);
        const DeflateChoice choice = choose_deflate(offer);
        CHECK_FALSE(choice.well_formed);
        CHECK_FALSE(choice.agreement);
    }
}
