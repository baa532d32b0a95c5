// The namespace of stores from packet to packet, over a real engine.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "socketio_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

using Told = std::vector<std::string>;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

Told of(const Told& told, std::string_view name) {
    Told some;
    std::copy_if(told.begin(), told.end(), std::back_inserter(some), [&](const std::string& each) {
        return each.starts_with(R"(42/chat,[")" + std::string(name) + R"(",)");
    });
    return some;
}

struct Pair {
    SocketIoWorld world;
    SocketClient ari{world};
    SocketClient bora{world};

    Pair() {
        ari.join_chat("ari");
        bora.join_chat("bora");
    }
    void join() {
        CHECK(ari.ask(R"(42/chat,0["join-room",{"roomId":1}])").at(0) ==
              R"(43/chat,0[{"success":true}])");
        CHECK(bora.ask(R"(42/chat,0["join-room",{"roomId":"1"}])").at(0) ==
              R"(43/chat,0[{"success":true}])");
    }
};

}  // namespace

TEST_CASE("joining is acknowledged, and tells where the client stands") {
    Pair pair;
    const Told told = pair.ari.ask(R"(42/chat,12["join-room",{"roomId":1}])");
    CHECK(told == Told{R"(43/chat,12[{"success":true}])", R"(42/chat,["offset","1:0"])"});
    // Once more changes nothing.
    CHECK(pair.ari.ask(R"(42/chat,13["join-room",{"roomId":1}])") ==
          Told{R"(43/chat,13[{"success":true}])"});
    CHECK(pair.ari.ask(R"(42/chat,14["leave-room",{"roomId":1}])") ==
          Told{R"(43/chat,14[{"success":true}])", R"(42/chat,["offset",""])"});
    CHECK(pair.ari.ask(R"(42/chat,["leave-room",{"roomId":1}])").empty());
}

TEST_CASE("a message reaches everybody joined, in the same bytes") {
    Pair pair;
    pair.join();
    SocketClient other(pair.world);  // another device of hers
    other.join_chat("ari");
    other.ask(R"(42/chat,0["join-room",{"roomId":1}])");
    const Told own = pair.ari.ask(R"(42/chat,3["send-message",{"roomId":1,"text":"안녕 \"hi\""}])");
    const Told hers = of(own, "new-message");
    REQUIRE(hers.size() == 1);
    CHECK(has(hers[0],
              R"("roomId":1,"text":"안녕 \"hi\"","senderId":1,"senderType":"USER","createdAt":")"));
    CHECK(hers[0].ends_with(R"("},"1:2"])"));
    CHECK(of(pair.bora.take(), "new-message") == hers);
    CHECK(of(other.take(), "new-message") == hers);
    const auto ack = std::find_if(own.begin(), own.end(), [](const std::string& each) {
        return each.starts_with("43/chat,3[");
    });
    REQUIRE(ack != own.end());
    CHECK(ack->starts_with(
        R"(43/chat,3[{"success":true,"message":{"id":2,"roomId":1,"text":"안녕 \"hi\"",)"));
    // The store's owner speaks for it.
    pair.bora.ask(R"(42/chat,["send-message",{"roomId":1,"text":"welcome"}])");
    CHECK(has(of(pair.ari.take(), "new-message").at(0), R"("senderId":2,"senderType":"STORE")"));
}

TEST_CASE("those who have not joined hear of the room alone") {
    Pair pair;
    CHECK(pair.ari.ask(R"(42/chat,["join-room",{"roomId":1}])").size() == 1);
    pair.ari.ask(R"(42/chat,["send-message",{"roomId":1,"text":"anybody?"}])");
    pair.world.wait(1s);
    const Told bora = pair.bora.take();
    CHECK(of(bora, "new-message").empty());
    const Told updates = of(bora, "room-updated");
    REQUIRE(!updates.empty());
    CHECK(updates.back().starts_with(
        R"(42/chat,["room-updated",{"id":1,"userId":1,"storeId":4,"lastMessage":"anybody?",)"));
    CHECK(has(updates.back(), R"("userUnread":0,"storeUnread":1,)"));
    CHECK(updates.back().ends_with("}]"));
    const Told hers = of(pair.ari.take(), "room-updated");
    REQUIRE(!hers.empty());
    CHECK(hers.back() == updates.back());
}

