// A room's new messages at the marketplace, over a WebSocket and as events.

#include <chrono>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/doors/marketplace/stream.h"
#include "http_client.h"
#include "texts.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

/// Ari's group with Bora: number 1.
struct StreamWorld : NativeWorld {
    StreamWorld() {
        shared().places.sockets.push_back(message_stream_place());
        routes().begin(Door::marketplace, Pages::any);
        add_message_stream_route(routes(), shared());
        add_message_stream_route(shared().router, shared());
        do_as("ari", R"({"id":1,"type":"create","title":"us","memberIds":[2]})");
    }
    void do_as(std::string_view who, std::string_view request) { connect_as(who)->ask(request); }
    void post(std::string_view who, std::string_view content) {
        do_as(who,
              R"({"id":2,"type":"post","roomId":1,"content":")" + std::string(content) + R"("})");
    }
    std::unique_ptr<NativeClient> socket(std::string_view query) {
        return come_to(message_stream_place(), "GET /chatStream/chatMessageStream?" +
                                                   std::string(query) +
                                                   " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
};

std::string asking(std::string_view query, std::string_view accept = "text/event-stream") {
    return "GET /chatStream/chatMessageStream?" + std::string(query) +
           " HTTP/1.1\r\nHost: h\r\nAccept: " + std::string(accept) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("each new message is one ChatMessage, over a WebSocket") {
    StreamWorld world;
    const auto ari = world.socket("chatRoomId=1&token=ari");
    const auto bora = world.socket("chatRoomId=1&token=bora");
    CHECK(bora->take().empty());
    world.post("ari", "hello");
    const auto told = bora->take();
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(R"({"id":)"));
    CHECK(has(told[0], R"(,"chatRoomId":1,"senderId":1,"senderNickname":"Ari","content":"hello",)"
                       R"("messageType":"text","attachmentUrl":null,"attachmentName":null,)"
                       R"("attachmentSize":null,"createdAt":")"));
    CHECK(told[0].ends_with(R"(","updatedAt":null})"));
    CHECK(ari->take() == told);
    // Nothing else is told: neither states nor people.
    const std::string id = told[0].substr(6, told[0].find(',') - 6);
    world.do_as("ari", R"({"id":3,"type":"edit","messageId":)" + id + R"(,"content":"hello all"})");
    world.do_as("bora", R"({"id":3,"type":"react","messageId":)" + id + R"(,"reaction":"👍"})");
    world.do_as("bora", R"({"id":3,"type":"typing","roomId":1,"isTyping":true})");
    world.pass(std::chrono::seconds{1});
    CHECK(bora->take().empty());
}

TEST_CASE("the same as events, and nothing of other rooms") {
    StreamWorld world;
    world.do_as("ari", R"({"id":1,"type":"create","title":"else","memberIds":[2]})");
    HttpClient bora(world);
    const std::string head = bora.ask(asking("chatRoomId=1&token=bora"));
    CHECK(head.starts_with("HTTP/1.1 200"));
    CHECK(has(head, "Content-Type: text/event-stream\r\n"));
    CHECK(has(head, "Access-Control-Allow-Origin: *\r\n"));
    CHECK(head.ends_with("\r\nretry: 2000\n\n\r\n"));
    world.do_as("ari", R"({"id":2,"type":"post","roomId":2,"content":"elsewhere"})");
    CHECK(bora.take().empty());
    world.post("ari", "one");
    world.post("ari", "two");
    const std::string told = unchunked(bora.take());
    CHECK(told.starts_with(R"(data: {"id":)"));
    CHECK(has(told, "\n\ndata: {\"id\":"));
    CHECK(has(told, R"("content":"two")"));
    CHECK(told.ends_with("}\n\n"));
}

TEST_CASE("a stream is for who is in the room, and refused aloud") {
    StreamWorld world;
    const auto refused = [&](std::string_view query, int code, std::string_view reason) {
        CAPTURE(query);
        const auto client = world.socket(query);
        CHECK(client->take().empty());
        CHECK(client->close_code() == code);
        CHECK(client->close_reason() == reason);
    };
    refused("chatRoomId=1&token=cheol", 1008, "not_a_member");
    refused("chatRoomId=9&token=ari", 1008, "not_a_member");
    refused("chatRoomId=1", 4001, "unauthenticated");
    refused("chatRoomId=1&token=expired", 4001, "token_expired");
    refused("chatRoomId=x&token=ari", 4003, "malformed");
    refused("chatRoomId=99999999999999999999&token=ari", 4003, "malformed");
    refused("token=ari", 4003, "malformed");
    const auto refused_http = [&](const std::string& request, std::string_view status,
                                  std::string_view part) {
        HttpClient client(world);
        const std::string answer = client.ask(request);
        CHECK(answer.starts_with("HTTP/1.1 " + std::string(status)));
        CHECK(has(answer, part));
        CHECK_FALSE(client.closing());
    };
    refused_http(asking("chatRoomId=1&token=cheol"), "403", "not_a_member");
    refused_http(asking("chatRoomId=1"), "401", "unauthenticated");
    refused_http(asking("chatRoomId=x&token=ari"), "400", R"("field":"chatRoomId")");
    refused_http(asking("token=ari"), "400", R"("field":"chatRoomId")");
    refused_http(asking("chatRoomId=1&token=ari", "*/*"), "400", R"("field":"Accept")");
    world.do_as("bora", R"({"id":1,"type":"leave","roomId":1})");
    refused("chatRoomId=1&token=bora", 1008, "not_a_member");
    refused_http(asking("chatRoomId=1&token=bora"), "403", "not_a_member");
    CHECK(world.loop().sessions.count() == 0);
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
}

TEST_CASE("leaving the room does not end a stream that is open; being removed does") {
    StreamWorld world;
    const auto socket = world.socket("chatRoomId=1&token=bora");
    HttpClient events(world);
    events.ask(asking("chatRoomId=1&token=bora"));
    world.do_as("bora", R"({"id":1,"type":"leave","roomId":1})");
    world.post("ari", "still");
    CHECK(socket->take().size() == 1);
    CHECK(has(events.take(), "still"));
    world.do_as("ari", R"({"id":1,"type":"invite","roomId":1,"userIds":[2]})");
    world.do_as("ari", R"({"id":1,"type":"remove","roomId":1,"userId":2})");
    socket->take();
    CHECK(socket->close_code() == 1008);
    CHECK(socket->close_reason() == "not_a_member");
    CHECK(unchunked(events.take()) ==
          "event: bye\ndata: {\"code\":1008,\"reason\":\"not_a_member\"}\n\n");
    CHECK(world.loop().sessions.count() == 0);
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
}

TEST_CASE("whom a person blocks is not told to them in a group") {
    StreamWorld world;
    const auto bora = world.socket("chatRoomId=1&token=bora");
    world.engine().social().block({UserId{2}, 0}, UserId{1}, true,
                                  [](const auto& done) { REQUIRE(done); });
    world.settle();
    world.post("ari", "unheard");
    CHECK(bora->take().empty());
    world.post("bora", "heard");
    CHECK(bora->take().size() == 1);
}

TEST_CASE("streams end with the token, with the log-in, and with the server") {
    StreamWorld world;
    const auto socket = world.socket("chatRoomId=1&token=ari");
    HttpClient events(world);
    events.ask(asking("chatRoomId=1&token=ari"));
    SUBCASE("the token") {
        world.pass(std::chrono::hours{1});
        world.let_seconds_pass(1);
        socket->take();
        CHECK(socket->close_code() == 4001);
        CHECK(socket->close_reason() == "token_expired");
        CHECK(has(events.take(), R"({"code":4001,"reason":"token_expired"})"));
    }
    SUBCASE("the log-in") {
        world.engine().hub().publish(
            {std::make_shared<const Event>(Event{TokensRevoked{UserId{1}, ""}})});
        world.settle();
        socket->take();
        CHECK(socket->close_code() == 4001);
        CHECK(socket->close_reason() == "token_revoked");
        CHECK(has(events.take(), R"({"code":4001,"reason":"token_revoked"})"));
    }
    SUBCASE("the server") {
        world.loop().sessions.for_each([](CarriedSession& session) { session.leaving(); });
        for (const auto& connection : world.loop().connections.all()) connection->leave();
        world.settle();
        socket->take();
        CHECK(socket->close_code() == 1001);
        CHECK(has(events.take(), R"({"code":1001,"reason":"going_away"})"));
    }
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("what a client says to a stream ends it") {
    StreamWorld world;
    const auto socket = world.socket("chatRoomId=1&token=ari");
    socket->ask("hello");
    CHECK(socket->close_code() == 1003);
    const auto late = world.socket("chatRoomId=1&token=ari");
    late->be_turned_away();
    late->take();
    CHECK(late->close_code() == 4009);
}

TEST_CASE("one address serves both, by what is asked for") {
    StreamWorld world;
    HttpClient client(world);
    const std::string answer = client.ask(
        "GET /chatStream/chatMessageStream?chatRoomId=1&token=ari HTTP/1.1\r\nHost: h\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 101"));
    world.post("ari", "hello");
    CHECK(has(client.take(), R"("content":"hello")"));
}
