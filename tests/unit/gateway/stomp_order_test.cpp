// What one connection sends in quick succession: in which order it is done, what becomes of it at
// the end, and how much of it there may be.

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "stomp_client.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// An approved consultation of Ari and Bora: room 1.
void consult(NativeWorld& world) {
    Engine& engine = world.engine();
    ConsultationRequest request;
    request.recipient = UserId{2};
    engine.consultations().request(
        Caller{UserId{1}, 0}, request, [&engine](Result<ConsultationView> asked) {
            REQUIRE(asked);
            engine.consultations().approve(
                Caller{UserId{2}, 0}, asked->room.id, std::nullopt,
                [](const Result<ConsultationView>& done) { REQUIRE(done); });
        });
    world.settle();
}

std::string send(std::string_view destination, std::string_view json, std::string_view more = {}) {
    return frame(fmt::format("SEND\ndestination:{}{}", destination, more), json);
}

std::string subscribe(std::string_view destination, std::string_view id) {
    return frame(fmt::format("SUBSCRIBE\nid:{0}\ndestination:{1}\nreceipt:{0}", id, destination));
}

}  // namespace

TEST_CASE("what is looked up first does not let others pass") {
    NativeWorld world;
    consult(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    bora.subscribe("/topic/room.1", "m");
    ari.ask(send("/app/chat.send", R"({"requestIdx":1,"content":"one"})") +
            send("/app/chat", R"({"roomId":1,"content":"two"})") +
            send("/app/chat.send", R"({"requestIdx":1,"content":"three"})") +
            send("/app/chat", R"({"roomId":1,"content":"four"})"));
    const auto told = bora.take();
    REQUIRE(told.size() == 4);
    CHECK(has(told[0], R"("content":"one")"));
    CHECK(has(told[1], R"("content":"two")"));
    CHECK(has(told[2], R"("content":"three")"));
    CHECK(has(told[3], R"("content":"four")"));
    // So in a transaction.
    ari.ask(frame("BEGIN\ntransaction:t"));
    ari.ask(send("/app/chat.send", R"({"requestIdx":1,"content":"five"})", "\ntransaction:t") +
            send("/app/chat", R"({"roomId":1,"content":"six"})", "\ntransaction:t"));
    const auto receipts = ari.ask(frame("COMMIT\ntransaction:t\nreceipt:c"));
    const auto committed = bora.take();
    REQUIRE(committed.size() == 2);
    CHECK(has(committed[0], R"("content":"five")"));
    CHECK(has(committed[1], R"("content":"six")"));
    CHECK(count(receipts, "receipt-id:c\n") == 1);
}

TEST_CASE("the receipt of DISCONNECT comes when all before it is done") {
    NativeWorld world;
    consult(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    bora.subscribe("/topic/room.1", "m");
    const auto told = ari.ask(send("/app/chat.send", R"({"requestIdx":1,"content":"one"})") +
                              send("/app/chat", R"({"roomId":1,"content":"two"})", "\nreceipt:s") +
                              frame("DISCONNECT\nreceipt:d") +
                              send("/app/chat", R"({"roomId":1,"content":"too late"})"));
    REQUIRE(told.size() == 2);
    CHECK(has(told[0], "receipt-id:s\n"));
    CHECK(has(told[1], "receipt-id:d\n"));
    CHECK(ari.close_code() == 1000);
    CHECK(bora.take().size() == 2);
}

TEST_CASE("what is subscribed to, taken back and subscribed to again at once is there") {
    NativeWorld world;
    consult(world);
    Stomp ari(world, "ari");
    Stomp bora(world, "bora");
    const std::string id = [&] {
        bora.subscribe("/topic/messages/1", "m");
        const auto told = bora.send("/app/chat", R"({"roomId":1,"content":"root"})");
        const auto at = told.at(0).find(R"({"id":)") + 6;
        return told[0].substr(at, told[0].find(',', at) - at);
    }();
    for (const std::string& topic : {std::string("/topic/messages/1"), "/topic/thread/" + id}) {
        CAPTURE(topic);
        const auto told =
            ari.ask(subscribe(topic, "a") + frame("UNSUBSCRIBE\nid:a\nreceipt:u") +
                    subscribe(topic, "b") + frame("UNSUBSCRIBE\nid:b") + subscribe(topic, "c"));
        CHECK(count(told, "ERROR") == 0);
        for (const char* const receipt : {"a", "u", "b", "c"})
            CHECK(count(told, fmt::format("receipt-id:{}\n", receipt)) == 1);
        bora.send("/app/thread",
                  R"({"roomId":1,"parentMessageId":)" + id + R"(,"content":"reply"})");
        CHECK(count(ari.take(), R"("content":"reply")") == 1);
        ari.ask(frame("UNSUBSCRIBE\nid:c"));
    }
    CHECK(ari.close_code() == 0);
}

TEST_CASE("one destination is subscribed to sixteen times at most, however quickly") {
    NativeWorld world;
    consult(world);
    Stomp ari(world, "ari");
    ari.subscribe("/user/queue/errors", "e");
    for (const char* const topic : {"/topic/typing/1", "/topic/room.1.read", "/topic/presence"}) {
        std::string frames;
        for (int i = 0; i < 40; ++i) frames += subscribe(topic, fmt::format("{}{}", topic, i));
        const auto told = ari.ask(frames);
        CHECK(count(told, "RECEIPT\n") == 16);
        CHECK(count(told, R"("code":"too_many")") == 24);
    }
    CHECK(ari.close_code() == 0);
    ari.ask(subscribe("/topic/presence", std::string(257, 'x')));
    CHECK(ari.close_code() == 1002);
}

TEST_CASE("what waits for its turn is bounded") {
    NativeWorld world;
    consult(world);
    Stomp ari(world, "ari");
    ari.subscribe("/user/queue/errors", "e");
    const std::string large =
        fmt::format(R"({{"roomId":1,"content":"{}"}})", std::string(std::size_t{600} * 1024, 'x'));
    std::vector<std::string> texts = {send("/app/chat.send", R"({"requestIdx":1,"content":"a"})")};
    for (int i = 0; i < 5; ++i) texts.push_back(send("/app/chat", large));
    const auto told = ari.ask_together(texts);
    CHECK(count(told, R"("code":"too_many")") == 2);
    CHECK(count(told, R"("code":"too_long")") == 3);
    CHECK(ari.close_code() == 0);
}
