// Connection-state recovery: who comes back with a `pid` and an `offset` misses nothing.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "gateway/socketio/offset.h"
#include "socketio_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;
using namespace std::chrono_literals;

namespace {

using Told = std::vector<std::string>;

Told of(const Told& told, std::string_view name) {
    Told some;
    std::copy_if(told.begin(), told.end(), std::back_inserter(some), [&](const std::string& each) {
        return each.starts_with(R"(42/chat,[")" + std::string(name) + R"(",)");
    });
    return some;
}

/// What happened in rooms, of all that was told.
Told events_of(const Told& told) {
    Told some;
    std::copy_if(told.begin(), told.end(), std::back_inserter(some), [](const std::string& each) {
        return each.starts_with(R"(42/chat,["new-message",)") ||
               each.starts_with(R"(42/chat,["read",)");
    });
    return some;
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t begin = text.find(before) + before.size();
    return std::string(text.substr(begin, text.find(after, begin) - begin));
}

/// A client that remembers as socket.io-client does.
struct Returning {
    SocketIoWorld& world;
    std::string pid = {};
    std::string sid = {};
    std::string offset = {};
    bool recovered = false;
    std::unique_ptr<SocketClient> socket = {};

    /// Comes, or comes back; everything that it is told then.
    Told come(std::string_view token) {
        socket = std::make_unique<SocketClient>(world);
        socket->take();
        const std::string auth =
            pid.empty()
                ? fmt::format(R"({{"token":"{}"}})", token)
                : fmt::format(R"({{"pid":"{}","offset":"{}","token":"{}"}})", pid, offset, token);
        Told told = socket->ask("40/chat," + auth);
        REQUIRE(!told.empty());
        REQUIRE(told[0].starts_with(R"(40/chat,{"sid":")"));
        const std::string now = between(told[0], R"("pid":")", "\"");
        recovered = now == pid;
        if (recovered) CHECK(between(told[0], R"("sid":")", "\"") == sid);
        pid = now;
        sid = between(told[0], R"("sid":")", "\"");
        told.erase(told.begin());
        learn(told);
        return told;
    }
    /// Comes back, and loses the connection again when it has heard so many events.
    Told come_for(std::size_t events, std::string_view token) {
        const std::string before = offset;
        Told told = events_of(come(token));
        lose();
        offset = before;
        told.resize(std::min(told.size(), events));
        return learn(told);
    }
    Told ask(std::string_view text) { return learn(socket->ask(text)); }
    Told take() { return learn(socket->take()); }
    void lose() { socket.reset(); }

private:
    Told learn(Told told) {
        for (const std::string& each : told) {
            if (!each.starts_with("42/chat,[") || !each.ends_with("\"]")) continue;
            const std::size_t begin = each.rfind(",\"") + 2;
            offset = each.substr(begin, each.size() - 2 - begin);
        }
        return told;
    }
};

}  // namespace

TEST_CASE("an offset comes back as it was written, and nothing else is one") {
    const auto parsed = socketio::parse_offset("1:5,20:17", 10);
    REQUIRE(parsed);
    REQUIRE(parsed->size() == 2);
    CHECK((*parsed)[1] == std::pair(RoomId{20}, Position{17}));
    CHECK(socketio::parse_offset("", 10)->empty());
    for (const char* wrong : {"1", "1:", ":1", "a:1", "1:a", "1:5,", ",1:5", "2:1,1:1", "1:1,1:1",
                              "1:-1", "0:1", "1:99999999999999999", "1:1 ", "1:1;2:2", "+1:1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(socketio::parse_offset(wrong, 10));
    }
    CHECK_FALSE(socketio::parse_offset("1:1,2:1", 1));
}

TEST_CASE("who comes back is told what was missed, once, and what happens then") {
    SocketIoWorld world;
    Returning ari{world};
    ari.come("ari");
    CHECK_FALSE(ari.recovered);
    ari.ask(R"(42/chat,1["join-room",{"roomId":1}])");
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "heard");
    CHECK(of(ari.take(), "new-message").size() == 1);
    CHECK(ari.offset == "1:2");
    ari.lose();
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "missed 1");
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "missed 2");
    const Told told = of(ari.come("ari"), "new-message");
    CHECK(ari.recovered);
    REQUIRE(told.size() == 2);
    CHECK(told[0].find("missed 1") != std::string::npos);
    CHECK(told[1].find("missed 2") != std::string::npos);
    CHECK(ari.offset == "1:4");
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "live");
    CHECK(of(ari.take(), "new-message").size() == 1);
    CHECK(ari.offset == "1:5");
    // And again, with nothing missed.
    ari.lose();
    CHECK(of(ari.come("ari"), "new-message").empty());
    CHECK(ari.recovered);
}

