// Serverpod's streams: the bytes of each frame, and what a socket says to what it hears.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/text.h"

#include "gateway/doors/marketplace/serverpod.h"
#include "gateway/doors/marketplace/serverpod_frames.h"
#include "gateway/doors/marketplace/stream_format.h"
#include "native_world.h"
#include "texts.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace chatcore::gateway::marketplace;

namespace {

const StreamName name{"chatStream", "chatMessageStream", "0b5c4f1e-0000-4000-8000-000000000001"};

std::string opening(std::string_view auth, std::string_view room = "1",
                    std::string_view id = "c1") {
    std::string text =
        R"({"type":"omsc","data":{"en":"chatStream","m":"chatMessageStream","cid":")";
    text.append(id).append(R"(","args":"{\"chatRoomId\":)").append(room);
    text.append(R"(}","is":[])");
    if (!auth.empty()) text.append(R"(,"auth":")").append(auth).append("\"");
    return text + "}}";
}

std::string answered(std::string_view result, std::string_view id = "c1") {
    return R"({"type":"omsr","data":{"cid":")" + std::string(id) + R"(","res":")" +
           std::string(result) + R"(","en":"chatStream","m":"chatMessageStream"}})";
}

std::string closed(std::string_view reason, std::string_view id = "c1") {
    return R"({"type":"cmsc","data":{"en":"chatStream","m":"chatMessageStream","cid":")" +
           std::string(id) + R"(","cr":")" + std::string(reason) + R"("}})";
}

using Texts = std::vector<std::string>;

/// Ari's group with Bora: number 1.
struct PodWorld : NativeWorld {
    explicit PodWorld(Serverpod form = Serverpod::index) {
        shared().options.doors.serverpod = form;
        do_as("ari", R"({"id":1,"type":"create","title":"us","memberIds":[2]})");
    }
    void do_as(std::string_view who, std::string_view request) { connect_as(who)->ask(request); }
    void post(std::string_view who, std::string_view content, int room = 1) {
        do_as(who, R"({"id":2,"type":"post","roomId":)" + std::to_string(room) + R"(,"content":")" +
                       std::string(content) + R"("})");
    }
    std::unique_ptr<NativeClient> socket() {
        return come_to(serverpod_place(), "GET /v1/websocket HTTP/1.1\r\nHost: h\r\n\r\n");
    }
};

std::string items_of(const Message& message, bool by_index) {
    std::string out;
    RoomEvent event;
    event.room = message.room;
    event.position = position_of(message.id);
    event.states = {message};
    item_format(by_index).append(Event{std::move(event)}, out);
    return out;
}

}  // namespace

TEST_CASE("the bytes of each frame") {
    CHECK(pong_frame() == R"({"type":"pong"})");
    CHECK(opened_frame(name, StreamAnswer::success) ==
          R"({"type":"omsr","data":{"cid":"0b5c4f1e-0000-4000-8000-000000000001","res":"success",)"
          R"("en":"chatStream","m":"chatMessageStream"}})");
    CHECK(has(opened_frame(name, StreamAnswer::endpoint_not_found), R"("res":"endpointNotFound")"));
    CHECK(has(opened_frame(name, StreamAnswer::authentication_failed),
              R"("res":"authenticationFailed")"));
    CHECK(has(opened_frame(name, StreamAnswer::authorization_declined),
              R"("res":"authorizationDeclined")"));
    CHECK(has(opened_frame(name, StreamAnswer::invalid_arguments), R"("res":"invalidArguments")"));
    CHECK(closed_frame(name, false) ==
          R"({"type":"cmsc","data":{"en":"chatStream","m":"chatMessageStream",)"
          R"("cid":"0b5c4f1e-0000-4000-8000-000000000001","cr":"done"}})");
    CHECK(has(closed_frame(name, true), R"("cr":"error")"));
    CHECK(bad_request_frame("no \"frame\"\n") ==
          R"({"type":"brm","data":{"req":"no \"frame\"\n"}})");
    CHECK(item_begin(name) + "{}" + std::string(item_end) ==
          R"({"type":"msm","data":{"en":"chatStream","m":"chatMessageStream",)"
          R"("cid":"0b5c4f1e-0000-4000-8000-000000000001",)"
          R"("o":{"className":"ChatMessageResponseDto","data":{}}}})");
}

