// What `chat.v1` refuses, and how it says so.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "native_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

constexpr std::string_view hello = R"({"id":1,"type":"hello","token":"ari"})";

bool has(std::string_view frame, std::string_view part) {
    return frame.find(part) != std::string_view::npos;
}

/// Of the frames those with this in them.
std::vector<std::string> with(const std::vector<std::string>& frames, std::string_view part) {
    std::vector<std::string> found;
    std::copy_if(frames.begin(), frames.end(), std::back_inserter(found),
                 [&](const std::string& frame) { return has(frame, part); });
    return found;
}

/// A request with lists in lists.
std::string nested(std::size_t depth) {
    std::string json = R"({"type":"rooms","deep":)";
    json.append(depth, '[').append(depth, ']');
    return json + "}";
}

}  // namespace

TEST_CASE("typing in a room that one is no member of is refused, with an id and without") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    const auto cheol = world.connect_as("cheol");
    REQUIRE(
        with(ari->ask(R"({"id":1,"type":"open","userId":2})"), R"("id":1,"type":"room)").empty());
    const auto refused = [&](std::string_view request, std::string_view start) {
        INFO(std::string(request));
        const auto told = cheol->ask(request);
        REQUIRE(told.size() == 1);
        CHECK(told[0].starts_with(start));
        CHECK(has(told[0], R"("code":"not_a_member")"));
    };
    refused(R"({"id":7,"type":"typing","roomId":1})", R"({"id":7,"type":"error",)");
    // Asked again at once it is no quieter, though only one a second would be told.
    refused(R"({"id":8,"type":"typing","roomId":1})", R"({"id":8,"type":"error",)");
    refused(R"({"id":9,"type":"typing","roomId":777})", R"({"id":9,"type":"error",)");
    refused(R"({"type":"typing","roomId":1})", R"({"type":"error",)");
    CHECK(with(ari->take(), R"("typing")").empty());
}

TEST_CASE("typing of a member is told to the others, and not answered") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    const auto bora = world.connect_as("bora");
    ari->ask(R"({"id":1,"type":"open","userId":2})");
    ari->ask(R"({"id":2,"type":"attach","roomId":1})");
    CHECK(bora->ask(R"({"id":3,"type":"typing","roomId":1})").size() <= 1);  // maybe a list
    CHECK(with(ari->take(), R"({"type":"typing","roomId":1,"userId":2,"isTyping":true})").size() ==
          1);
    CHECK(with(bora->ask(R"({"id":4,"type":"typing","roomId":1,"isTyping":false})"), R"("id":4)")
              .empty());
    CHECK(with(ari->take(), R"("isTyping":false)").size() == 1);
}

TEST_CASE("who asked to be attached, and is not a member, does not type meanwhile") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    const auto cheol = world.connect_as("cheol");
    ari->ask(R"({"id":1,"type":"open","userId":2})");
    ari->ask(R"({"id":2,"type":"attach","roomId":1})");
    const std::vector<std::string> both = {R"({"id":1,"type":"attach","roomId":1})",
                                           R"({"id":2,"type":"typing","roomId":1})"};
    cheol->send_together(both);
    CHECK(with(cheol->take(), R"("code":"not_a_member")").size() == 2);
    CHECK(with(ari->take(), R"("typing")").empty());
}

TEST_CASE("what came behind hello is served in order once hello is answered") {
    NativeWorld world;
    const auto client = world.connect();
    const std::vector<std::string> together = {
        std::string(hello), R"({"id":2,"type":"open","userId":2})",
        R"({"id":3,"type":"post","roomId":1,"content":"at once"})", R"({"id":4,"type":"typo"})"};
    client->send_together(together);
    std::vector<std::string> replies = client->take();
    std::erase_if(replies,
                  [](const std::string& frame) { return !frame.starts_with(R"({"id":)"); });
    REQUIRE(replies.size() == 4);
    CHECK(replies[0].starts_with(R"({"id":1,"type":"ok","user")"));
    // The two that need no store to be refused may overtake those that do.
    CHECK(with(replies, R"({"id":2,"type":"ok","room")").size() == 1);
    CHECK(with(replies, R"({"id":3,"type":)").size() == 1);
    CHECK(with(replies, R"({"id":4,"type":"error","error":{"code":"malformed")").size() == 1);
    CHECK(client->close_code() == 0);
}

