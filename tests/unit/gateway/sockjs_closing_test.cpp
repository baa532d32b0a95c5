// How SockJS sessions end, and what bounds them.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/websocket/client_frames.h"
#include "sockjs_world.h"

using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

using Chunks = std::vector<std::string>;

const std::string interrupted = "c[1002,\"Connection interrupted\"]\n";
const std::string still_open = "c[2010,\"Another connection still open\"]\n";
const std::string go_away = "c[3000,\"Go away!\"]\n";

std::string wait_at(std::string_view target) {
    return SockJsClient::request("POST", target, "", "");
}

std::string handshake(std::string_view target, std::string_view version = "13") {
    return SockJsClient::request(
        "GET", target, "",
        "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: " +
            std::string(version) + "\r\n");
}

/// Texts and the close code, as `close 3000`.
Chunks frames_of(std::string_view bytes) {
    Chunks all;
    ServerFrame frame;
    while (take_server_frame(bytes, frame) == ServerFrameStatus::frame) {
        if (frame.opcode == Opcode::text) all.emplace_back(frame.payload);
        if (frame.opcode == Opcode::close)
            all.push_back("close " +
                          std::to_string(static_cast<unsigned char>(frame.payload[0]) * 256 +
                                         static_cast<unsigned char>(frame.payload[1])));
    }
    return all;
}

/// A WebSocket at a SockJS address.
class Socket {
public:
    Socket(SockJsWorld& world, std::string_view target) : client_(world) {
        const Answer answer(client_.ask(handshake(target)));
        CHECK(answer.status == 101);
        CHECK(answer.header("Sec-WebSocket-Accept") == "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
        first = frames_of(answer.body);
    }
    Chunks send(std::string_view text) {
        std::string frame;
        append_client_frame(frame, ClientFrame{.payload = text, .key = {1, 2, 3, 4}});
        client_.put(frame);
        return take();
    }
    Chunks take() { return frames_of(client_.take()); }

    Chunks first;

private:
    SockJsClient client_;
};

}  // namespace