TEST_CASE("a key makes a message come once") {
    Pair pair;
    pair.join();
    const std::string send =
        R"(["send-message",{"roomId":1,"text":"once","clientKey":"0190b3a0-0000-7000-8000-000000000001"}])";
    pair.ari.ask("42/chat,1" + send);
    pair.ari.ask("42/chat,2" + send);
    CHECK(of(pair.bora.take(), "new-message").size() == 1);
}

TEST_CASE("what is read is told to everybody joined") {
    Pair pair;
    pair.join();
    pair.ari.ask(R"(42/chat,["send-message",{"roomId":1,"text":"read me"}])");
    pair.ari.take();
    const Told told = pair.bora.ask(R"(42/chat,9["mark-read",{"roomId":1}])");
    CHECK(std::find(told.begin(), told.end(), R"(43/chat,9[{"success":true}])") != told.end());
    pair.world.wait(1s);
    const Told read = of(pair.ari.take(), "read");
    REQUIRE(read.size() == 1);
    CHECK(has(read[0], R"({"roomId":1,"userId":2,"readAt":"20)"));
    CHECK(of(pair.bora.take(), "read").size() + of(told, "read").size() == 1);
}

TEST_CASE("refusals are acknowledged where that is asked for, and told where not") {
    Pair pair;
    SocketClient cheol(pair.world);
    cheol.join_chat("cheol");
    const auto refused = [&](SocketClient& client, const std::string& arguments,
                             std::string_view code) {
        CAPTURE(arguments);
        const Told acked = client.ask("42/chat,8" + arguments);
        REQUIRE(acked.size() == 1);
        CHECK(acked[0].starts_with(R"(43/chat,8[{"success":false,"error":{"code":")" +
                                   std::string(code) + R"(","message":")"));
        const Told told = client.ask("42/chat," + arguments);
        REQUIRE(told.size() == 1);
        CHECK(told[0].starts_with(R"(42/chat,["error",{"code":")" + std::string(code) +
                                  R"(","message":")"));
    };
    refused(cheol, R"(["join-room",{"roomId":1}])", "not_a_member");
    refused(cheol, R"(["send-message",{"roomId":1,"text":"a"}])", "not_a_member");
    refused(cheol, R"(["mark-read",{"roomId":1}])", "not_a_member");
    refused(pair.ari, R"(["join-room",{"roomId":99}])", "not_a_member");
    refused(pair.ari, R"(["join-room",{"roomId":-1}])", "malformed");
    refused(pair.ari, R"(["join-room",{}])", "malformed");
    refused(pair.ari, R"(["join-room"])", "malformed");
    refused(pair.ari, R"(["join-room","1"])", "malformed");
    refused(pair.ari, R"(["leave-room",{"roomId":"x"}])", "malformed");
    refused(pair.ari, R"(["send-message",{"roomId":1}])", "malformed");
    refused(pair.ari, R"(["send-message",{"roomId":1,"text":7}])", "malformed");
    refused(pair.ari, R"(["send-message",{"roomId":1,"text":"a","clientKey":"x"}])", "malformed");
    refused(pair.ari, R"(["send-message",{"roomId":1,"text":""}])", "empty");
    refused(pair.ari, R"(["dance",{}])", "malformed");
    refused(pair.ari, R"([1,{}])", "malformed");
    // A room that is about no store is none here.
    pair.world.connect_as("ari")->ask(R"({"id":1,"type":"open","userId":2})");
    refused(pair.ari, R"(["join-room",{"roomId":2}])", "not_found");
    refused(pair.ari, R"(["send-message",{"roomId":2,"text":"a"}])", "not_found");
}

