// STOMP from frame to frame over a real engine: what each destination tells, and what is refused.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "stomp_client.h"

using namespace chatcore;
using namespace chatcore::gateway::test;
using namespace std::string_literals;

TEST_CASE("CONNECT is answered with version, pace and session") {
    NativeWorld world;
    Stomp ari(world, "ari", "1.0,1.1,1.2");
    REQUIRE(ari.connected().size() == 1);
    CHECK(ari.connected()[0] ==
          "CONNECTED\nversion:1.2\nheart-beat:10000,10000\nsession:node-s1\nuser-name:1\n"
          "server:chatd\n\n\0"s);
    Stomp old(world, "ari", "1.1");
    CHECK(has(old.connected().at(0), "version:1.1"));
}

TEST_CASE("who may not come in is told why, and the connection ends") {
    NativeWorld world;
    const auto refused = [&](const std::string& first, std::string_view part, int code) {
        CAPTURE(first);
        const auto client = world.connect("v12.stomp");
        const auto told = client->ask(first);
        REQUIRE(told.size() == 1);
        CHECK(told[0].starts_with("ERROR\n"));
        CHECK(has(told[0], part));
        CHECK(client->close_code() == code);
    };
    refused(frame("CONNECT\naccept-version:1.2\nAuthorization:Bearer no"), "unauthenticated", 4001);
    refused(frame("CONNECT\naccept-version:1.2"), "unauthenticated", 4001);
    refused(frame("CONNECT\naccept-version:1.2\nAuthorization:Bearer expired"), "token_expired",
            4001);
    refused(frame("CONNECT\naccept-version:1.2\nAuthorization:Bearer nobody"), "unauthenticated",
            4001);
    refused(frame("CONNECT\naccept-version:2.0"), "version:1.0,1.1,1.2", 1002);
    refused(frame("CONNECT\naccept-version:1.2\nheart-beat:a,b"), "heart-beat", 1002);
    refused(frame("SEND\ndestination:/app/chat", "{}"), "CONNECT must come first", 1002);
    refused("NONSENSE\n\n\0"s, "unknown", 1002);
    const auto silent = world.connect("v12.stomp");
    world.loop().now += std::chrono::seconds{11};
    world.pass(std::chrono::seconds{1});
    for (const auto& connection : world.loop().connections.all()) connection->second_passed();
    world.settle();
    CHECK(has(silent->take().at(0), "no CONNECT in time"));
    CHECK(silent->close_code() == 4002);
}

