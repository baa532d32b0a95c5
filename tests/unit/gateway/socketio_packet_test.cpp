// Packets of Socket.IO 5, byte by byte.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/socketio/packet.h"

using namespace chatcore::gateway::socketio;
using namespace std::string_view_literals;

namespace {

void check(std::string_view text, PacketType type, std::string_view space, std::string_view id,
           std::string_view json, int attachments = 0) {
    CAPTURE(text);
    const auto packet = parse_packet(text);
    REQUIRE(packet);
    CHECK(packet->type == type);
    CHECK(packet->space == space);
    CHECK(packet->id == id);
    CHECK(packet->json == json);
    CHECK(packet->attachments == attachments);
    std::string again;
    append_packet(again, *packet);
    // An end without a comma is written with one, and parameters are not kept.
    const bool kept = space == "/" || text.find(std::string(space) + ",") != text.npos;
    if (kept) CHECK(again == "4" + std::string(text));
}

}  // namespace

TEST_CASE("packets of each type") {
    check("0", PacketType::connect, "/", "", "");
    check(R"(0{"token":"123"})", PacketType::connect, "/", "", R"({"token":"123"})");
    check("0/chat,", PacketType::connect, "/chat", "", "");
    check("0/chat", PacketType::connect, "/chat", "", "");
    check(R"(0/chat,{"token":"123"})", PacketType::connect, "/chat", "", R"({"token":"123"})");
    check("1", PacketType::disconnect, "/", "", "");
    check("1/chat,", PacketType::disconnect, "/chat", "", "");
    check(R"(2["foo"])", PacketType::event, "/", "", R"(["foo"])");
    check(R"(2/chat,12["foo"])", PacketType::event, "/chat", "12", R"(["foo"])");
    check(R"(212["foo"])", PacketType::event, "/", "12", R"(["foo"])");
    check(R"(3/chat,13["bar"])", PacketType::ack, "/chat", "13", R"(["bar"])");
    check(R"(4/chat,{"message":"no"})", PacketType::connect_error, "/chat", "",
          R"({"message":"no"})");
    check(R"(51-["baz",{"_placeholder":true,"num":0}])", PacketType::binary_event, "/", "",
          R"(["baz",{"_placeholder":true,"num":0}])", 1);
    check(R"(52-/chat,7["baz"])", PacketType::binary_event, "/chat", "7", R"(["baz"])", 2);
    check(R"(61-/chat,15["bar"])", PacketType::binary_ack, "/chat", "15", R"(["bar"])", 1);
    check("0/chat?token=1,", PacketType::connect, "/chat", "", "");
    check(R"(2/a,b["c"])", PacketType::event, "/a", "", R"(b["c"])");
}

TEST_CASE("what is no packet") {
    for (const std::string_view text :
         {""sv, "a"sv, "abc"sv, "7"sv, "9[]"sv, "-"sv, "5"sv, "5-[]"sv, "50-[]"sv, "511-[]"sv,
          "5999999999999-[]"sv, "51[]"sv, "5a-[]"sv, "5-1-[]"sv, "61"sv,
          "2123456789012345678[]"sv}) {
        CAPTURE(text);
        CHECK_FALSE(parse_packet(text));
    }
    CHECK_FALSE(parse_packet("0/" + std::string(300, 'a')));
    CHECK(parse_packet("510-[]")->attachments == 10);
}