TEST_CASE("refusals name what the client has sent") {
    Pair pair;
    const auto says = [&](const std::string& arguments, std::string_view message) {
        CAPTURE(arguments);
        const std::string told = pair.ari.ask("42/chat,8" + arguments).at(0);
        CHECK(has(told, R"("message":")" + std::string(message) + R"("}}])"));
        CHECK(has(pair.ari.ask("42/chat," + arguments).at(0), message));
    };
    says(R"(["dance",{}])", R"(There is no event \"dance\" in /chat.)");
    says(R"(["Join-Room",{"roomId":1}])", R"(There is no event \"Join-Room\" in /chat.)");
    says(R"(["",{}])", R"(There is no event \"\" in /chat.)");
    says(R"([17,{}])", "There is no event 17 in /chat.");
    says(R"(["춤",{}])", R"(There is no event \"춤\" in /chat.)");
    says(R"(["a\"b\\c\n\u0000\u202e\ud83d\ude00\udb40\udc41",{}])",
         R"(There is no event \"a\\\"b\\\\c\\u{a}\\u{0}\\u{202e}😀\\u{e0041}\" in /chat.)");
    const std::string forty = [] {
        std::string text;
        for (int i = 0; i < 40; ++i) text += "춤";
        return text;
    }();
    says(R"([")" + forty + R"("])", R"(There is no event \")" + forty + R"(\" in /chat.)");
    says(R"([")" + forty + R"(!"])", R"(There is no event \")" + forty + R"(…\" in /chat.)");
    says(R"(["send-message",{"roomId":1}])",
         "The request is not well-formed: text must be a text in UTF-8.");
    const auto names_text = [&](const std::string& text) {
        const std::string told =
            pair.ari.ask(R"(42/chat,8["send-message",{"roomId":1,"text":")" + text + R"("}])")
                .at(0);
        CHECK(has(told, ": text."));
        CHECK_FALSE(has(told, "content"));
    };
    names_text("");
    names_text(" ");
    names_text(std::string(1'001, 'a'));
}

TEST_CASE("who stands in several rooms is told of that behind what happens") {
    Pair pair;
    const RoomId second = pair.world.open_room(SocketIoWorld::cheol, "4");
    REQUIRE(second == RoomId{2});
    pair.bora.ask(R"(42/chat,["join-room",{"roomId":2}])");
    const Told joined = pair.bora.ask(R"(42/chat,["join-room",{"roomId":1}])");
    REQUIRE(!joined.empty());
    CHECK(joined.back() == R"(42/chat,["offset","1:0,2:0"])");
    pair.world.say(SocketIoWorld::ari, SocketIoWorld::room, "one");
    const Told told = pair.bora.take();
    REQUIRE(told.size() >= 2);
    CHECK(told[0].starts_with(R"(42/chat,["new-message",)"));
    CHECK(told[0].ends_with(R"("}])"));
    CHECK(told[1] == R"(42/chat,["offset","1:3,2:0"])");
    // And in one room again, by the event itself.
    CHECK(pair.bora.ask(R"(42/chat,["leave-room",{"roomId":2}])").back() ==
          R"(42/chat,["offset","1:3"])");
    pair.world.say(SocketIoWorld::ari, SocketIoWorld::room, "two");
    const Told alone = of(pair.bora.take(), "new-message");
    REQUIRE(alone.size() == 1);
    CHECK(alone[0].ends_with(R"("},"1:4"])"));
}

TEST_CASE("by polling all is told likewise") {
    SocketIoWorld world;
    const std::string sid = world.open();
    world.post(sid, R"(40/chat,{"token":"ari"})");
    world.post(sid, R"(42/chat,1["join-room",{"roomId":1}])");
    world.get(sid);
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "first");
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "second");
    const std::string body = world.get(sid).body;
    CHECK(body.starts_with(R"(42/chat,["new-message",{"id":2,)"));
    CHECK(has(body,
              "\"1:2\"]\x1e"
              R"(42/chat,["new-message",{"id":3,)"));
    // And over the WebSocket that takes over.
    SocketClient socket(world, SocketIoWorld::websocket + "&sid=" + sid);
    socket.ask("2probe");
    socket.ask("5");
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "third");
    const Told told = of(socket.take(), "new-message");
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], R"("text":"third")"));
}

