// Server-sent events of a person, from the request to each byte of the stream.

#include "gateway/events/events.h"

#include <chrono>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "gateway/link/event_stream.h"
#include "http_client.h"
#include "texts.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

struct EventWorld : NativeWorld {
    explicit EventWorld(Limits limits = {}) : NativeWorld(limits) {
        add_event_routes(routes(), shared());
    }
};

/// A client that has asked for its events; `head` is what was answered.
class Listening {
public:
    Listening(NativeWorld& world, std::string_view token, std::string_view more = {})
        : client_(world) {
        head_ = client_.ask("GET /api/v1/events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                            std::string(token) + "\r\n" + std::string(more) + "\r\n");
        const std::size_t end = head_.find("\r\n\r\n");
        REQUIRE(end != std::string::npos);
        if (!has(head_, "Transfer-Encoding")) return;
        came_ = unchunked(std::string_view(head_).substr(end + 4));
        head_.resize(end + 2);
    }
    const std::string& head() const { return head_; }
    /// What came since the last call.
    std::string take() { return std::exchange(came_, {}) + unchunked(client_.take()); }
    HttpClient& client() { return client_; }

private:
    HttpClient client_;
    std::string head_;
    std::string came_;
};

/// The last id that the text gives.
std::string last_id(std::string_view text) {
    const std::size_t at = text.rfind("id: ");
    REQUIRE(at != std::string_view::npos);
    return std::string(text.substr(at + 4, text.find('\n', at) - at - 4));
}

/// A direct room of Ari and Bora: number 1.
void open_room(NativeWorld& world) {
    world.connect_as("ari")->ask(R"({"id":1,"type":"open","userId":2})");
    world.pass(std::chrono::seconds{1});
}

void post(NativeWorld& world, std::string_view who, std::string_view content, int room = 1) {
    world.connect_as(who)->ask(R"({"id":2,"type":"post","roomId":)" + std::to_string(room) +
                               R"(,"content":")" + std::string(content) + R"("})");
    world.pass(std::chrono::seconds{1});
}

}  // namespace