TEST_CASE("what is told back of a frame that cannot be read is cut between two characters") {
    std::string text(4'095, 'x');
    text += "한";
    CHECK(bad_request_frame(text) ==
          R"({"type":"brm","data":{"req":")" + std::string(4'095, 'x') + "\"}}");
}

TEST_CASE("the bytes of a message: nothing null, milliseconds, enumerations by index or name") {
    Message message;
    message.id = MessageId{12};
    message.room = RoomId{7};
    message.sender = UserId{2};
    message.content = "hi";
    message.created_at = Timestamp{std::chrono::milliseconds{1767323045678}};
    CHECK(items_of(message, true) ==
          R"({"id":12,"chatRoomId":7,"senderId":2,"content":"hi","messageType":0,)"
          R"("createdAt":"2026-01-02T03:04:05.678Z"})"
          "\n");
    message.sender_nickname = "Ari";
    message.edited_at = Timestamp{std::chrono::milliseconds{1767323046000}};
    message.type = MessageType::image;
    message.attachments.push_back(
        {.url = "/a/1", .name = "a.png", .size_bytes = 1024, .content_type = "image/png"});
    CHECK(items_of(message, false) ==
          R"({"id":12,"chatRoomId":7,"senderId":2,"senderNickname":"Ari","content":"hi",)"
          R"("messageType":"image","attachmentUrl":"/a/1","attachmentName":"a.png",)"
          R"("attachmentSize":1024,"createdAt":"2026-01-02T03:04:05.678Z",)"
          R"("updatedAt":"2026-01-02T03:04:06.000Z"})"
          "\n");
    message.attachments.front() = {
        .url = "https://files.example/b", .name = {}, .content_type = {}};
    CHECK(
        has(items_of(message, true), R"("attachmentUrl":"https://files.example/b","createdAt":)"));
    const std::pair<MessageType, const char*> indexes[] = {{MessageType::text, "0"},
                                                           {MessageType::image, "1"},
                                                           {MessageType::file, "2"},
                                                           {MessageType::video, "2"},
                                                           {MessageType::system, "3"}};
    for (const auto& [type, index] : indexes) {
        message.type = type;
        CHECK(has(items_of(message, true), R"("messageType":)" + std::string(index) + ","));
    }
}

TEST_CASE("which frames are read") {
    const auto type_of = [](std::string_view text) {
        const auto frame = parse_stream_frame(text);
        REQUIRE(frame);
        return frame->type;
    };
    CHECK(type_of(R"({"type":"ping"})") == StreamFrame::Type::ping);
    CHECK(type_of(R"({"type":"pong","data":null})") == StreamFrame::Type::pong);
    CHECK(type_of(R"({"type":"brm","data":{"req":"x"}})") == StreamFrame::Type::bad_request);
    const auto open = parse_stream_frame(opening("Bearer t", "7", "c"));
    REQUIRE(open);
    CHECK(open->type == StreamFrame::Type::open);
    CHECK(open->name.endpoint == "chatStream");
    CHECK(open->name.method == "chatMessageStream");
    CHECK(open->name.id == "c");
    CHECK(open->arguments == R"({"chatRoomId":7})");
    CHECK(open->authorization == "Bearer t");
    CHECK_FALSE(open->has_inputs);
    const auto close = parse_stream_frame(closed("error"));
    REQUIRE(close);
    CHECK(close->type == StreamFrame::Type::close);
    const std::string long_id(101, 'c');
    for (const std::string& text :
         {std::string(), std::string("ping"), std::string("[]"), std::string(R"({"type":7})"),
          std::string(R"({"type":"none"})"), std::string(R"({"type":"omsc"})"),
          std::string(R"({"type":"omsr","data":{}})"), std::string(R"({"type":"msm","data":{}})"),
          std::string(R"({"type":"omsc","data":{"en":"a","m":"b","args":"{}"}})"),
          std::string(R"({"type":"omsc","data":{"en":"a","m":"b","cid":"","args":"{}"}})"),
          std::string(R"({"type":"omsc","data":{"en":"a","m":"b","cid":"c","args":{}}})"),
          std::string(R"({"type":"omsc","data":{"en":"a","m":"b","cid":"c","args":"","is":1}})"),
          opening("", "1", long_id), closed("maybe")}) {
        CAPTURE(text);
        CHECK_FALSE(parse_stream_frame(text));
    }
}

TEST_CASE("a ping is answered at once, before anything else") {
    PodWorld world;
    const auto client = world.socket();
    CHECK(client->ask(R"({"type":"ping"})") == Texts{R"({"type":"pong"})"});
    CHECK(client->ask(R"({"type":"pong"})").empty());
    CHECK(client->close_code() == 0);
}

TEST_CASE("a stream brings new messages from when it has opened, and is closed by the client") {
    PodWorld world;
    world.post("ari", "before");
    const auto client = world.socket();
    CHECK(client->ask(opening("Bearer bora")) == Texts{answered("success")});
    world.post("ari", "hi");
    auto told = client->take();
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(
        R"({"type":"msm","data":{"en":"chatStream","m":"chatMessageStream","cid":"c1",)"
        R"("o":{"className":"ChatMessageResponseDto","data":{"id":)"));
    CHECK(has(told[0], R"(,"chatRoomId":1,"senderId":1,"senderNickname":"Ari","content":"hi",)"
                       R"("messageType":0,"createdAt":")"));
    CHECK(told[0].ends_with(R"(Z"}}}})"));
    CHECK_FALSE(has(told[0], "null"));
    CHECK(client->ask(closed("done")) == Texts{closed("done")});
    world.post("ari", "after");
    CHECK(client->take().empty());
    CHECK(client->ask(closed("done")).empty());  // not known any more
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
}

