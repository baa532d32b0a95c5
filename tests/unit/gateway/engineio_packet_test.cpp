// Packets of Engine.IO 4, byte by byte.

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/engineio/packet.h"
#include "gateway/http/base64.h"

using namespace chatcore::gateway;
using namespace chatcore::gateway::engineio;
using namespace std::string_view_literals;

TEST_CASE("a packet is a digit and its data") {
    const auto type_of = [](std::string_view text) { return parse_packet(text, true)->type; };
    CHECK(type_of("0{}") == PacketType::open);
    CHECK(type_of("1") == PacketType::close);
    CHECK(type_of("2probe") == PacketType::ping);
    CHECK(type_of("3") == PacketType::pong);
    CHECK(type_of("4hello") == PacketType::message);
    CHECK(type_of("5") == PacketType::upgrade);
    CHECK(type_of("6") == PacketType::noop);
    CHECK(type_of("bAQIDBA==") == PacketType::binary);
    CHECK(parse_packet("4hello", false)->data == "hello");
    CHECK(parse_packet("4", false)->data.empty());
    CHECK(parse_packet("bAQIDBA==", true)->data == "AQIDBA==");
    for (const std::string_view wrong : {""sv, "abc"sv, "7"sv, "/"sv, ":"sv, "\0"sv, " 4"sv}) {
        CHECK_FALSE(parse_packet(wrong, true));
    }
    CHECK_FALSE(parse_packet("bAQIDBA==", false));
}

TEST_CASE("a body is records with a separator between") {
    const auto split = [](std::string_view text) {
        std::vector<std::string> records;
        std::optional<std::string_view> body = text;
        while (const auto record = next_record(body)) records.emplace_back(*record);
        return records;
    };
    CHECK(split("4hello\x1e"
                "2\x1e"
                "4world") == std::vector<std::string>{"4hello", "2", "4world"});
    CHECK(split("4hello") == std::vector<std::string>{"4hello"});
    CHECK(split("4a\x1e") == std::vector<std::string>{"4a", ""});
    CHECK(split("") == std::vector<std::string>{""});
}

TEST_CASE("refusals have the numbers and words of Engine.IO's server") {
    CHECK(body_of(Refusal::unknown_transport) == R"({"code":0,"message":"Transport unknown"})");
    CHECK(body_of(Refusal::unknown_session) == R"({"code":1,"message":"Session ID unknown"})");
    CHECK(body_of(Refusal::bad_handshake_method) ==
          R"({"code":2,"message":"Bad handshake method"})");
    CHECK(body_of(Refusal::bad_request) == R"({"code":3,"message":"Bad request"})");
    CHECK(body_of(Refusal::forbidden) == R"({"code":4,"message":"Forbidden"})");
    CHECK(body_of(Refusal::unsupported_version) ==
          R"({"code":5,"message":"Unsupported protocol version"})");
}

TEST_CASE("the open packet") {
    Opening opening{.sid = "lv_VI97HAXpY6yYWAAAC",
                    .upgrades = true,
                    .ping_interval = std::chrono::milliseconds{25'000},
                    .ping_timeout = std::chrono::milliseconds{20'000},
                    .payload_bytes_max = 1'000'000};
    CHECK(write_opening(opening) ==
          R"(0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,)"
          R"("pingTimeout":20000,"maxPayload":1000000})");
    opening.upgrades = false;
    CHECK(write_opening(opening).find(R"("upgrades":[],)") != std::string::npos);
}

TEST_CASE("base64 of any length comes back") {
    CHECK(to_base64("") == "");
    CHECK(to_base64("f") == "Zg==");
    CHECK(to_base64("fo") == "Zm8=");
    CHECK(to_base64("foo") == "Zm9v");
    CHECK(to_base64("foobar") == "Zm9vYmFy");
    CHECK(to_base64("\x01\x02\x03\x04") == "AQIDBA==");
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i * 7);
        CHECK(from_base64(to_base64(bytes)) == bytes);
    }
}