TEST_CASE("a stream begins with how to come back, and is for no cache and no buffer") {
    EventWorld world;
    Listening ari(world, "ari");
    CHECK(ari.head().starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(has(ari.head(), "Content-Type: text/event-stream\r\n"));
    CHECK(has(ari.head(), "Cache-Control: no-cache\r\n"));
    CHECK(has(ari.head(), "X-Accel-Buffering: no\r\n"));
    CHECK(has(ari.head(), "Transfer-Encoding: chunked\r\n"));
    const std::string began = ari.take();
    CHECK(began == "retry: 2000\n\nid: " + last_id(began) + "\n\n");
}

TEST_CASE("rooms that are new or move are told, with the time as id") {
    EventWorld world;
    Listening bora(world, "bora");
    bora.take();
    open_room(world);
    std::string told = bora.take();
    CHECK(told.starts_with("event: room-created\nid: "));
    CHECK(has(told, R"(data: {"id":1,"kind":"direct")"));
    CHECK(has(told, R"("unreadCount":0)"));
    post(world, "ari", "hello");
    told = bora.take();
    const auto data = told.find("\ndata: ");
    REQUIRE(data != std::string::npos);
    CHECK(told.substr(0, data) == "event: room-update\nid: " + last_id(told));
    CHECK(has(told, R"(data: {"roomId":1,"unreadCount":1,"lastMessage":{"id":)"));
    CHECK(has(told, R"("senderId":1,"senderNickname":"Ari","type":"text","content":"hello",)"));
    CHECK(has(told, R"("lastActivityAt":")"));
    CHECK(told.ends_with("}\n\n"));
}

TEST_CASE("both devices of a person hear the same, and others hear nothing") {
    EventWorld world;
    open_room(world);
    Listening one(world, "bora");
    Listening other(world, "bora");
    Listening cheol(world, "cheol");
    one.take();
    other.take();
    cheol.take();
    post(world, "ari", "hello");
    const std::string told = one.take();
    CHECK(has(told, "hello"));
    CHECK(other.take() == told);
    CHECK(cheol.take().empty());
}

TEST_CASE("a room that is deleted for everybody is told to all whose list has it") {
    EventWorld world;
    const auto ari = world.connect_as("ari");
    ari->ask(R"({"id":1,"type":"create","title":"us","memberIds":[2]})");
    world.pass(std::chrono::seconds{1});
    Listening one(world, "ari");
    Listening two(world, "bora");
    Listening cheol(world, "cheol");
    for (Listening* each : {&one, &two, &cheol}) each->take();
    world.engine().rooms().delete_room({UserId{1}, 0}, RoomId{1},
                                       [](const Result<Room>& gone) { REQUIRE(gone); });
    world.pass(std::chrono::seconds{1});
    for (Listening* each : {&one, &two}) {
        const std::string told = each->take();
        CHECK(told.starts_with("event: room-deleted\nid: "));
        CHECK(has(told, R"(data: {"roomId":1,"deletedAt":"2)"));
        CHECK_FALSE(has(told, "room-update"));
    }
    CHECK(cheol.take().empty());
}

TEST_CASE("notifications are told") {
    EventWorld world;
    Listening bora(world, "bora");
    bora.take();
    world.engine().social().request({UserId{1}, 0}, UserId{2},
                                    [](const auto& sent) { REQUIRE(sent); });
    world.pass(std::chrono::seconds{1});
    const std::string told = bora.take();
    CHECK(told.starts_with("event: notification\nid: "));
    CHECK(has(told, R"("kind":"friend_request")"));
    CHECK(has(told, R"("actor":{"id":1,"nickname":"Ari")"));
}

TEST_CASE("who comes back is told how the rooms are that were active since shortly before") {
    EventWorld world;
    open_room(world);
    world.connect_as("ari")->ask(R"({"id":1,"type":"create","title":"old","memberIds":[2]})");
    world.pass(std::chrono::minutes{1});
    std::string id;
    {
        Listening bora(world, "bora");
        id = last_id(bora.take());
    }
    post(world, "ari", "while away");
    world.connect_as("ari")->ask(R"({"id":1,"type":"create","title":"new","memberIds":[2]})");
    world.pass(std::chrono::minutes{1});
    const auto check = [](std::string told) {
        // The one that was active first is told first; that which was quiet is not told.
        const std::size_t update = told.find("event: room-update\nid: ");
        const std::size_t created = told.find("event: room-created\nid: ");
        REQUIRE(update != std::string::npos);
        REQUIRE(created != std::string::npos);
        CHECK(update < created);
        CHECK(has(told, "while away"));
        CHECK(has(told, R"("title":"new")"));
        CHECK_FALSE(has(told, R"("title":"old")"));
        // And then the present time.
        CHECK(told.rfind("\n\nid: ") > created);
    };
    Listening by_header(world, "bora", "Last-Event-ID: " + id + "\r\n");
    check(by_header.take());
    HttpClient by_query(world);
    check(by_query.ask("GET /api/v1/events?token=bora&lastEventId=" + id +
                       " HTTP/1.1\r\nHost: h\r\n\r\n"));
    // What is no time of ours is of long ago.
    Listening stranger(world, "bora", "Last-Event-ID: 7_x\r\n");
    CHECK(has(stranger.take(), R"("title":"old")"));
    // What was active in the ten seconds before is told again.
    Listening again(world, "bora",
                    "Last-Event-ID: " + last_id(by_header.take() + "id: 0\n") + "\r\n");
    CHECK(has(again.take(), "while away"));
}

TEST_CASE("a stream goes on after it was resumed") {
    EventWorld world;
    open_room(world);
    Listening bora(world, "bora", "Last-Event-ID: 1\r\n");
    bora.take();
    post(world, "ari", "later");
    CHECK(has(bora.take(), "later"));
}

TEST_CASE("a comment comes every fifteen seconds") {
    EventWorld world;
    Listening ari(world, "ari");
    ari.take();
    world.let_seconds_pass(14);
    CHECK(ari.take().empty());
    world.let_seconds_pass(1);
    CHECK(ari.take() == ": ping\n\n");
    world.let_seconds_pass(15);
    CHECK(ari.take() == ": ping\n\n");
}

TEST_CASE("a stream ends with its token, with a word, and gives its connection back") {
    EventWorld world;
    Listening ari(world, "ari");
    ari.take();
    CHECK(world.loop().sessions.count() == 1);
    world.pass(std::chrono::hours{1});
    world.let_seconds_pass(1);
    const std::string told = ari.take();
    CHECK(told.ends_with("event: bye\ndata: {\"code\":4001,\"reason\":\"token_expired\"}\n\n"));
    CHECK(world.loop().sessions.count() == 0);
    CHECK(world.engine().hub().shard(0).figures().peers == 0);
    CHECK_FALSE(ari.client().closing());
    CHECK(has(ari.client().ask("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n"), "404"));
}

TEST_CASE("a stream ends when the log-in is ended, and when the server goes away") {
    EventWorld world;
    Listening ari(world, "ari");
    ari.take();
    const EventPtr revoked = std::make_shared<const Event>(Event{TokensRevoked{UserId{1}, ""}});
    world.engine().hub().publish({revoked});
    CHECK(ari.take() == "event: bye\ndata: {\"code\":4001,\"reason\":\"token_revoked\"}\n\n");
    Listening bora(world, "bora");
    bora.take();
    world.loop().sessions.for_each([](CarriedSession& session) { session.leaving(); });
    CHECK(bora.take() == "event: bye\ndata: {\"code\":1001,\"reason\":\"going_away\"}\n\n");
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a token that ends while the stream opens is refused as any other") {
    struct Waiting final : MessageDoor {
        void text(std::string_view) override {}
        void second_passed(SteadyTime) override {}
        void overflowed() override {}
        void leaving() override {}
        void turned_away() override {}
        void closed() override {}
    };
    NativeWorld world;
    std::shared_ptr<EventStream> stream;
    world.add_route("GET", "/stream", [&](const ExchangePtr& exchange) {
        stream = EventStream::of(world.shared(), exchange);
        stream->open(std::make_unique<Waiting>());
    });
    const auto answered = [&](std::uint16_t code, std::string_view reason) {
        HttpClient client(world);
        client.ask("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
        stream->close(code, reason);
        return client.take();
    };
    const std::string revoked = answered(4001, "token_revoked");
    CHECK(revoked.starts_with("HTTP/1.1 401 "));
    CHECK(has(revoked, R"("code":"token_revoked")"));
    const std::string expired = answered(4001, "token_expired");
    CHECK(expired.starts_with("HTTP/1.1 401 "));
    CHECK(has(expired, R"("code":"token_expired")"));
    CHECK(answered(1013, "unavailable").starts_with("HTTP/1.1 503 "));
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a client that goes leaves nothing behind") {
    EventWorld world;
    {
        Listening ari(world, "ari");
        ari.client().go_away();
        CHECK(world.loop().sessions.count() == 0);
        CHECK(world.engine().hub().shard(0).figures().peers == 0);
    }
    HttpClient hasty(world);
    hasty.go_away();
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a client that does not read is cut off") {
    EventWorld world;
    open_room(world);
    Listening bora(world, "bora");
    bora.take();
    const auto ari = world.connect_as("ari");
    const std::string metadata(3'000, 'x');
    for (int i = 0; i < 2'000 && !bora.client().closing(); ++i) {
        ari->ask(R"({"id":2,"type":"create","title":"x","memberIds":[2],"metadata":{"a":")" +
                 metadata + R"("}})");
        world.pass(std::chrono::milliseconds{200});
    }
    CHECK(bora.client().closing());
    CHECK(world.engine().hub().shard(0).figures().peers == 1);
}

TEST_CASE("who may not listen is refused before a stream begins") {
    EventWorld world;
    const auto refused = [&](std::string_view token, std::string_view code) {
        Listening nobody(world, token);
        CHECK(nobody.head().starts_with("HTTP/1.1 401"));
        CHECK(has(nobody.head(), code));
    };
    refused("no", "unauthenticated");
    refused("expired", "token_expired");
    HttpClient full(world, Turn::too_many);
    CHECK(full.ask("GET /api/v1/events?token=ari HTTP/1.1\r\nHost: h\r\n\r\n")
              .starts_with("HTTP/1.1 503"));
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("a HEAD is told the head alone") {
    EventWorld world;
    HttpClient client(world);
    const std::string told =
        client.ask("HEAD /api/v1/events?token=ari HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(told.starts_with("HTTP/1.1 200"));
    CHECK(told.ends_with("\r\n\r\n"));
    CHECK(world.loop().sessions.count() == 0);
}

TEST_CASE("HTTP/1.0 gets the same without chunks, to the connection's end") {
    EventWorld world;
    HttpClient client(world);
    const std::string told = client.ask("GET /api/v1/events?token=ari HTTP/1.0\r\n\r\n");
    CHECK(has(told, "\r\n\r\nretry: 2000\n\nid: "));
    world.loop().sessions.for_each([](CarriedSession& session) { session.leaving(); });
    CHECK(client.take().ends_with("going_away\"}\n\n"));
    CHECK(client.closing());
}