TEST_CASE("what may wait behind hello is bounded, in number and in bytes") {
    NativeWorld world;
    std::vector<std::string> many = {std::string(hello)};
    for (int i = 2; i < 102; ++i)
        many.push_back(R"({"id":)" + std::to_string(i) + R"(,"type":"rooms"})");
    const auto client = world.connect();
    client->send_together(many);
    const auto frames = client->take();
    CHECK(with(frames, R"("type":"ok","items")").size() == 64);
    CHECK(with(frames, R"("code":"unauthenticated")").size() == 36);
    CHECK(client->ask(R"({"id":200,"type":"rooms"})").size() == 1);

    const std::string padding(40'000, 'p');
    const std::vector<std::string> large = {
        std::string(hello), R"({"id":2,"type":"rooms","padding":")" + padding + R"("})",
        R"({"id":3,"type":"rooms","padding":")" + padding + R"("})"};
    const auto other = world.connect();
    other->send_together(large);
    const auto answers = other->take();
    CHECK(with(answers, R"({"id":2,"type":"ok")").size() == 1);
    CHECK(with(answers, R"({"id":3,"type":"error","error":{"code":"unauthenticated")").size() == 1);
}

TEST_CASE("what came behind a hello that fails is dropped") {
    NativeWorld world;
    const auto client = world.connect();
    const std::vector<std::string> together = {R"({"id":1,"type":"hello","token":"nobody"})",
                                               R"({"id":2,"type":"rooms"})"};
    client->send_together(together);
    const auto frames = client->take();
    REQUIRE(frames.size() == 2);
    CHECK(has(frames[0], R"("code":"unauthenticated")"));
    CHECK(frames[1] == R"({"type":"bye","reason":"unauthenticated","retryAfterMs":0})");
    CHECK(client->close_code() == 4001);
    CHECK(client->close_reason() == "no such account");
}

TEST_CASE("a second hello is out of place") {
    NativeWorld world;
    const auto client = world.connect_as("ari");
    const auto told = client->ask(hello);
    REQUIRE(told.size() == 1);
    CHECK(told[0] == R"({"id":1,"type":"error","error":{"code":"wrong_state","message":)"
                     R"("This is not possible as things are.","details":{"field":"hello"}}})");
}

TEST_CASE("a frame of a type that there is not is told which types are meant") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    const auto told = ari->ask(R"({"id":1,"type":"fly"})");
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], "type must be one of the protocol's types of frames."));
}