TEST_CASE("before CONNECT nothing large is kept, and afterwards it is") {
    NativeWorld world;
    const auto client = world.connect("v12.stomp");
    // Refused by its head, of which the body need not come.
    const auto told = client->ask("SEND\ndestination:/app/chat\ncontent-length:1000000\n\n{");
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], "the frame is too large"));
    CHECK(client->close_code() == 1002);
    const auto other = world.connect("v12.stomp");
    CHECK(has(other->ask("CONNECT\naccept-version:1.2\n\n" + std::string(17'000, 'x')).at(0),
              "the frame is too large"));
    Stomp ari(world, "ari");
    const std::string body = R"({"roomId":"1","content":")" + std::string(100'000, 'x') + "\"}";
    ari.subscribe("/user/queue/errors", "e");
    CHECK(ari.ask("SEND\ndestination:/app/chat\ncontent-length:100027\n\n" + body.substr(0, 50'000))
              .empty());
    const auto refused = ari.ask(body.substr(50'000) + '\0');
    REQUIRE(refused.size() == 1);
    CHECK(has(refused[0], "subscription:e"));
    CHECK(ari.close_code() == 0);
}

TEST_CASE("a frame has an end in time, or the connection has") {
    NativeWorld world;
    world.shared().options.message_max = std::chrono::seconds{10};
    Stomp slow(world, "ari");
    Stomp busy(world, "bora");
    busy.subscribe("/user/queue/errors", "e");
    const std::string begun = "SEND\ndestination:/app/chat\ncontent-length:9\n\n";
    slow.ask(begun);
    for (int i = 0; i < 5; ++i) {
        // Each ends, and brings the beginning of the next.
        busy.ask(i == 0 ? begun : "123456789\0"s + begun);
        world.let_seconds_pass(2);
        slow.ask("\n");
    }
    CHECK(slow.take().empty());
    world.let_seconds_pass(1);
    CHECK(has(slow.take().at(0), "a frame has no end"));
    CHECK(slow.close_code() == 1008);
    CHECK(busy.close_code() == 0);
}

TEST_CASE("a message reaches all who have subscribed, in its new state too") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    CHECK(ari.subscribe("/topic/messages/1", "sub-0").at(0) == "RECEIPT\nreceipt-id:r\n\n\0"s);
    CHECK(bora.subscribe("/topic/messages/1", "sub-0").size() == 1);
    const auto own = ari.send("/app/chat", R"({"roomId":"1","content":"hello"})", "\nreceipt:7");
    const auto other = bora.take();
    REQUIRE(other.size() == 1);
    CHECK(other[0].starts_with("MESSAGE\ndestination:/topic/messages/1\nsubscription:sub-0\n"));
    CHECK(has(other[0], R"("content":"hello")"));
    CHECK(has(other[0], R"("senderNickname":"Ari")"));
    CHECK(count(own, R"("content":"hello")") == 1);
    CHECK(count(own, "RECEIPT\nreceipt-id:7\n") == 1);
    // The same bytes for both.
    CHECK(std::find(own.begin(), own.end(), other[0]) != own.end());

    const auto id = other[0].substr(other[0].find(R"({"id":)") + 6, 1);
    bora.send("/app/reaction", R"({"messageId":)" + id + R"(,"reaction":"👍"})");
    auto told = ari.take();
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], "👍"));
    bora.send("/app/reaction", R"({"messageId":)" + id + R"(,"reaction":"👍"})");
    told = ari.take();
    REQUIRE(told.size() == 1);
    CHECK_FALSE(has(told[0], "👍"));
    ari.send("/app/edit", R"({"messageId":)" + id + R"(,"content":"hello all"})");
    CHECK(count(bora.take(), "hello all") >= 1);
    ari.send("/app/pin/toggle", R"({"messageId":)" + id + R"(,"roomId":1})");
    CHECK(count(bora.take(), R"("pinned")") >= 1);
    ari.send("/app/delete", R"({"messageId":)" + id + "}");
    CHECK(count(bora.take(), R"("deletedAt")") >= 1);
}

TEST_CASE("the sender alone hears what becomes of a post") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    for (Stomp* each : {&ari, &bora}) {
        each->subscribe("/topic/message/status/1", "s");
        each->subscribe("/user/queue/errors", "e");
    }
    auto told = ari.send("/app/chat", R"({"roomId":1,"content":"x","tempId":"t-1"})");
    REQUIRE(told.size() == 2);
    CHECK(has(told[0],
              R"({"tempId":"t-1","status":"SENDING","persistedId":null,"errorMessage":null,)"));
    CHECK(has(told[1], R"("status":"SAVED","persistedId":)"));
    CHECK(bora.take().empty());
    told = ari.send("/app/chat", R"({"roomId":999,"content":"x","tempId":"t-2"})");
    CHECK(count(told, R"("code":"not_found")") == 1);
    CHECK(count(told, R"("tempId":"t-2")") == 1);
    told = ari.send("/app/chat", R"({"roomId":1,"content":" ","tempId":"t-3"})");
    CHECK(count(told, R"("status":"FAILED")") == 1);
    CHECK(count(told, R"("code":"empty")") == 1);
    CHECK(ari.close_code() == 0);
}

