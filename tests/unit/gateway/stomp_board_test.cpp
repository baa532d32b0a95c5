// What a room's board tells to STOMP's topics of the social system: read copies, pins, and who has
// read in the legacy form.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stomp_client.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// The number behind `"id":` of the message in a frame.
std::string message_id(const std::string& frame) {
    const auto at = frame.find(R"({"id":)") + 6;
    const auto first = frame.find_first_of("0123456789", at);
    return frame.substr(first, frame.find_first_not_of("0123456789", first) - first);
}

std::int64_t number_after(const std::string& frame, const std::string& name) {
    const auto at = frame.find("\"" + name + "\":");
    REQUIRE(at != frame.npos);
    return std::stoll(frame.substr(at + name.size() + 3));
}

}  // namespace

TEST_CASE("a read pointer sends the message that it points at once more") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    ari.subscribe("/topic/messages/1", "m");
    bora.subscribe("/topic/room.1.read", "r");
    ari.send("/app/chat", R"({"roomId":1,"content":"one"})");
    const auto told = ari.send("/app/chat", R"({"roomId":1,"content":"two"})");
    const std::string posted = told.at(told.size() - 1);
    CHECK(number_after(posted, "changedAt") == std::stoll(message_id(posted)));
    bora.take();
    const auto own = bora.send("/app/read", R"({"messageId":)" + message_id(posted) + "}");
    const auto copies = ari.take();
    REQUIRE(copies.size() == 1);
    CHECK(message_id(copies[0]) == message_id(posted));
    CHECK(has(copies[0], R"("content":"two")"));
    CHECK(number_after(copies[0], "changedAt") > std::stoll(message_id(posted)));
    // The messenger's topics hear of the pointer alone.
    CHECK(count(own, R"("lastReadMessageId":)") == 1);
}

TEST_CASE("nobody is told what another has bookmarked") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    ari.subscribe("/topic/messages/1", "m");
    ari.subscribe("/topic/pins/1", "p");
    bora.subscribe("/topic/messages/1", "m");
    bora.subscribe("/topic/pins/1", "p");
    const auto posted = bora.send("/app/chat", R"({"roomId":1,"content":"one"})");
    const std::string id = message_id(posted.at(0));
    world.connect_as("ari")->ask(R"({"id":1,"type":"bookmark","messageId":)" + id + "}");
    bora.take();
    ari.take();
    auto told = ari.send("/app/read", R"({"messageId":)" + id + "}");
    const auto pinned = ari.send("/app/pin/toggle", R"({"roomId":1,"messageId":)" + id + "}");
    told.insert(told.end(), pinned.begin(), pinned.end());
    const auto others = bora.take();
    for (const auto& heard : {told, others}) {
        CHECK(count(heard, "destination:/topic/pins/1\n") == 1);
        CHECK(count(heard, "destination:/topic/messages/1\n") >= 1);
        CHECK(count(heard, "bookmarked") == 0);
    }
}

TEST_CASE("what is pinned is told whole whenever it changes, once to all") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    ari.subscribe("/topic/pins/1", "p");
    bora.subscribe("/topic/pins/1", "p");
    bora.subscribe("/topic/messages/1", "m");
    ari.send("/app/chat", R"({"roomId":1,"content":"keep this"})");
    const std::string id = message_id(bora.take().at(0));
    const auto pinned = ari.send("/app/pin/toggle", R"({"messageId":)" + id + R"(,"roomId":1})");
    REQUIRE(pinned.size() == 1);
    CHECK(has(pinned[0], R"({"roomId":1,"pins":[{"id":)" + id));
    CHECK(count(bora.take(), R"("pins":[{)") == 1);
    // Its new state is what is pinned now.
    CHECK(count(ari.send("/app/edit", R"({"messageId":)" + id + R"(,"content":"this too"})"),
                "this too") == 1);
    bora.take();
    const auto free = bora.send("/app/pin/toggle", R"({"messageId":)" + id + R"(,"roomId":1})");
    CHECK(count(free, R"({"roomId":1,"pins":[]})") == 1);
    CHECK(count(ari.take(), R"({"roomId":1,"pins":[]})") == 1);
    // What was never pinned tells nothing of pins.
    ari.send("/app/chat", R"({"roomId":1,"content":"other"})");
    const std::string other = message_id(bora.take().at(0));
    CHECK(ari.send("/app/edit", R"({"messageId":)" + other + R"(,"content":"others"})").empty());
    CHECK(ari.close_code() == 0);
}

TEST_CASE("in the legacy form ids are texts, and a message says who has read it") {
    NativeWorld world;
    world.shared().options.doors.legacy = true;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    ari.subscribe("/topic/messages/1", "m");
    const auto told = ari.send("/app/chat", R"({"roomId":"1","content":"one"})");
    REQUIRE(told.size() == 1);
    CHECK(has(told[0], R"("roomId":"1")"));
    CHECK(has(told[0], R"("readBy":{)"));
    CHECK_FALSE(has(told[0], R"("2":true)"));
    bora.send("/app/read", R"({"messageId":")" + message_id(told[0]) + R"("})");
    const auto copies = ari.take();
    REQUIRE(copies.size() == 1);
    CHECK(has(copies[0], R"("2":true)"));
}

TEST_CASE("who hides a person hears nothing of what that person has pinned or said") {
    NativeWorld world;
    world.connect_as("ari")->ask(R"({"id":1,"type":"create","title":"us","memberIds":[2,3]})");
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    Stomp cheol(world, "cheol");
    world.engine().social().block({UserId{2}, 0}, UserId{3}, true,
                                  [](const auto& done) { REQUIRE(done); });
    world.settle();
    for (Stomp* const each : {&ari, &bora}) {
        each->subscribe("/topic/pins/1", "p");
        each->subscribe("/topic/messages/1", "m");
    }
    cheol.send("/app/chat", R"({"roomId":1,"content":"hidden"})");
    CHECK(bora.take().empty());
    const std::string id = message_id(ari.take().at(0));
    ari.send("/app/pin/toggle", R"({"messageId":)" + id + R"(,"roomId":1})");
    CHECK(count(bora.take(), "hidden") == 0);
    const auto read = cheol.send("/app/read-all", R"({"roomId":1})");
    CHECK(count(bora.take(), "hidden") == 0);
}