TEST_CASE("the close frame says what is wrong with a message") {
    const auto reason = [](std::string_view message) {
        NativeWorld world;
        const auto client = world.connect_as("ari");
        client->ask(message);
        CHECK(client->close_code() == 4003);
        return client->close_reason();
    };
    CHECK(reason("{") == "not a JSON object");
    CHECK(reason("[]") == "not a JSON object");
    CHECK(reason(R"({"type":"rooms","limit":1e400})") == "a number is out of range or malformed");
    CHECK(reason(R"({"type":"rooms","limit":123456789012345678901234567890})") ==
          "a number is out of range or malformed");
    CHECK(reason(nested(2'000)) == "nested too deep");
}

TEST_CASE("a temporary id is of at most 100 code points") {
    NativeWorld world;
    const auto client = world.connect_as("ari");
    client->ask(R"({"id":1,"type":"open","userId":2})");
    const auto post = [&](const std::string& temp_id) {
        return client->ask(R"({"id":2,"type":"post","roomId":1,"content":"x","tempId":)" + temp_id +
                           "}");
    };
    std::string longest = "\"";
    for (int i = 0; i < 100; ++i) longest += "\xED\x95\x9C";
    CHECK(with(post(longest + "\""), R"("status":"SAVED")").size() == 1);
    CHECK(with(post("17"), R"("tempId":"17","clientKey")").size() == 2);
    for (const std::string& wrong :
         {longest + "x\"", std::string("true"), std::string("{}"), "0." + std::string(100, '1')}) {
        INFO(wrong);
        const auto told = post(wrong);
        REQUIRE(told.size() == 1);
        CHECK(has(told[0], R"("code":"malformed")"));
        CHECK(has(told[0], R"("details":{"field":"tempId"})"));
    }
}

TEST_CASE("a post that shows files may leave its text out") {
    NativeWorld world;
    const auto client = world.connect_as("ari");
    client->ask(R"({"id":1,"type":"open","userId":2})");
    const auto post = [&](const std::string& what) {
        return client->ask(R"({"id":2,"type":"post","roomId":1)" + what + "}");
    };
    const std::string files = R"(,"attachments":[{"url":"https://f.org/1","name":"a"}])";
    CHECK(with(post(files), R"("id":2,"type":"ok")").size() == 1);
    CHECK(with(post(R"(,"content":null)" + files), R"("id":2,"type":"ok")").size() == 1);
    CHECK(with(post(""), R"("details":{"field":"content"})").size() == 1);
    CHECK(with(post(R"(,"attachments":[])"), R"("details":{"field":"content"})").size() == 1);
}

TEST_CASE(
    "what a blocked person says is a bare skip in the room, and in the list without its text") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    const auto bora = world.connect_as("bora");
    ari->ask(R"({"id":1,"type":"create","title":"Tea","memberIds":[2]})");
    ari->ask(R"({"id":2,"type":"attach","roomId":1})");
    Completion<Bond> done = [](const Result<Bond>& bond) { CHECK(bond.has_value()); };
    world.engine().social().block({UserId{1}, 0}, UserId{2}, true, std::move(done));
    world.settle();
    CHECK(with(ari->take(), R"({"type":"resumed","roomId":1,"position":0,"truncated":true})")
              .size() == 1);
    bora->ask(R"({"id":1,"type":"post","roomId":1,"content":"secret"})");
    CHECK(ari->take() ==
          std::vector<std::string>{R"({"type":"skip","roomId":1,"position":2,"prev":0})"});
    world.pass(std::chrono::milliseconds{300});
    const auto lists = with(ari->take(), R"("type":"list","roomId":1,"unreadCount":1)");
    REQUIRE(lists.size() == 1);
    CHECK(has(lists[0], R"("senderId":2)"));
    CHECK(has(lists[0], R"("content":"")"));
    CHECK(!has(lists[0], "secret"));
}

TEST_CASE("delivery is confirmed by members, and told to who has sent") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    const auto bora = world.connect_as("bora");
    const auto cheol = world.connect_as("cheol");
    ari->ask(R"({"id":1,"type":"open","userId":2})");
    ari->ask(R"({"id":2,"type":"post","roomId":1,"content":"hello"})");
    bora->take();
    CHECK(with(bora->ask(R"({"id":3,"type":"delivered","roomId":1})"), R"({"id":3,"type":"ok"})")
              .size() == 1);
    CHECK(with(ari->take(), R"({"type":"delivered","roomId":1,"userId":2,"messageId":2})").size() ==
          1);
    CHECK(with(cheol->ask(R"({"id":4,"type":"delivered","roomId":1})"), "not_a_member").size() ==
          1);
    for (const char* wrong : {R"({"id":5,"type":"delivered"})",
                              R"({"id":5,"type":"delivered","roomId":1,"messageId":"x"})"}) {
        CHECK(with(bora->ask(wrong), R"("code":"malformed")").size() == 1);
    }
}

TEST_CASE("a connection too many is told so before it is closed") {
    NativeWorld world;
    const auto client = world.connect();
    client->be_turned_away();
    const auto told = client->take();
    REQUIRE(told.size() == 1);
    CHECK(told[0] == R"({"type":"bye","reason":"too_many_connections","retryAfterMs":5000})");
    CHECK(client->close_code() == 4009);
}