TEST_CASE("a refusal that nobody listens for is an ERROR frame and the end") {
    NativeWorld world;
    const Pair pair(world);
    const auto refused = [&](auto&& act, std::string_view part) {
        Stomp cheol(world, "cheol");
        const auto told = act(cheol);
        CAPTURE(told.size());
        REQUIRE(count(told, "ERROR\n") == 1);
        CHECK(count(told, part) == 1);
        CHECK(cheol.close_code() != 0);
    };
    refused([](Stomp& it) { return it.subscribe("/topic/messages/1", "a"); }, "not_a_member");
    refused([](Stomp& it) { return it.subscribe("/topic/nothing", "a"); }, "not_found");
    refused([](Stomp& it) { return it.subscribe("/queue/user/1", "a"); }, "forbidden");
    refused([](Stomp& it) { return it.subscribe("/user/1/queue/errors", "a"); }, "forbidden");
    refused([](Stomp& it) { return it.subscribe("/topic/thread/1", "a"); }, "not_found");
    refused([](Stomp& it) { return it.send("/app/nothing", "{}"); }, "not_found");
    refused([](Stomp& it) { return it.send("/app/chat", "no json", "\nreceipt:9"); },
            "receipt-id:9");
    refused([](Stomp& it) { return it.send("/app/chat", R"({"content":"x"})"); }, "malformed");
    refused([](Stomp& it) { return it.ask(frame("SUBSCRIBE\ndestination:/topic/presence")); },
            "id is missing");
    refused([](Stomp& it) { return it.ask(frame("UNSUBSCRIBE\nid:a")); }, "no subscription");
    refused([](Stomp& it) { return it.ask(frame("nonsense")); }, "command is unknown");
    refused(
        [](Stomp& it) {
            return it.ask(frame("SUBSCRIBE\nid:a\ndestination:/topic/presence\nreceipt:7\nx:\\t"));
        },
        "receipt-id:7");
    refused(
        [](Stomp& it) {
            it.subscribe("/topic/presence", "b");
            return it.ask(frame("ACK\nid:a@b"));
        },
        "acknowledged");
    refused([](Stomp& it) { return it.ask(frame("COMMIT\ntransaction:a")); },
            "no such transaction");
    refused([](Stomp& it) { return it.ask(frame("CONNECT\naccept-version:1.2")); }, "already");
    refused([](Stomp& it) { return it.subscribe("/topic/presence", "a", "\nack:perhaps"); },
            "ack is none of");
}

TEST_CASE("where errors are listened for a refusal leaves the connection as it is") {
    NativeWorld world;
    const Pair pair(world);
    Stomp cheol(world, "cheol");
    cheol.subscribe("/user/queue/errors", "e");
    const auto told = cheol.subscribe("/topic/messages/1", "a");
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], R"({"destination":"/topic/messages/1","code":"not_a_member","message":")"));
    CHECK(cheol.close_code() == 0);
    CHECK(has(told[0], R"("receiptId":"r")"));
    const auto wrong = cheol.send("/app/chat", R"({"content":"x"})");
    REQUIRE(wrong.size() == 1);
    CHECK(has(wrong[0], R"("details":{"field":"roomId"})"));
    CHECK(has(wrong[0], R"("message":"The request is not well-formed: roomId must be an id )"));
    // What was refused is not there: its id is free.
    CHECK(count(cheol.subscribe("/topic/presence", "a"), "RECEIPT") == 1);
}

TEST_CASE("what comes behind a frame that was refused is not done") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    ari.subscribe("/topic/messages/1", "a");
    const auto told =
        bora.ask(frame("SUBSCRIBE\nid:a\ndestination:/topic/messages/99\nreceipt:1") +
                 frame("SUBSCRIBE\nid:b\ndestination:/topic/nothing\nreceipt:2") +
                 frame("SEND\ndestination:/app/chat", R"({"roomId":1,"content":"too late"})"));
    CHECK(count(told, "ERROR\n") == 1);
    CHECK(bora.close_code() == 1008);
    CHECK(ari.take().empty());
}

TEST_CASE("a room that ends takes its subscriptions along, and nothing else") {
    NativeWorld world;
    const Pair pair(world);
    const auto ari = world.connect_as("ari");
    ari->ask(R"({"id":1,"type":"create","title":"g","memberIds":[2]})");
    Stomp listening(world, "bora");
    Stomp quiet(world, "bora");
    listening.subscribe("/user/queue/errors", "e");
    for (Stomp* const bora : {&listening, &quiet}) {
        bora->subscribe("/topic/messages/1", "a");
        bora->subscribe("/topic/messages/2", "b");
        bora->subscribe("/topic/typing/2", "c");
    }
    ari->ask(R"({"id":2,"type":"remove","roomId":2,"userId":2})");
    const auto told = listening.take();
    CHECK(count(told, R"("destination":"/topic/messages/2","code":"not_a_member")") == 1);
    CHECK(count(told, R"("destination":"/topic/typing/2","code":"not_a_member")") == 1);
    CHECK(count(quiet.take(), "ERROR") == 0);
    ari->ask(R"({"id":3,"type":"post","roomId":1,"content":"still here"})");
    CHECK(count(listening.take(), "still here") == 1);
    CHECK(count(quiet.take(), "still here") == 1);
    world.engine().rooms().delete_room({.user = {}, .home = 0, .is_admin = true}, RoomId{1},
                                       [](const auto&) {});
    world.settle();
    CHECK(count(listening.take(), R"("destination":"/topic/messages/1","code":"room_deleted")") ==
          1);
    CHECK(quiet.close_code() == 0);
    CHECK(count(quiet.subscribe("/topic/presence", "d"), "RECEIPT") == 1);
}

