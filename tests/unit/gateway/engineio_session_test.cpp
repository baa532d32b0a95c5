// Engine.IO from request to answer: handshakes, polling, pings, the way to a WebSocket, the ends.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "socketio_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string with_sid(const std::string& query, const std::string& sid) {
    return query + "&sid=" + sid;
}

/// A poll that waits.
class Poll {
public:
    Poll(SocketIoWorld& world, const std::string& sid) : client_(world) {
        began_ = client_.ask("GET /socket.io/?EIO=4&transport=polling&sid=" + sid +
                             " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    bool waits() const { return began_.empty(); }
    Answered take() { return read_answer(began_ + client_.take()); }
    void go_away() { client_.go_away(); }

private:
    HttpClient client_;
    std::string began_;
};

}  // namespace

TEST_CASE("a session begins with its name and how it is kept alive") {
    SocketIoWorld world;
    const Answered answer = world.ask("GET", SocketIoWorld::polling);
    CHECK(answer.status == 200);
    CHECK(has(answer.head, "Content-Type: text/plain; charset=UTF-8\r\n"));
    CHECK(has(answer.head, "Cache-Control: no-store\r\n"));
    CHECK(answer.body.starts_with(R"(0{"sid":")"));
    CHECK(answer.body.ends_with(
        R"(","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})"));
    CHECK(world.open() != world.open());
    SocketClient socket(world);
    const auto told = socket.take();
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(R"(0{"sid":")"));
    CHECK(has(told[0], R"("upgrades":[])"));
}

TEST_CASE("what cannot begin is refused with Engine.IO's own numbers") {
    SocketIoWorld world;
    const auto refused = [&](std::string_view method, const std::string& query, int code) {
        CAPTURE(query);
        const Answered answer = world.ask(method, query);
        CHECK(answer.status == 400);
        CHECK(has(answer.head, "Content-Type: application/json\r\n"));
        CHECK(has(answer.body, R"({"code":)" + std::to_string(code) + ","));
    };
    refused("GET", "EIO=4", 0);
    refused("GET", "EIO=4&transport=abc", 0);
    refused("GET", "EIO=4&transport=webtransport", 0);
    refused("GET", with_sid(SocketIoWorld::polling, "unknown"), 1);
    refused("POST", with_sid(SocketIoWorld::polling, "unknown"), 1);
    refused("POST", SocketIoWorld::polling, 2);
    refused("PUT", SocketIoWorld::polling, 2);
    refused("GET", SocketIoWorld::websocket, 3);
    refused("GET", "transport=polling", 5);
    refused("GET", "EIO=abc&transport=polling", 5);
    refused("GET", "EIO=3&transport=polling", 5);
    const std::string sid = world.open();
    refused("GET", "EIO=3&transport=polling&sid=" + sid, 3);
    refused("DELETE", with_sid(SocketIoWorld::polling, sid), 3);
    const auto refused_socket = [&](const std::string& query, int code) {
        CAPTURE(query);
        SocketClient socket(world, query);
        CHECK(socket.handshake().starts_with("HTTP/1.1 400 Bad Request\r\n"));
        socket.take();
        CHECK(code >= 0);
    };
    refused_socket("EIO=4", 0);
    refused_socket("EIO=4&transport=polling", 3);
    refused_socket("transport=websocket", 5);
    refused_socket("EIO=3&transport=websocket", 5);
    refused_socket(with_sid(SocketIoWorld::websocket, "unknown"), 1);
}

TEST_CASE("pages of elsewhere may ask, with credentials") {
    SocketIoWorld world;
    const std::string origin = "Origin: https://shop.example\r\n";
    const Answered begun = world.ask("GET", SocketIoWorld::polling, {}, origin);
    CHECK(has(begun.head, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    CHECK(has(begun.head, "Access-Control-Allow-Credentials: true\r\n"));
    CHECK(has(begun.head, "Vary: Origin\r\n"));
    const Answered refused = world.ask("GET", "EIO=4", {}, origin);
    CHECK(has(refused.head, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    const Answered preflight =
        world.ask("OPTIONS", SocketIoWorld::polling, {},
                  origin +
                      "Access-Control-Request-Method: POST\r\n"
                      "Access-Control-Request-Headers: authorization,content-type\r\n");
    CHECK(preflight.status == 204);
    CHECK(has(preflight.head, "Access-Control-Allow-Methods: GET,POST\r\n"));
    CHECK(has(preflight.head, "Access-Control-Allow-Headers: authorization,content-type\r\n"));
    CHECK_FALSE(has(world.ask("GET", SocketIoWorld::polling).head, "Access-Control"));
}

TEST_CASE("a poll waits until there is something, and takes all there is") {
    SocketIoWorld world;
    const std::string sid = world.open();
    Poll poll(world, sid);
    CHECK(poll.waits());
    const Answered posted = world.post(sid, "40");
    CHECK(posted.status == 200);
    CHECK(posted.body == "ok");
    const Answered told = poll.take();
    CHECK(told.status == 200);
    CHECK(has(told.head, "Content-Type: text/plain; charset=UTF-8\r\n"));
    CHECK(told.body.starts_with(R"(40{"sid":")"));
    // What came before the next poll waits for it; several packets share a body.
    world.post(sid,
               "421[\"a\"]\x1e"
               "422[\"b\"]");
    const std::string body = world.get(sid).body;
    CHECK(body.starts_with(R"(431[{"success":false,"error":{"code":"not_found",)"));
    CHECK(has(body,
              "\x1e"
              R"(432[{"success":false)"));
    CHECK_FALSE(body.ends_with("\x1e"));
}

TEST_CASE("of two polls the first is told that it is over") {
    SocketIoWorld world;
    const std::string sid = world.open();
    Poll first(world, sid);
    CHECK(first.waits());
    CHECK(world.get(sid).status == 400);
    const Answered told = first.take();
    CHECK(told.status == 200);
    CHECK(told.body == "1");
    CHECK(world.get(sid).status == 400);
    CHECK(world.shared().carried == 0);
}

TEST_CASE("a poll that is given up ends the session") {
    SocketIoWorld world;
    const std::string sid = world.open();
    {
        Poll poll(world, sid);
        CHECK(poll.waits());
        poll.go_away();
    }
    CHECK(world.get(sid).body == R"({"code":1,"message":"Session ID unknown"})");
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a client that says goodbye has its poll ended by a noop") {
    SocketIoWorld world;
    const std::string sid = world.open();
    Poll poll(world, sid);
    CHECK(world.post(sid, "1").body == "ok");
    CHECK(poll.take().body == "6");
    CHECK(world.get(sid).status == 400);
}

TEST_CASE("what is no packet ends the session") {
    SocketIoWorld world;
    for (const std::string body : {"40/\xff", "abc", "", "2", "4", "4abc", "b!!", "bAQID",
                                   "4\x1e"
                                   "4",
                                   "42{}", "42abc[\"a\"]", "40[]", "44{}", "43[]", "41"}) {
        CAPTURE(body);
        const std::string sid = world.open();
        const Answered answer = world.post(sid, body);
        if (answer.status == 200) {
            // Socket.IO has refused it: the next poll is told.
            CHECK(world.get(sid).body == "1");
        } else {
            CHECK(answer.status == 400);
        }
        CHECK(world.get(sid).status == 400);
    }
    const std::string sid = world.open();
    CHECK(world
              .ask("POST", with_sid(SocketIoWorld::polling, sid), "abc",
                   "Content-Type: application/octet-stream\r\n")
              .status == 400);
    CHECK(world.get(sid).status == 400);
    const std::string large = world.open();
    CHECK(world.post(large, std::string(1'000'001, '4')).status == 413);
    CHECK(world.get(large).status == 400);
    CHECK(world.shared().carried == 0);
}

TEST_CASE("what is told to be the most is the least of the limits, and more is refused") {
    SocketIoWorld world;
    world.shared().options.request_body_bytes_max = 2'048;
    world.shared().options.message_bytes_max = 1'024;
    const auto open = [&] {
        const Answered begun = world.ask("GET", SocketIoWorld::polling);
        CHECK(begun.body.ends_with(R"(,"maxPayload":1024})"));
        return begun.body.substr(9, 20);
    };
    const std::string origin = "Origin: https://shop.example\r\n";
    const auto refused = [&](const Answered& answer) {
        CHECK(answer.status == 413);
        CHECK(answer.body == R"({"code":3,"message":"Bad request"})");
        CHECK(has(answer.head, "Content-Type: application/json\r\n"));
        CHECK(has(answer.head, "Access-Control-Allow-Origin: https://shop.example\r\n"));
    };
    const std::string fits = "6" + std::string(1'023, 'a');
    // Above what was told, and above what any request may bring.
    for (const std::size_t size : {1'025, 2'048, 2'049, 4'096}) {
        CAPTURE(size);
        const std::string sid = open();
        CHECK(world.post(sid, fits).status == 200);
        refused(world.ask("POST", with_sid(SocketIoWorld::polling, sid), std::string(size, '4'),
                          origin));
        CHECK(world.get(sid).body == R"({"code":1,"message":"Session ID unknown"})");
    }
    const std::string sid = open();
    HttpClient pieces(world);
    refused(read_answer(pieces.ask("POST /socket.io/?" + with_sid(SocketIoWorld::polling, sid) +
                                   " HTTP/1.1\r\nHost: h\r\n" + origin +
                                   "Transfer-Encoding: chunked\r\n\r\n1000\r\n")));
    CHECK(pieces.closing());
    CHECK(world.get(sid).status == 400);
    CHECK(world.shared().carried == 0);
    // Without a session, or of another place.
    refused(world.ask("POST", with_sid(SocketIoWorld::polling, "unknown"), std::string(4'096, '4'),
                      origin));
    HttpClient other(world);
    CHECK(has(other.ask("POST /elsewhere HTTP/1.1\r\nHost: h\r\nContent-Length: 4096\r\n\r\n"),
              R"({"error":{"code":"too_large",)"));
    for (const std::size_t size : {1'025, 4'096}) {
        SocketClient socket(world);
        CHECK(has(socket.take().at(0), R"("maxPayload":1024)"));
        socket.ask("4" + std::string(size - 1, 'a'));
        CHECK(socket.close_code() == 1009);
    }
    CHECK(world.shared().carried == 0);
    // A session keeps what it was told, and its next requests have the limits of their time.
    const std::string kept = open();
    world.shared().options.message_bytes_max = 2'048;
    CHECK(world.post(kept, std::string(1'025, '4')).status == 413);
    CHECK(world.ask("GET", SocketIoWorld::polling).body.ends_with(R"(,"maxPayload":2048})"));
}

TEST_CASE("the server pings, and a session that does not answer ends") {
    SocketIoWorld world;
    const std::string sid = world.open();
    world.post(sid, R"(40/chat,{"token":"ari"})");
    world.get(sid);
    for (int i = 0; i < 3; ++i) {
        Poll poll(world, sid);
        CHECK(poll.waits());
        world.wait(25s);
        CHECK(poll.take().body == "2");
        CHECK(world.post(sid, "3").status == 200);
    }
    world.wait(25s);
    CHECK(world.get(sid).body == "2");
    world.wait(15s);
    // Something else came: the pong may be behind it, once.
    CHECK(world.post(sid, "6").status == 200);
    world.wait(15s);
    CHECK(world.post(sid, "6").status == 200);
    world.wait(6s);
    CHECK(world.get(sid).status == 400);
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a session that nobody comes back to ends") {
    SocketIoWorld world;
    const std::string sid = world.open();
    world.wait(44s);
    CHECK(world.loop().sessions.count() == 1);
    world.wait(2s);
    // What it is told last waits for a while.
    world.wait(31s);
    CHECK(world.loop().sessions.count() == 0);
    CHECK(world.shared().carried == 0);
}

TEST_CASE("a WebSocket pings, and closes when it is not answered") {
    SocketIoWorld world;
    SocketClient socket(world);
    socket.join_chat("ari");
    world.wait(25s);
    socket.ask("3");
    world.wait(25s);
    CHECK(socket.close_code() == 0);
    world.wait(20s);
    socket.take();
    CHECK(socket.close_code() == 1008);
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("packets that only servers send, or none, close a WebSocket") {
    SocketIoWorld world;
    for (const std::string text : {"abc", "", "2", "bAQID", "4abc", "42{}"}) {
        CAPTURE(text);
        SocketClient socket(world);
        socket.ask(text);
        CHECK(socket.close_code() == 1002);
    }
    SocketClient bytes(world);
    bytes.send_bytes("\x01\x02");
    bytes.take();
    CHECK(bytes.close_code() == 1002);
    SocketClient polite(world);
    polite.ask("1");
    CHECK(polite.close_code() == 1000);
    SocketClient large(world);
    large.ask("4" + std::string(1'000'000, 'a'));
    CHECK(large.close_code() == 1009);
    CHECK(world.shared().carried == 0);
}

TEST_CASE("a WebSocket takes over from polling, with what waited") {
    SocketIoWorld world;
    const std::string sid = world.open();
    Poll poll(world, sid);
    SocketClient socket(world, with_sid(SocketIoWorld::websocket, sid));
    CHECK(socket.handshake().starts_with("HTTP/1.1 101 "));
    CHECK(socket.take().empty());
    CHECK(socket.ask("2probe") == std::vector<std::string>{"3probe"});
    world.pass(100ms);
    CHECK(poll.take().body == "6");
    // While it is tried, polls are ended soon.
    Poll again(world, sid);
    CHECK(again.waits());
    world.pass(100ms);
    CHECK(again.take().body == "6");
    CHECK(world.post(sid, "40").status == 200);
    const auto told = socket.ask("5");
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(R"(40{"sid":")"));
    CHECK(world.get(sid).body == R"({"code":3,"message":"Bad request"})");
    CHECK(world.post(sid, "4").status == 400);
    SocketClient second(world, with_sid(SocketIoWorld::websocket, sid));
    CHECK(second.handshake().starts_with("HTTP/1.1 101 "));
    second.take();
    CHECK(second.close_code() == 1000);
    CHECK(socket.ask(R"(427["a"])").size() == 1);
    socket.go_away();
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a WebSocket that does not go through with it leaves the session as it is") {
    SocketIoWorld world;
    const std::string sid = world.open();
    world.post(sid, R"(40/chat,{"token":"ari"})");
    world.get(sid);
    for (const std::string text : {"2", "4hello", "5x", "x", "1"}) {
        SocketClient socket(world, with_sid(SocketIoWorld::websocket, sid));
        socket.ask(text == "5x" ? "6" : text);
        CHECK(socket.close_code() == 1002);
    }
    {
        SocketClient bytes(world, with_sid(SocketIoWorld::websocket, sid));
        bytes.send_bytes("5");
        bytes.take();
        CHECK(bytes.close_code() == 1002);
    }
    {
        SocketClient first(world, with_sid(SocketIoWorld::websocket, sid));
        SocketClient second(world, with_sid(SocketIoWorld::websocket, sid));
        second.take();
        CHECK(second.close_code() == 1000);
        first.go_away();
    }
    SocketClient late(world, with_sid(SocketIoWorld::websocket, sid));
    world.wait(11s);
    late.take();
    CHECK(late.close_code() == 1008);
    CHECK(world.post(sid, R"(42/chat,1["join-room",{"roomId":1}])").body == "ok");
    CHECK(has(world.get(sid).body, R"(43/chat,1[{"success":true}])"));
}

TEST_CASE("a client that does not poll while much is told is let go") {
    SocketIoWorld world;
    const std::string sid = world.open();
    world.post(sid, R"(40/chat,{"token":"ari"})");
    world.post(sid, R"(42/chat,["join-room",{"roomId":1}])");
    world.shared().options.outbound_bytes_max = 100'000;
    const std::string text(1'000, 'x');
    for (int i = 0; i < 120; ++i) world.say(SocketIoWorld::bora, SocketIoWorld::room, text);
    CHECK(world.get(sid).body == "1");
    CHECK(world.get(sid).status == 400);
}

TEST_CASE("too many sessions are refused") {
    SocketIoWorld world;
    world.shared().connections_max = 2;
    world.open();
    world.open();
    const Answered third = world.ask("GET", SocketIoWorld::polling);
    CHECK(third.status == 503);
    CHECK(has(third.body, R"("code":"unavailable")"));
    SocketClient socket(world);
    socket.take();
    CHECK(socket.close_code() == 4009);
}

TEST_CASE("an address may have so many sessions that nobody has logged in on") {
    SocketIoWorld world;
    world.shared().options.unknown_sessions_max = 2;
    HttpClient client(world, Turn::served, *IpAddress::parse("192.0.2.1"));
    HttpClient other(world, Turn::served, *IpAddress::parse("192.0.2.2"));
    const auto begin = [](HttpClient& from) {
        return read_answer(
            from.ask("GET /socket.io/?" + SocketIoWorld::polling + " HTTP/1.1\r\nHost: h\r\n\r\n"));
    };
    const std::string sid = begin(client).body.substr(9, 20);
    CHECK(begin(client).status == 200);
    const Answered third = begin(client);
    CHECK(third.status == 429);
    CHECK(has(third.body, R"("code":"too_many")"));
    CHECK(has(third.head, "Retry-After: 1\r\n"));
    CHECK(begin(other).status == 200);
    // Who is let in makes room for the next.
    world.post(sid, R"(40/chat,{"token":"ari"})");
    CHECK(has(world.get(sid).body, R"(40/chat,{"sid":")"));
    CHECK(begin(client).status == 200);
    CHECK(begin(client).status == 429);
    // And so do those that end.
    world.wait(80s);
    CHECK(world.loop().sessions.count() == 0);
    CHECK(begin(client).status == 200);
}

TEST_CASE("a server that goes tells who waits") {
    SocketIoWorld world;
    const std::string sid = world.open();
    Poll poll(world, sid);
    SocketClient socket(world);
    world.loop().sessions.for_each([](CarriedSession& session) { session.leaving(); });
    CHECK(poll.take().body == "1");
    socket.take();
    CHECK(socket.close_code() == 1001);
    CHECK(world.loop().sessions.count() == 0);
}