TEST_CASE("leaving while joining is answered, and leaves nothing behind") {
    Pair pair;
    for (int i = 0; i < 3; ++i) {
        pair.ari.ask(R"(42/chat,1["join-room",{"roomId":1}])");
        pair.ari.ask(R"(42/chat,2["leave-room",{"roomId":1}])");
    }
    pair.world.say(SocketIoWorld::bora, SocketIoWorld::room, "nobody listens");
    CHECK(of(pair.ari.take(), "new-message").empty());
    pair.ari.ask(R"(41/chat,)");
    pair.ari.join_chat("ari");
    pair.world.say(SocketIoWorld::bora, SocketIoWorld::room, "nor now");
    CHECK(of(pair.ari.take(), "new-message").empty());
}

TEST_CASE("a room that is gone is told") {
    Pair pair;
    pair.join();
    pair.world.engine().contexts().remove({.user = SocketIoWorld::bora, .is_admin = true},
                                          {"store", "4"}, [](const Result<std::int64_t>&) {});
    pair.world.wait(2s);
    const Told told = pair.ari.take();
    const Told errors = of(told, "error");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].starts_with(R"(42/chat,["error",{"code":"room_deleted","message":")"));
    CHECK(told.back() == R"(42/chat,["offset",""])");
}

TEST_CASE("who is in a room no more is told so") {
    Pair pair;
    pair.join();
    bool left = false;
    pair.world.engine().rooms().leave(
        {.user = SocketIoWorld::ari}, SocketIoWorld::room, true,
        [&](const Result<RoomView>& room) { left = room.has_value(); });
    pair.world.wait(2s);
    REQUIRE(left);
    const Told told = pair.ari.take();
    const Told errors = of(told, "error");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].starts_with(R"(42/chat,["error",{"code":"not_a_member","message":")"));
    CHECK(of(pair.bora.take(), "error").empty());
}

TEST_CASE("half of a surrogate pair, and a number beyond 64 bits, are refused alone") {
    Pair pair;
    pair.join();
    for (const char* const text : {R"("half \ud83d")", "123456789012345678901234567890"}) {
        const Told told = pair.ari.ask(
            fmt::format(R"(42/chat,7["send-message",{{"roomId":1,"text":{}}}])", text));
        REQUIRE(told.size() == 1);
        CHECK(told[0].starts_with(R"(43/chat,7[{"success":false,"error":{"code":"malformed",)"));
    }
    const Told told = pair.ari.ask(R"(42/chat,8["send-message",{"roomId":1,"text":"whole"}])");
    CHECK(std::ranges::any_of(told, [](const std::string& each) {
        return each.starts_with(R"(43/chat,8[{"success":true,)");
    }));
    CHECK(of(pair.bora.take(), "new-message").size() == 1);
}

TEST_CASE("a room of two strangers about a store is told to nobody, and not forgotten for ever") {
    SocketIoWorld world;
    RoomId aside;
    world.engine().rooms().open_direct(
        {.user = SocketIoWorld::cheol}, SocketIoWorld::ari, Context{"store", "4"},
        [&](const Result<RoomView>& opened) { aside = opened ? opened->room.id : RoomId{}; });
    world.settle();
    REQUIRE(aside != RoomId{});
    SocketClient ari(world);
    ari.join_chat("ari");
    CHECK(has(ari.ask(fmt::format(R"(42/chat,1["join-room",{{"roomId":{}}}])", aside.value)).at(0),
              R"({"success":false,"error":{"code":"not_found",)"));
    CHECK(has(
        ari.ask(fmt::format(R"(42/chat,2["send-message",{{"roomId":{},"text":"?"}}])", aside.value))
            .at(0),
        R"({"success":false,"error":{"code":"not_found",)"));
    world.say(SocketIoWorld::cheol, aside, "pay to this account");
    world.wait(1s);
    CHECK(ari.take().empty());
    // Once the store is hers of whom it is with, it is one of its rooms.
    world.engine().contexts().put({.user = SocketIoWorld::cheol, .is_admin = true}, {"store", "4"},
                                  {.owner = SocketIoWorld::cheol, .title = "Shop", .metadata = {}},
                                  [](const Result<RegisteredContext>&) {});
    world.settle();
    world.say(SocketIoWorld::cheol, aside, "it is mine now");
    world.wait(1s);
    const Told updates = of(ari.take(), "room-updated");
    REQUIRE(!updates.empty());
    CHECK(has(updates.back(), R"("lastMessage":"it is mine now")"));
}