TEST_CASE("only reading is told as read") {
    NativeWorld world;
    const auto ari = world.connect_as("ari");
    ari->ask(R"({"id":1,"type":"create","title":"g","memberIds":[2]})");
    Stomp bora(world, "bora");
    bora.subscribe("/topic/room.1.read", "r");
    bora.subscribe("/topic/messages/1", "m");
    const auto posted = bora.send("/app/chat", R"({"roomId":1,"content":"hi"})");
    const auto read = [&] { return count(bora.take(), "lastReadMessageId"); };
    ari->ask(R"({"id":2,"type":"invite","roomId":1,"userIds":[3]})");
    CHECK(bora.take().empty());
    const auto cheol = world.connect_as("cheol");
    cheol->ask(R"({"id":1,"type":"leave","roomId":1})");
    ari->ask(R"({"id":3,"type":"invite","roomId":1,"userIds":[3]})");
    CHECK(bora.take().empty());
    bora.send("/app/chat", R"({"roomId":1,"content":"and?"})");
    bora.take();
    cheol->ask(R"({"id":2,"type":"read","roomId":1})");
    CHECK(read() == 1);
    cheol->ask(R"({"id":3,"type":"leave","roomId":1})");
    CHECK(bora.take().empty());
}

TEST_CASE("the receipt of a COMMIT comes when all of it is done, and not where some is refused") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    ari.subscribe("/user/queue/errors", "e");
    const auto commit = [&](std::string_view second) {
        ari.ask(frame("BEGIN\ntransaction:t"));
        ari.send("/app/chat", R"({"roomId":1,"content":"one"})", "\ntransaction:t\nreceipt:s1");
        ari.send("/app/chat", second, "\ntransaction:t\nreceipt:s2");
        return ari.ask(frame("COMMIT\ntransaction:t\nreceipt:c"));
    };
    const auto told = commit(R"({"roomId":1,"content":"two"})");
    REQUIRE(told.size() == 3);
    CHECK(has(told[2], "receipt-id:c\n"));
    const auto refused = commit(R"({"roomId":1,"content":""})");
    CHECK(count(refused, "receipt-id:s1\n") == 1);
    CHECK(count(refused, R"("receiptId":"s2")") == 1);
    CHECK(count(refused, "receipt-id:c\n") == 0);
    CHECK(ari.ask(frame("BEGIN\ntransaction:e")).empty());
    CHECK(count(ari.ask(frame("COMMIT\ntransaction:e\nreceipt:empty")), "receipt-id:empty\n") == 1);
}

TEST_CASE("transactions hold what is sent until they are committed") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    bora.subscribe("/topic/messages/1", "sub-0");
    CHECK(count(ari.ask(frame("BEGIN\ntransaction:t\nreceipt:1")), "RECEIPT") == 1);
    ari.send("/app/chat", R"({"roomId":1,"content":"one"})", "\ntransaction:t");
    ari.send("/app/chat", R"({"roomId":1,"content":"two"})", "\ntransaction:t");
    CHECK(bora.take().empty());
    ari.ask(frame("COMMIT\ntransaction:t"));
    const auto told = bora.take();
    REQUIRE(told.size() == 2);
    CHECK(has(told[0], "one"));
    CHECK(has(told[1], "two"));
    ari.ask(frame("BEGIN\ntransaction:t"));
    ari.send("/app/chat", R"({"roomId":1,"content":"three"})", "\ntransaction:t");
    ari.ask(frame("ABORT\ntransaction:t"));
    CHECK(bora.take().empty());
    CHECK(ari.close_code() == 0);
}