TEST_CASE("whose connection breaks while they are told what was missed is told nothing twice") {
    SocketIoWorld world;
    Returning ari{world};
    ari.come("ari");
    ari.ask(R"(42/chat,1["join-room",{"roomId":1}])");
    ari.ask(R"(42/chat,["send-message",{"roomId":1,"text":"heard"}])");
    CHECK(ari.offset == "1:2");
    ari.lose();
    // Who posts has read on, and who was told of that by a reading is told no more.
    world.read(SocketIoWorld::bora, SocketIoWorld::room);
    Told wanted = {R"(["read",{"roomId":1,"userId":2,)"};
    std::vector<std::string> stands = {"1:3"};
    std::vector<MessageId> said;
    for (int i = 0; i < 6; ++i) {
        const std::string text = fmt::format("missed {}", i);
        said.push_back(world.say(SocketIoWorld::bora, SocketIoWorld::room, text));
        wanted.push_back(fmt::format(R"("text":"{}")", text));
        stands.push_back(fmt::format("1:{}", said.back().value));
    }
    // What was changed comes where it was said: else who has heard those behind it would miss it.
    for (const std::size_t changed : {0, 3}) {
        world.edit(SocketIoWorld::bora, said[changed], "changed");
        wanted[changed + 1] = R"("text":"changed")";
    }
    const Returning lost{world, ari.pid, ari.sid, ari.offset, false, nullptr};
    for (std::size_t heard = 0; heard <= wanted.size(); ++heard) {
        CAPTURE(heard);
        Returning back{world, lost.pid, lost.sid, lost.offset, false, nullptr};
        Told told = back.come_for(heard, "ari");
        CHECK(told.size() == heard);
        for (const std::string& each : events_of(back.come("ari"))) told.push_back(each);
        CHECK(back.recovered);
        REQUIRE(told.size() == wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            CHECK(told[i].find(wanted[i]) != std::string::npos);
            CHECK(told[i].ends_with(fmt::format(R"(,"{}"])", stands[i])));
        }
    }
    // Edits are not told, so the offset behind it all is above the last message's.
    CHECK(of(ari.come("ari"), "offset") == Told{R"(42/chat,["offset","1:11"])"});
}

TEST_CASE("it stands in all rooms that it had joined") {
    SocketIoWorld world;
    world.open_room(SocketIoWorld::cheol, "4");
    Returning bora{world};
    bora.come("bora");
    bora.ask(R"(42/chat,1["join-room",{"roomId":1}])");
    bora.ask(R"(42/chat,2["join-room",{"roomId":2}])");
    world.say(SocketIoWorld::ari, RoomId{1}, "a");
    bora.take();
    CHECK(bora.offset == "1:3,2:0");
    bora.lose();
    world.say(SocketIoWorld::cheol, RoomId{2}, "b");
    world.say(SocketIoWorld::ari, RoomId{1}, "c");
    const Told told = bora.come("bora");
    CHECK(bora.recovered);
    CHECK(of(told, "new-message").size() == 2);
    CHECK(!of(told, "room-updated").empty());
    CHECK(bora.offset == "1:5,2:4");
    world.say(SocketIoWorld::cheol, RoomId{2}, "d");
    CHECK(of(bora.take(), "new-message").size() == 1);
}

TEST_CASE("who had left all rooms comes back to none") {
    SocketIoWorld world;
    Returning ari{world};
    ari.come("ari");
    ari.ask(R"(42/chat,1["join-room",{"roomId":1}])");
    ari.ask(R"(42/chat,1["leave-room",{"roomId":1}])");
    ari.lose();
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "not for her");
    CHECK(of(ari.come("ari"), "new-message").empty());
    CHECK(ari.recovered);
}

TEST_CASE("where it cannot be, the session is a new one") {
    SocketIoWorld world;
    Returning ari{world};
    ari.come("ari");
    ari.ask(R"(42/chat,1["join-room",{"roomId":1}])");
    world.say(SocketIoWorld::bora, SocketIoWorld::room, "a");
    ari.take();
    const Returning before{world, ari.pid, ari.sid, ari.offset, false, nullptr};
    const auto anew = [&](const std::string& pid, const std::string& offset,
                          std::string_view token) {
        CAPTURE(pid);
        CAPTURE(offset);
        Returning back{world, pid, before.sid, offset, false, nullptr};
        CHECK(of(back.come(token), "new-message").empty());
        CHECK_FALSE(back.recovered);
        CHECK(back.sid != before.sid);
        world.say(SocketIoWorld::bora, SocketIoWorld::room, "after");
        CHECK(of(back.take(), "new-message").empty());
        CHECK(!back.ask(R"(42/chat,1["join-room",{"roomId":1}])").empty());
    };
    anew("a pid of nobody", "1:1", "ari");
    anew(before.pid, "nonsense", "ari");
    anew(before.pid, "1:1", "bora");      // somebody else's
    anew(before.pid, "1:1,99:5", "ari");  // a room that is not hers
    anew(before.pid, "1:999999", "ari");  // a position of another database
    // More than is told to who comes back.
    for (int i = 0; i < 600; ++i) world.say(SocketIoWorld::bora, SocketIoWorld::room, "much");
    anew(before.pid, "1:1", "ari");
}