TEST_CASE("clients of version 3 get names") {
    PodWorld world(Serverpod::name);
    const auto client = world.socket();
    client->ask(opening("Bearer bora"));
    world.post("ari", "hi");
    const auto told = client->take();
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], R"("messageType":"text")"));
}

TEST_CASE("one socket carries several streams, each of its own person") {
    PodWorld world;
    world.do_as("ari", R"({"id":1,"type":"create","title":"three","memberIds":[3]})");
    const auto client = world.socket();
    CHECK(client->ask(opening("Bearer bora", "1", "a")) == Texts{answered("success", "a")});
    CHECK(client->ask(opening("Basic Y2hlb2w=", "2", "b")) == Texts{answered("success", "b")});
    CHECK(client->ask(opening("Bearer ari", "1", "c")) == Texts{answered("success", "c")});
    world.post("ari", "hi");
    CHECK(client->take().size() == 2);
    world.post("ari", "hi", 2);
    const auto told = client->take();
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], R"("cid":"b")"));
    client->ask(closed("done", "a"));
    world.post("ari", "hi");
    CHECK(client->take().size() == 1);
}

TEST_CASE("opening is refused in the protocol's words") {
    PodWorld world;
    const auto client = world.socket();
    CHECK(client->ask(opening("")) == Texts{answered("authenticationFailed")});
    CHECK(client->ask(opening("Bearer expired")) == Texts{answered("authenticationFailed")});
    CHECK(client->ask(opening("Basic !")) == Texts{answered("authenticationFailed")});
    CHECK(client->ask(opening("Bearer ari", "x")) == Texts{answered("invalidArguments")});
    CHECK(client->ask(opening("Bearer ari", "-1")) == Texts{answered("invalidArguments")});
    // Not a member: the method is found and let in, and then refuses.
    CHECK(client->ask(opening("Bearer cheol")) == Texts{answered("success"), closed("error")});
    CHECK(client->ask(opening("Bearer ari", "99")) == Texts{answered("success"), closed("error")});
    const std::string other =
        R"({"type":"omsc","data":{"en":"other","m":"m","cid":"c1","args":"{}","is":[]}})";
    CHECK(
        client->ask(other) ==
        Texts{
            R"({"type":"omsr","data":{"cid":"c1","res":"endpointNotFound","en":"other","m":"m"}})"});
    std::string inputs = opening("Bearer ari");
    inputs.replace(inputs.find("[]"), 2, R"(["in"])");
    CHECK(client->ask(inputs) == Texts{answered("invalidArguments")});
    CHECK(client->ask(opening("Bearer ari")) == Texts{answered("success")});
    CHECK(client->ask(opening("Bearer ari")) == Texts{answered("invalidArguments")});  // twice
    CHECK(client->close_code() == 0);
    CHECK(world.engine().hub().shard(0).figures().peers == 1);
}

