// Two nodes of one deployment, over one store and one bus: a client may be connected to any, and
// hears at its own node's doors what is posted at another's.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/doors/marketplace/serverpod.h"
#include "gateway/doors/marketplace/stream.h"
#include "gateway/doors/v1/v1.h"
#include "gateway/events/events.h"
#include "http_client.h"
#include "stomp_client.h"
#include "texts.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

void open_doors(NativeWorld& node) {
    add_v1_routes(node.routes(), node.engine());
    add_event_routes(node.routes(), node.shared());
    add_message_stream_route(node.routes(), node.shared());
}

struct TwoNodes {
    NativeWorld a;
    NativeWorld b{a};

    /// Room 1: a group of Ari and Bora.
    TwoNodes() {
        open_doors(a);
        open_doors(b);
        a.connect_as("ari")->ask(R"({"id":1,"type":"create","title":"us","memberIds":[2]})");
    }
    void pass() { a.pass(std::chrono::seconds{1}); }
};

/// Asks a node's HTTP door, as Ari; what it answers.
std::string ask(NativeWorld& node, std::string_view method, std::string_view path,
                std::string_view body) {
    HttpClient client(node);
    return client.ask(std::string(method) + " /api/v1" + std::string(path) +
                      " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ari\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

std::string listening(std::string_view path) {
    return "GET " + std::string(path) +
           "token=bora HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n";
}

}  // namespace

TEST_CASE("what is posted at one node's HTTP door is heard at every door of another") {
    TwoNodes nodes;
    const auto native = nodes.a.connect_as("bora");
    native->ask(R"({"id":1,"type":"attach","roomId":1})");
    Stomp stomp(nodes.a, "bora");
    stomp.subscribe("/topic/messages/1", "s");
    HttpClient events(nodes.a);
    events.ask(listening("/api/v1/events?"));
    HttpClient stream(nodes.a);
    stream.ask(listening("/chatStream/chatMessageStream?chatRoomId=1&"));
    const auto socket = nodes.a.come_to(
        message_stream_place(),
        "GET /chatStream/chatMessageStream?chatRoomId=1&token=bora HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto pod =
        nodes.a.come_to(serverpod_place(), "GET /v1/websocket HTTP/1.1\r\nHost: h\r\n\r\n");
    pod->ask(R"({"type":"omsc","data":{"en":"chatStream","m":"chatMessageStream","cid":"c",)"
             R"("args":"{\"chatRoomId\":1}","is":[],"auth":"Bearer bora"}})");
    native->take();

    CHECK(ask(nodes.b, "POST", "/messages/1", R"({"content":"from afar"})")
              .starts_with("HTTP/1.1 201"));
    nodes.pass();
    const auto told = native->take();
    CHECK(count(told, R"("type":"message")") == 1);
    CHECK(count(told, R"("content":"from afar")") >= 1);
    CHECK(count(told, R"({"type":"list","roomId":1,"unreadCount":1)") == 1);
    CHECK(count(stomp.take(), "from afar") == 1);
    CHECK(has(unchunked(events.take()), R"(data: {"roomId":1,"unreadCount":1,"lastMessage":{)"));
    CHECK(has(stream.take(), R"("content":"from afar")"));
    CHECK(count(socket->take(), R"("content":"from afar")") == 1);
    CHECK(count(pod->take(), R"("content":"from afar")") == 1);
}

TEST_CASE("what is said on one node's WebSocket is heard on the other, and the other way round") {
    TwoNodes nodes;
    const auto ari = nodes.b.connect_as("ari");
    const auto bora = nodes.a.connect_as("bora");
    ari->ask(R"({"id":1,"type":"attach","roomId":1})");
    bora->ask(R"({"id":1,"type":"attach","roomId":1})");
    ari->ask(R"({"id":2,"type":"post","roomId":1,"content":"ping"})");
    CHECK(count(bora->take(), R"("content":"ping")") == 1);
    ari->take();
    bora->ask(R"({"id":2,"type":"post","roomId":1,"content":"pong"})");
    CHECK(count(ari->take(), R"("content":"pong")") == 1);
    ari->ask(R"({"id":3,"type":"typing","roomId":1,"isTyping":true})");
    CHECK(count(bora->take(), R"({"type":"typing","roomId":1,"userId":1,"isTyping":true})") == 1);
}

TEST_CASE(
    "a room that is made at one node is new at the other, and who is removed is out at both") {
    TwoNodes nodes;
    HttpClient events(nodes.a);
    events.ask(listening("/api/v1/events?"));
    const auto socket = nodes.a.come_to(
        message_stream_place(),
        "GET /chatStream/chatMessageStream?chatRoomId=1&token=bora HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(ask(nodes.b, "POST", "/chatrooms", R"({"title":"new","memberIds":[2]})")
              .starts_with("HTTP/1.1 201"));
    nodes.pass();
    CHECK(has(unchunked(events.take()), "event: room-created\n"));
    CHECK(ask(nodes.b, "DELETE", "/chatrooms/1/participants/2", "").starts_with("HTTP/1.1 200"));
    nodes.pass();
    CHECK(socket->take().empty());
    CHECK(socket->close_code() == 1008);
}

TEST_CASE("a stream of events is resumed at another node") {
    TwoNodes nodes;
    {
        HttpClient events(nodes.a);
        events.ask(listening("/api/v1/events?"));
    }
    CHECK(ask(nodes.a, "POST", "/messages/1", R"({"content":"while away"})")
              .starts_with("HTTP/1.1 201"));
    HttpClient again(nodes.b);
    CHECK(has(again.ask(listening("/api/v1/events?lastEventId=1&")), "while away"));
}