TEST_CASE("what is told of a subscription ends with it") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    bora.subscribe("/topic/messages/1", "a", "\nack:client-individual");
    bora.subscribe("/topic/room.1", "b");
    bora.subscribe("/topic/typing/1", "c");
    ari.send("/app/typing", R"({"roomId":1,"isTyping":true})");
    CHECK(has(bora.take().at(0), R"({"roomId":1,"userId":1,"isTyping":true})"));
    ari.send("/app/chat.send", R"({"roomId":1,"content":"x"})");
    auto told = bora.take();
    REQUIRE(told.size() == 2);
    CHECK(has(told[1], R"("type":"TEXT")"));
    const auto ack = told[0].find("ack:");
    REQUIRE(ack != std::string::npos);
    const std::string id = told[0].substr(ack + 4, told[0].find('\n', ack) - ack - 4);
    CHECK(bora.ask(frame("ACK\nid:" + id + "\nreceipt:k")).at(0) == "RECEIPT\nreceipt-id:k\n\n\0"s);
    CHECK(bora.ask(frame("UNSUBSCRIBE\nid:a\nreceipt:u")).size() == 1);
    // What was told before may be acknowledged late.
    CHECK(count(bora.ask(frame("ACK\nid:" + id + "\nreceipt:l")), "RECEIPT") == 1);
    ari.send("/app/chat.send", R"({"roomId":1,"content":"y"})");
    told = bora.take();
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], "destination:/topic/room.1\n"));
    bora.ask(frame("UNSUBSCRIBE\nid:b"));
    bora.ask(frame("UNSUBSCRIBE\nid:c"));
    ari.send("/app/chat.send", R"({"roomId":1,"content":"z"})");
    CHECK(bora.take().empty());
}

TEST_CASE("answers come where they are listened for") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    for (const char* const queue : {"rooms", "sync", "thread", "errors"}) {
        ari.subscribe("/user/queue/"s + queue, queue);
    }
    CHECK(has(ari.send("/app/rooms", "").at(0), R"({"items":[{"id":1,)"));
    CHECK(has(ari.send("/app/group-chat", R"({"title":"us","memberIds":["2"]})").at(0),
              R"("title":"us")"));
    ari.send("/app/chat", R"({"roomId":1,"content":{"text":"root","type":"TEXT"}})");
    const auto changes = ari.send("/app/sync", R"({"roomId":1,"since":0})");
    REQUIRE(changes.size() == 1);
    CHECK(has(changes[0], R"("content":"root")"));
    const auto at = changes[0].find(R"("content":"root")");
    const auto start = changes[0].rfind(R"("id":)", at) + 5;
    const std::string root = changes[0].substr(start, changes[0].find(',', start) - start);
    ari.subscribe("/topic/thread/" + root, "t");
    const auto reply = ari.send(
        "/app/thread", R"({"roomId":1,"parentMessageId":)" + root + R"(,"content":"reply"})");
    CHECK(count(reply, "destination:/topic/thread/" + root) == 1);
    CHECK(has(ari.send("/app/thread/messages", R"({"parentMessageId":)" + root + "}").at(0),
              R"("content":"reply")"));
    CHECK(has(ari.send("/app/thread/detail", R"({"parentMessageId":)" + root + "}").at(0),
              R"("replyCount":1)"));
}

TEST_CASE("read marks and presence are told to the messenger") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    ari.subscribe("/topic/room.1.read", "r");
    ari.subscribe("/topic/presence", "p");
    ari.subscribe("/user/queue/room-updates", "u");
    ari.send("/app/chat.send", R"({"roomId":1,"content":"x"})");
    ari.take();
    {
        Stomp bora(world, "bora");
        const auto told = ari.take();
        CHECK(count(told, R"({"userId":2,"status":"ONLINE"})") == 1);
        bora.send("/app/read-all", R"({"roomId":1})");
        CHECK(count(ari.take(), R"({"userId":2,"lastReadMessageId":)") == 1);
        bora.send("/app/chat.send", R"({"roomId":1,"content":"hi"})");
        world.pass(std::chrono::seconds{1});  // lists are gathered
        CHECK(count(ari.take(), R"("lastMessage":"hi")") == 1);
    }
    CHECK(count(ari.take(), R"({"userId":2,"status":"OFFLINE"})") == 1);
}

TEST_CASE("DISCONNECT is answered, and the connection ends well") {
    NativeWorld world;
    Stomp ari(world, "ari");
    CHECK(ari.ask(frame("DISCONNECT\nreceipt:77")).at(0) == "RECEIPT\nreceipt-id:77\n\n\0"s);
    CHECK(ari.close_code() == 1000);
}

TEST_CASE("the first message decides where no subprotocol was offered") {
    NativeWorld world;
    const auto native = world.connect("");
    CHECK(has(native->ask(R"({"id":1,"type":"hello","token":"ari"})").at(0), R"("type":"ok")"));
    const auto stomp = world.connect("");
    CHECK(stomp->ask(frame("CONNECT\naccept-version:1.2\nAuthorization:Bearer ari"))
              .at(0)
              .starts_with("CONNECTED\n"));
}
