// Consultations over STOMP: what a connection that listens for them is told, from when on.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "stomp_client.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

const Caller ari{UserId{1}, 0};
const Caller bora{UserId{2}, 0};

/// Ari asks Bora for one, Bora agrees, and says something.
void ask_agree_and_say(NativeWorld& world, std::string_view text) {
    Engine& engine = world.engine();
    ConsultationRequest request;
    request.recipient = bora.user;
    const std::string said(text);
    engine.consultations().request(ari, request, [&engine, said](Result<ConsultationView> asked) {
        REQUIRE(asked);
        const RoomId room = asked->room.id;
        const auto agreed = [&engine, room, said](Result<ConsultationView> view) {
            REQUIRE(view);
            PostRequest post;
            post.room = room;
            post.content = said;
            engine.messages().post(bora, post, [](const Result<Message>& done) { REQUIRE(done); });
        };
        engine.consultations().approve(bora, room, std::nullopt, agreed);
    });
    world.settle();
}

}  // namespace

TEST_CASE("what was said in a consultation before a device learned of it is heard all the same") {
    NativeWorld world;
    NativeWorld deaf(world, true);
    Stomp device(deaf, "ari");
    Stomp other(world, "bora");
    device.subscribe("/user/queue/chat", "c");
    other.subscribe("/user/queue/chat", "c");
    ask_agree_and_say(world, "good day");
    CHECK(count(other.take(), R"("content":"good day")") == 1);
    CHECK(device.take().empty());
    world.pass(std::chrono::seconds{5});
    CHECK(count(device.take(), R"("content":"good day")") == 1);
    other.send("/app/chat.send", R"({"requestIdx":1,"content":"and then"})");
    world.pass(std::chrono::seconds{5});
    CHECK(count(device.take(), R"("content":"and then")") == 1);
}

TEST_CASE("the receipt of a consultation's queue comes when nothing is missed any more") {
    NativeWorld world;
    ask_agree_and_say(world, "long ago");
    Stomp device(world, "ari");
    const auto subscribe = [](std::string_view queue, std::string_view id) {
        return frame("SUBSCRIBE\nid:" + std::string(id) + "\ndestination:/user/queue/" +
                     std::string(queue) + "\nreceipt:" + std::string(id));
    };
    // Each waits for the consultations to be found; what needs none of them does not.
    const std::string all =
        subscribe("chat", "a") + subscribe("read", "b") + subscribe("errors", "c");
    const std::vector<std::string> receipts = device.ask(all);
    REQUIRE(receipts.size() == 3);
    CHECK(has(receipts[0], "receipt-id:c"));
    CHECK(has(receipts[1], "receipt-id:a"));
    CHECK(has(receipts[2], "receipt-id:b"));
    CHECK(count(device.subscribe("/user/queue/consultations", "d"), "receipt-id:r") == 1);
    // What was said before is history; what is said then is heard once.
    device.send("/app/chat.send", R"({"requestIdx":1,"content":"and now"})");
    CHECK(count(device.take(), "long ago") == 0);
    Stomp other(world, "bora");
    other.subscribe("/user/queue/chat", "c");
    const auto told = device.send("/app/chat.send", R"({"requestIdx":1,"content":"again"})");
    CHECK(count(told, R"("content":"again")") == 1);
    CHECK(count(other.take(), R"("content":"again")") == 1);
}