TEST_CASE("a socket carries a bounded number of streams") {
    PodWorld world;
    const auto client = world.socket();
    for (int i = 0; i < 64; ++i) {
        const std::string id = "c" + std::to_string(i);
        CHECK(client->ask(opening("Bearer ari", "1", id)) == Texts{answered("success", id)});
    }
    CHECK(client->ask(opening("Bearer ari", "1", "d")) ==
          Texts{answered("success", "d"), closed("error", "d")});
    client->ask(closed("done", "c0"));
    CHECK(client->ask(opening("Bearer ari", "1", "d")) == Texts{answered("success", "d")});
}

TEST_CASE("what cannot be read is told back, and ends the socket") {
    PodWorld world;
    for (const std::string text : {"no json", R"({"type":"other"})", R"({"type":"omsr"})"}) {
        const auto client = world.socket();
        client->ask(opening("Bearer ari"));
        const auto told = client->ask(text);
        REQUIRE(told.size() == 1);
        CHECK(told[0] == bad_request_frame(text));
        CHECK(client->close_code() == 4003);
    }
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
    const auto sorry = world.socket();
    CHECK(sorry->ask(R"({"type":"brm","data":{"req":"x"}})").empty());
    CHECK(sorry->close_code() == 4003);
}

TEST_CASE("a stream ends with its token, with the log-in, and when the person is removed") {
    PodWorld world;
    const auto client = world.socket();
    client->ask(opening("Bearer bora"));
    SUBCASE("the token") {
        world.pass(std::chrono::hours{1});
        world.let_seconds_pass(1);
    }
    SUBCASE("the log-in") {
        world.engine().hub().publish(
            {std::make_shared<const Event>(Event{TokensRevoked{UserId{2}, ""}})});
    }
    SUBCASE("removed") {
        world.do_as("ari", R"({"id":1,"type":"remove","roomId":1,"userId":2})");
    }
    world.settle();
    CHECK(client->take() == Texts{closed("error")});
    CHECK(client->close_code() == 0);
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
}

TEST_CASE("leaving does not end a stream") {
    PodWorld world;
    const auto client = world.socket();
    client->ask(opening("Bearer bora"));
    world.do_as("bora", R"({"id":1,"type":"leave","roomId":1})");
    CHECK(client->take().empty());
    world.post("ari", "still");
    CHECK(client->take().size() == 1);
}

TEST_CASE("a socket without streams is closed after a while, and all go when the server does") {
    PodWorld world;
    const auto idle = world.socket();
    const auto busy = world.socket();
    busy->ask(opening("Bearer ari"));
    world.let_seconds_pass(11);
    idle->take();
    CHECK(idle->close_code() == 4002);
    CHECK(busy->close_code() == 0);
    for (const auto& connection : world.loop().connections.all()) connection->leave();
    world.settle();
    busy->take();
    CHECK(busy->close_code() == 1001);
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
    const auto late = world.socket();
    late->be_turned_away();
    late->take();
    CHECK(late->close_code() == 4009);
}

TEST_CASE("a stream that is closed while it opens is closed") {
    PodWorld world;
    const auto client = world.socket();
    const std::string both[] = {opening("Bearer bora"), closed("done")};
    client->send_together(both);
    const auto told = client->take();
    CHECK(told.back() == closed("done"));
    world.post("ari", "hi");
    CHECK(client->take().empty());
    CHECK(client->ask(opening("Bearer bora")) == Texts{answered("success")});
}