namespace {

/// Sends all of them at once, and gives what was answered.
Told send_together(SocketIoWorld& world, const std::string& sid, const Told& packets) {
    std::string body;
    for (const std::string& each : packets) body += (body.empty() ? "" : "\x1e") + each;
    REQUIRE(world.post(sid, body).status == 200);
    const std::string told = world.get(sid).body;
    Told answers;
    for (std::size_t at = 0; at <= told.size();) {
        const std::size_t end = std::min(told.find('\x1e', at), told.size());
        answers.push_back(told.substr(at, end - at));
        at = end + 1;
    }
    return answers;
}

std::string message_to(RoomId room, std::string_view text, std::string_view id = "") {
    return fmt::format(R"(42/chat,{}["send-message",{{"roomId":{},"text":"{}"}}])", id, room.value,
                       text);
}

/// What the person said, of the rooms, in the order in which it was stored.
Told said_in(SocketIoWorld& world, UserId user, std::initializer_list<RoomId> rooms) {
    std::vector<Message> messages;
    for (RoomId room : rooms) {
        HistoryQuery query;
        query.room = room;
        world.engine().messages().history({.user = user}, query, [&](const Result<History>& found) {
            REQUIRE(found);
            messages.insert(messages.end(), found->messages.begin(), found->messages.end());
        });
        world.settle();
    }
    std::sort(messages.begin(), messages.end(),
              [](const Message& left, const Message& right) { return left.id < right.id; });
    Told texts;
    for (const Message& each : messages) texts.push_back(each.content);
    return texts;
}

}  // namespace

TEST_CASE("what a client sends is done in its order, also in rooms that it has not joined") {
    SocketIoWorld world;
    const RoomId other = world.open_room(SocketIoWorld::ari, "5");
    const std::string sid = world.open();
    world.post(sid, R"(40/chat,{"token":"ari"})");
    world.post(sid, R"(42/chat,["join-room",{"roomId":1}])");
    world.get(sid);
    const Told packets = {message_to(other, "1"), message_to(SocketIoWorld::room, "2"),
                          message_to(other, "3"), message_to(SocketIoWorld::room, "4"),
                          // What is refused keeps nothing else back.
                          message_to(RoomId{id_max}, "no", "7"),
                          message_to(SocketIoWorld::room, "5")};
    const Told told = send_together(world, sid, packets);
    CHECK(std::count_if(told.begin(), told.end(), [](const std::string& each) {
              return each.starts_with(
                  R"(43/chat,7[{"success":false,"error":{"code":"not_a_member")");
          }) == 1);
    CHECK(said_in(world, SocketIoWorld::ari, {SocketIoWorld::room, other}) ==
          Told{"1", "2", "3", "4", "5"});
}

TEST_CASE("what waits for its turn is bounded, in number and in bytes") {
    SocketIoWorld world;
    const std::string sid = world.open();
    world.post(sid, R"(40/chat,{"token":"ari"})");
    world.get(sid);
    const auto surplus = [&](const Told& packets) {
        const Told told = send_together(world, sid, packets);
        return std::count_if(told.begin(), told.end(), [](const std::string& each) {
            return has(each, R"("code":"too_many")");
        });
    };
    const std::string large = message_to(SocketIoWorld::room, std::string(100 * 1024, 'x'));
    // The first does not wait, two wait.
    CHECK(surplus(Told(3, large)) == 0);
    CHECK(surplus(Told(5, large)) == 2);
    CHECK(surplus(Told(3, large)) == 0);
    const std::string read = R"(42/chat,["mark-read",{"roomId":1}])";
    CHECK(surplus(Told(4'100, read)) == 4);
}