TEST_CASE("a session that was closed says so to everybody who asks, for a while") {
    SockJsWorld world;
    SockJsClient client(world);
    CHECK(client.post("/close/000/c/xhr").body == "o\n");
    for (int i = 0; i < 3; ++i) CHECK(client.post("/close/000/c/xhr").body == go_away);
    CHECK(client.get("/close/000/c/jsonp?c=x").body == "x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
    world.let_pass(6);
    CHECK(client.post("/close/000/c/xhr").body == "o\n");
    SockJsClient one(world);
    const Chunks all = one.stream("POST", "/close/000/d/xhr_streaming");
    REQUIRE(all.size() == 4);
    CHECK(all[1] == "o\n");
    CHECK(all[2] == go_away);
    CHECK(all[3] == "0");
    const Chunks again = one.stream("POST", "/close/000/d/xhr_streaming");
    CHECK(Chunks(again.begin() + 1, again.end()) == Chunks{go_away, "0"});
}

TEST_CASE("one request waits at a time") {
    SockJsWorld world;
    SockJsClient waiting(world);
    SockJsClient other(world);
    CHECK(waiting.post("/echo/000/w/xhr").body == "o\n");
    CHECK(waiting.ask(wait_at("/echo/000/w/xhr")).empty());
    CHECK(other.post("/echo/000/w/xhr").body == still_open);
    const Chunks streamed = other.stream("POST", "/echo/000/w/xhr_streaming");
    CHECK(Chunks(streamed.begin() + 1, streamed.end()) == Chunks{still_open, "0"});
    CHECK(other.post("/echo/000/w/xhr_send", R"(["a"])").status == 204);
    CHECK(Answer(waiting.take()).body == "a[\"a\"]\n");
}

TEST_CASE("of two requests that come at once the one waits that came first") {
    SockJsWorld world;
    Loop* const loop = &world.world().loop();
    world.shared().loops = {loop, loop};
    // One that is at home on the first of two loops, so that nothing moves.
    std::string target;
    for (int i = 0; target.empty(); ++i) {
        const std::string name = "s" + std::to_string(i);
        if (loop_of_session("sockjs /echo " + name, 2) == 0) target = "/echo/000/" + name;
    }
    SockJsClient opening(world);
    CHECK(opening.post(target + "/xhr").body == "o\n");
    SockJsClient first(world);
    SockJsClient second(world);
    CHECK(second.ask(wait_at(target + "/xhr")).empty());
    CHECK(first.ask(wait_at(target + "/xhr")).empty());
    CHECK(Answer(second.take()).body == still_open);
    CHECK(second.post(target + "/xhr").body == still_open);
    CHECK(opening.post(target + "/xhr_send", R"(["a"])").status == 204);
    CHECK(Answer(first.take()).body == "a[\"a\"]\n");
    // Long after, the one that waits goes on waiting.
    SockJsClient third(world);
    SockJsClient fourth(world);
    CHECK(fourth.ask(wait_at(target + "/xhr")).empty());
    world.let_pass(1);
    CHECK(third.post(target + "/xhr").body == still_open);
}

TEST_CASE("a request that is broken off ends its session, which says so") {
    SockJsWorld world;
    SockJsClient other(world);
    {
        SockJsClient waiting(world);
        CHECK(waiting.post("/echo/000/p/xhr").body == "o\n");
        waiting.ask(wait_at("/echo/000/p/xhr"));
        waiting.go_away();
        CHECK(world.heard().open == 0);
        CHECK(other.post("/echo/000/p/xhr").body == interrupted);
        SockJsClient leaving(world);
        CHECK(leaving.post("/echo/000/q/xhr").body == "o\n");
        leaving.ask(wait_at("/echo/000/q/xhr"));
        leaving.go_unnoticed();
        CHECK(other.post("/echo/000/q/xhr").body == interrupted);
        SockJsClient streaming(world);
        streaming.stream("POST", "/echo/000/s/xhr_streaming");
        CHECK(world.heard().open == 1);
        streaming.go_away();
        CHECK(world.heard().open == 0);
        CHECK(other.stream("POST", "/echo/000/s/xhr_streaming").at(1) == interrupted);
    }
    world.let_pass(6);
    CHECK(world.shared().connections == 1);
    CHECK(world.shared().carried == 0);
}

TEST_CASE("a connection that ends between two requests loses nothing") {
    SockJsWorld world;
    SockJsClient other(world);
    {
        SockJsClient first(world);
        CHECK(first.post("/echo/000/b/xhr").body == "o\n");
    }
    other.post("/echo/000/b/xhr_send", R"(["one"])");
    world.let_pass(3);
    other.post("/echo/000/b/xhr_send", R"(["two"])");
    SockJsClient second(world);
    CHECK(second.post("/echo/000/b/xhr").body == "a[\"one\",\"two\"]\n");
}

TEST_CASE("a session without a request that waits lives for five seconds") {
    SockJsWorld world;
    SockJsClient client(world);
    CHECK(client.post("/echo/000/t/xhr").body == "o\n");
    CHECK(world.shared().carried == 1);
    world.let_pass(4);
    CHECK(world.heard().open == 1);
    world.let_pass(2);
    CHECK(world.heard().open == 0);
    CHECK(world.shared().carried == 0);
    CHECK(client.post("/echo/000/t/xhr_send", R"(["a"])").status == 404);
    CHECK(client.post("/echo/000/t/xhr").body == "o\n");
}

TEST_CASE("a heart-beat is told every 25 seconds") {
    SockJsWorld world;
    SockJsClient client(world);
    SockJsClient streaming(world);
    CHECK(client.post("/echo/000/h/xhr").body == "o\n");
    CHECK(client.ask(wait_at("/echo/000/h/xhr")).empty());
    streaming.stream("GET", "/echo/000/i/eventsource");
    world.let_pass(24);
    CHECK(client.take().empty());
    world.let_pass(1);
    CHECK(Answer(client.take()).body == "h\n");
    CHECK(streaming.chunks() == Chunks{"data: h\r\n\r\n"});
    world.let_pass(25);
    CHECK(streaming.chunks() == Chunks{"data: h\r\n\r\n"});
}

TEST_CASE("what waits for a client that is away is bounded, and ends the session") {
    SockJsWorld world;
    world.shared().options.outbound_bytes_max = 1'000;
    SockJsClient client(world);
    CHECK(client.post("/echo/000/o/xhr").body == "o\n");
    const std::string message = "[\"" + std::string(600, 'x') + "\"]";
    client.post("/echo/000/o/xhr_send", message);
    CHECK(world.heard().overflowed == 0);
    client.post("/echo/000/o/xhr_send", message);
    CHECK(world.heard().overflowed == 1);
    CHECK(client.post("/echo/000/o/xhr_send", R"(["more"])").status == 204);
    CHECK(client.post("/echo/000/o/xhr").body == "a[\"too slow\"]\n");
    CHECK(client.post("/echo/000/o/xhr").body == "c[4008,\"too slow\"]\n");
}

TEST_CASE("sessions above the limit of connections are refused, and keep no request out") {
    SockJsWorld world;
    world.shared().connections_max = 1;
    SockJsClient client(world);
    CHECK(client.post("/echo/000/m/xhr").body == "o\n");
    CHECK(world.shared().connections == 1);
    CHECK(client.post("/echo/000/n/xhr").body == "c[4009,\"too many connections\"]\n");
    CHECK(world.heard().open == 1);
    CHECK(client.post("/echo/000/m/xhr_send", R"(["a"])").status == 204);
}

TEST_CASE("an address may have so many sessions that nobody has logged in on") {
    SockJsWorld world;
    world.shared().options.unknown_sessions_max = 3;
    SockJsClient client(world, "2001:db8:0:1::1");
    const std::string refused = "c[4009,\"too many sessions\"]\n";
    for (const char* name : {"a", "b", "c"})
        CHECK(client.post("/echo/000/" + std::string(name) + "/xhr").body == "o\n");
    CHECK(client.post("/echo/000/d/xhr").body == refused);
    CHECK(client.stream("POST", "/echo/000/d/xhr_streaming").at(1) == refused);
    // Its network's neighbour shares the bound, and nobody else.
    SockJsClient neighbour(world, "2001:db8:0:1::2");
    CHECK(neighbour.post("/echo/000/e/xhr").body == refused);
    SockJsClient other(world, "2001:db8:0:2::1");
    CHECK(other.post("/echo/000/e/xhr").body == "o\n");
    // Who logs in makes room for the next, once.
    for (int i = 0; i < 2; ++i) client.post("/echo/000/a/xhr_send", R"(["log in"])");
    CHECK(client.post("/echo/000/f/xhr").body == "o\n");
    CHECK(client.post("/echo/000/g/xhr").body == refused);
    // And so do those that end.
    world.let_pass(6);
    CHECK(world.shared().carried == 0);
    for (const char* name : {"h", "i", "j"})
        CHECK(neighbour.post("/echo/000/" + std::string(name) + "/xhr").body == "o\n");
    CHECK(neighbour.post("/echo/000/k/xhr").body == refused);
}

TEST_CASE("a server that goes away says so to who waits, and forgets") {
    SockJsWorld world;
    SockJsClient client(world);
    SockJsClient streaming(world);
    client.post("/echo/000/l/xhr");
    client.ask(wait_at("/echo/000/l/xhr"));
    streaming.stream("POST", "/echo/000/k/xhr_streaming");
    world.world().loop().sessions.for_each([](CarriedSession& session) { session.leaving(); });
    CHECK(Answer(client.take()).body == go_away);
    CHECK(streaming.chunks() == Chunks{go_away, "0"});
    CHECK(world.heard().left == 2);
    CHECK(world.heard().open == 0);
    CHECK(world.shared().carried == 0);
    CHECK(world.world().loop().sessions.count() == 0);
}

TEST_CASE("the token of the address is the session's") {
    SockJsWorld world;
    SockJsClient client(world);
    client.post("/echo/000/q/xhr?token=abc");
    client.post("/echo/000/r/xhr", "", "Authorization: Bearer def\r\n");
    const Socket socket(world, "/echo/000/s/websocket?token=ghi");
    CHECK(world.heard().tokens == Chunks{"abc", "def", "ghi"});
}

TEST_CASE("requests that come together are answered in their order") {
    SockJsWorld world;
    SockJsClient client(world);
    const std::string all = client.ask(
        wait_at("/echo/000/g/xhr") +
        SockJsClient::request("POST", "/echo/000/g/xhr_send", R"(["a"])", "") +
        wait_at("/echo/000/g/xhr") + wait_at("/close/000/g/xhr") + wait_at("/close/000/g/xhr"));
    std::size_t at = 0;
    for (const std::string part : {"o\n", "204 No Content", "a[\"a\"]\n", "o\n", "Go away!"}) {
        at = all.find(part, at);
        REQUIRE_MESSAGE(at != std::string::npos, all);
        ++at;
    }
}

TEST_CASE("websocket: frames of SockJS over a WebSocket") {
    SockJsWorld world;
    Socket socket(world, "/echo/000/x/websocket");
    CHECK(socket.first == Chunks{"o"});
    CHECK(socket.send("").empty());
    CHECK(socket.send(R"(["a","b"])") == Chunks{R"(a["a"])", R"(a["b"])"});
    CHECK(socket.send(R"("alone")") == Chunks{R"(a["alone"])"});
    Socket same_name(world, "/echo/000/x/websocket");
    CHECK(same_name.send(R"(["c"])") == Chunks{R"(a["c"])"});
    CHECK(socket.send(R"(["a)") == Chunks{"close 1002"});
    CHECK(same_name.send(R"([7])") == Chunks{"close 1002"});
    const Socket closed(world, "/close/000/x/websocket");
    CHECK(closed.first == Chunks{"o", "c[3000,\"Go away!\"]", "close 3000"});
}

TEST_CASE("websocket: a heart-beat of SockJS's own") {
    SockJsWorld world;
    Socket socket(world, "/echo/000/x/websocket");
    world.let_pass(25);
    CHECK(socket.take() == Chunks{"h"});
}

TEST_CASE("websocket: the drafts that have the same frames, and no others") {
    SockJsWorld world;
    for (const char* version : {"7", "8", "13"}) {
        SockJsClient client(world);
        const Answer answer(client.ask(handshake("/echo/000/v/websocket", version)));
        CHECK(answer.status == 101);
        CHECK(answer.header("Content-Length").empty());
    }
    SockJsClient client(world);
    CHECK(Answer(client.ask(handshake("/echo/000/v/websocket", "6"))).status == 426);
}

TEST_CASE("websocket: requests that are none are told what is wrong") {
    SockJsWorld world;
    SockJsClient client(world);
    const Answer plain = client.get("/echo/0/0/websocket");
    CHECK(plain.status == 400);
    CHECK(plain.body == R"(Can "Upgrade" only to "WebSocket".)");
    CHECK(client.get("/echo/websocket").status == 400);
    const Answer post = client.post("/echo/0/0/websocket");
    CHECK(post.status == 405);
    CHECK(post.header("Allow") == "GET");
    CHECK(post.header("Content-Type").empty());
    CHECK(client.get("/wsoff/0/0/websocket").status == 404);
    SockJsClient upgrading(world);
    const Answer wrong =
        upgrading.post("/echo/0/0/websocket", "", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n");
    CHECK(wrong.status == 405);
    CHECK(wrong.body.empty());
    SockJsClient closing(world);
    const Answer unnamed =
        closing.get("/echo/0/0/websocket", "Connection: close\r\nUpgrade: WebSocket\r\n");
    CHECK(unnamed.status == 400);
    CHECK(unnamed.body == R"("Connection" must be "Upgrade".)");
}

TEST_CASE("websocket without frames of SockJS: the message as it is") {
    SockJsWorld world;
    Socket raw(world, "/echo/websocket");
    CHECK(raw.first.empty());
    CHECK(raw.send("Hello world!\uffff") == Chunks{"Hello world!\uffff"});
    const Socket closed(world, "/close/websocket");
    CHECK(closed.first == Chunks{"close 3000"});
}
