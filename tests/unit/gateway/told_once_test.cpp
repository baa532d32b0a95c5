// That what a room's events say is the same for all who are told it, whatever they call their
// subscriptions, and is never taken for what other events say.

#include "gateway/stomp/told_once.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "stomp_client.h"

using namespace chatcore;
using namespace chatcore::gateway::test;
using chatcore::gateway::stomp::ToldOnce;

namespace {

/// A MESSAGE frame without the lines of its subscription.
std::string without_names(std::string frame) {
    for (const std::string_view name : {"\nsubscription:", "\nack:"}) {
        const std::size_t begin = frame.find(name);
        if (begin != frame.npos) frame.erase(begin, frame.find('\n', begin + 1) - begin);
    }
    return frame;
}

std::string line_of(std::string_view frame, std::string_view name) {
    const std::size_t begin = frame.find("\n" + std::string(name) + ":");
    if (begin == frame.npos) return {};
    return std::string(frame.substr(begin + 1, frame.find('\n', begin + 1) - begin - 1));
}

EventPtr typing(std::int64_t room) {
    TypingSignal signal;
    signal.room = RoomId{room};
    return std::make_shared<const Event>(Event{signal});
}

}  // namespace

TEST_CASE("subscriptions of different names are told the same but for the name") {
    NativeWorld world;
    const Pair pair(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    Stomp second(world, "bora");
    Stomp old(world, "bora", "1.0");
    ari.subscribe("/topic/messages/1", "sub-0");
    bora.subscribe("/topic/messages/1", "my: name");
    second.subscribe("/topic/messages/1", "7", "\nack:client\nreceipt:r");
    second.subscribe("/topic/room.1", "8");
    old.subscribe("/topic/messages/1", "my name");
    for (const std::string_view content : {"first", "other", "third"}) {
        CAPTURE(content);
        ari.send("/app/chat", R"({"roomId":1,"content":")" + std::string(content) + R"("})");
        const auto his = bora.take();
        const auto hers = second.take();
        const auto of_1_0 = old.take();
        REQUIRE(his.size() == 1);
        REQUIRE(hers.size() == 2);
        REQUIRE(of_1_0.size() == 1);
        CHECK(has(his[0], R"("content":")" + std::string(content) + "\""));
        CHECK(line_of(his[0], "subscription") == "subscription:my\\c name");
        CHECK(line_of(of_1_0[0], "subscription") == "subscription:my name");
        CHECK(line_of(hers[0], "subscription") == "subscription:7");
        const std::string number = line_of(hers[0], "message-id").substr(11);
        CHECK(line_of(hers[0], "ack") == "ack:" + number + "@7");
        CHECK(without_names(hers[0]) == without_names(his[0]));
        CHECK(without_names(of_1_0[0]) == without_names(his[0]));
        // The messenger's own form of it.
        CHECK(has(hers[1], "destination:/topic/room.1\n"));
        CHECK(has(hers[1], R"("messageKey":)"));
        CHECK(has(hers[1], R"("content":")" + std::string(content) + "\""));
    }
}

TEST_CASE("who hides a person is told nothing that others are told of them") {
    NativeWorld world;
    world.connect_as("ari")->ask(R"({"id":1,"type":"create","title":"us","memberIds":[2,3]})");
    world.engine().social().block({UserId{2}, 0}, UserId{3}, true,
                                  [](const Result<Bond>& done) { REQUIRE(done); });
    world.settle();
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    Stomp cheol(world, "cheol");
    ari.subscribe("/topic/messages/1", "a");
    bora.subscribe("/topic/messages/1", "b");
    cheol.subscribe("/topic/messages/1", "c");
    CHECK(count(cheol.send("/app/chat", R"({"roomId":1,"content":"hidden"})"), "hidden") == 1);
    CHECK(count(ari.take(), "hidden") == 1);
    CHECK(bora.take().empty());
    ari.send("/app/chat", R"({"roomId":1,"content":"seen"})");
    CHECK(count(bora.take(), "seen") == 1);
    CHECK(count(cheol.take(), "seen") == 1);
}

TEST_CASE("what was written is found for the events in hand only") {
    const std::vector<EventPtr> events{typing(1), typing(2)};
    CHECK(ToldOnce::find(*events[0], 0, 0) == nullptr);
    {
        const ToldOnce::InHand hand(events);
        *ToldOnce::find(*events[0], 0, 0) = "one";
        *ToldOnce::find(*events[0], 0, 1) = "of another kind";
        *ToldOnce::find(*events[0], 1, 0) = "of another state";
        *ToldOnce::find(*events[1], 0, 0) = "two";
        CHECK(*ToldOnce::find(*events[0], 0, 0) == "one");
    }
    {
        const ToldOnce::InHand again(events);
        CHECK(*ToldOnce::find(*events[1], 0, 0) == "two");
        CHECK(*ToldOnce::find(*events[0], 1, 0) == "of another state");
        CHECK(*ToldOnce::find(*events[0], 0, 1) == "of another kind");
        CHECK(ToldOnce::find(*events[1], 0, 2)->empty());
    }
    const std::vector<EventPtr> fewer{events[1]};
    const ToldOnce::InHand others(fewer);
    CHECK(ToldOnce::find(*events[1], 0, 0)->empty());
}
