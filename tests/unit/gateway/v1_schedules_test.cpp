#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

struct Pair {
    DoorWorld world;
    Person ari = world.sign_up("ari");
    Person bora = world.sign_up("bora");
    std::string room = world.group(ari, {bora});

    std::string body(const std::string& more = {}, const std::string& content = "later",
                     const std::string& at = "2090-01-31T09:30:00+09:00") const {
        return fmt::format(R"({{"roomId":{},"content":"{}","scheduledAt":"{}"{}}})", room, content,
                           at, more);
    }
    Answer schedule(const std::string& more = {}) {
        return world.post(ari, "/messages/schedule", body(more));
    }
};

}  // namespace

TEST_CASE("a schedule answers 201 as it was asked for, in UTC") {
    Pair pair;
    const Answer made = pair.schedule(R"(,"repeat":"MONTHLY","timeZone":"UTC","unknown":1)");
    INFO(made.body);
    REQUIRE(made.status == 201);
    CHECK(made.body == fmt::format(R"({{"id":{},"roomId":{},"content":"later",)"
                                   R"("scheduledAt":"2090-01-31T00:30:00.000Z",)"
                                   R"("repeat":"monthly","timeZone":"UTC","status":"scheduled"}})",
                                   made.number("/id"), pair.room));
    const Answer plain = pair.schedule();
    REQUIRE(plain.status == 201);
    CHECK(!plain.has("/repeat"));
    CHECK(!plain.has("/timeZone"));
}

TEST_CASE("schedules are listed newest first, to their owner") {
    Pair pair;
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(pair.schedule().number("/id"));
    const Answer first = pair.world.get(pair.ari, "/messages/schedule?limit=2");
    CHECK(first.number("/items/0/id") == ids[2]);
    CHECK(first.number("/items/1/id") == ids[1]);
    CHECK(first.flag("/hasMore"));
    const Answer second =
        pair.world.get(pair.ari, "/messages/schedule?limit=2&cursor=" + first.text("/nextCursor"));
    CHECK(second.size("/items") == 1);
    CHECK(second.number("/items/0/id") == ids[0]);
    CHECK(second.is_null("/nextCursor"));
    CHECK(pair.world.get(pair.bora, "/messages/schedule").size("/items") == 0);
    check_refusal(pair.world.get(pair.ari, "/messages/schedule?limit=101"), 400, "malformed",
                  "limit");
    check_refusal(pair.world.get(pair.ari, "/messages/schedule?cursor=x"), 400, "malformed",
                  "cursor");
}

TEST_CASE("a schedule is edited by what is given, and cancelled") {
    Pair pair;
    const std::string path = fmt::format("/messages/schedule/{}", pair.schedule().number("/id"));
    const Answer said = pair.world.put(pair.ari, path, R"({"content":"other"})");
    CHECK(said.status == 200);
    CHECK(said.text("/content") == "other");
    CHECK(said.text("/scheduledAt") == "2090-01-31T00:30:00.000Z");
    const Answer whole = pair.world.put(
        pair.ari, path, pair.body(R"(,"repeat":"weekly")", "third", "2091-05-01T00:00:00Z"));
    CHECK(whole.text("/scheduledAt") == "2091-05-01T00:00:00.000Z");
    CHECK(whole.text("/repeat") == "weekly");
    CHECK(!pair.world.put(pair.ari, path, R"({"repeat":"none"})").has("/repeat"));

    check_refusal(pair.world.put(pair.bora, path, R"({"content":"x"})"), 404, "not_found",
                  "schedule");
    check_refusal(pair.world.del(pair.bora, path), 404, "not_found", "schedule");
    check_refusal(pair.world.del(pair.ari, "/messages/schedule/999"), 404, "not_found", "schedule");
    const Answer gone = pair.world.del(pair.ari, path);
    CHECK(gone.status == 200);
    CHECK(gone.text("/status") == "cancelled");
    CHECK(pair.world.del(pair.ari, path).text("/status") == "cancelled");
    check_refusal(pair.world.put(pair.ari, path, R"({"content":"x"})"), 409, "wrong_state");
}

TEST_CASE("what cannot be scheduled is refused by the documented codes") {
    Pair pair;
    const auto refused = [&](const std::string& body, int status, std::string_view code,
                             std::string_view detail) {
        INFO(body);
        check_refusal(pair.world.post(pair.ari, "/messages/schedule", body), status, code, detail);
    };
    refused(pair.body({}, "later", "2020-01-01T00:00:00Z"), 422, "in_the_past", "scheduledAt");
    refused(pair.body({}, "later", "tomorrow"), 400, "malformed", "scheduledAt");
    refused(pair.body(R"(,"repeat":"hourly")"), 422, "invalid_value", "repeat");
    refused(pair.body(R"(,"repeat":5)"), 400, "malformed", "repeat");
    refused(pair.body(R"(,"timeZone":"Mars/Olympus")"), 422, "invalid_value", "timeZone");
    refused(pair.body({}, " "), 422, "empty", "content");
    refused(fmt::format(R"({{"roomId":{},"content":"x"}})", pair.room), 400, "malformed",
            "scheduledAt");
    refused(R"({"content":"x","scheduledAt":"2090-01-31T09:30:00Z"})", 400, "malformed", "roomId");
    const std::string id = std::to_string(pair.schedule().number("/id"));
    check_refusal(pair.world.put(pair.ari, "/messages/schedule/" + id,
                                 R"({"scheduledAt":"2020-01-01T00:00:00Z"})"),
                  422, "in_the_past", "scheduledAt");
    const Person chan = pair.world.sign_up("chan");
    check_refusal(pair.world.post(chan, "/messages/schedule", pair.body()), 403, "not_a_member");
    CHECK(pair.world.ask("GET", "/api/v1/messages/schedule").status == 401);
}

TEST_CASE("a message that a schedule sent says that it moved no pointer") {
    Pair pair;
    const auto soon = std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::system_clock::now() + std::chrono::milliseconds{300});
    REQUIRE(
        pair.world.post(pair.ari, "/messages/schedule", pair.body({}, "soon", format_rfc3339(soon)))
            .status == 201);
    // It is told as sent a moment after it is there.
    for (int i = 0; i < 200; ++i) {
        const Answer mine = pair.world.get(pair.ari, "/messages/schedule");
        if (mine.text("/items/0/status") == "sent") break;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    CHECK(pair.world.get(pair.ari, "/messages/schedule").text("/items/0/status") == "sent");
    const Answer history = pair.world.get(pair.bora, "/messages/" + pair.room);
    REQUIRE(history.size("/items") == 1);
    CHECK(history.text("/items/0/content") == "soon");
    CHECK(!history.flag("/items/0/movesPointer"));
}

TEST_CASE("a schedule that failed says why, and none is made where it would") {
    Pair pair;
    const Answer room = pair.world.post(pair.ari, "/chatrooms/direct",
                                        fmt::format(R"({{"userId":{}}})", pair.bora.id.value));
    REQUIRE(room.status == 200);
    const auto body = [&](std::chrono::milliseconds after) {
        const auto at =
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now() + after);
        return fmt::format(R"({{"roomId":{},"content":"later","scheduledAt":"{}"}})",
                           room.number("/id"), format_rfc3339(at));
    };
    const Answer made =
        pair.world.post(pair.ari, "/messages/schedule", body(std::chrono::seconds{1}));
    REQUIRE(made.status == 201);
    CHECK(!made.has("/error"));
    REQUIRE(
        pair.world
            .post(pair.bora, "/users/blocks", fmt::format(R"({{"userId":{}}})", pair.ari.id.value))
            .status < 300);
    check_refusal(pair.world.post(pair.ari, "/messages/schedule", body(std::chrono::hours{1})), 403,
                  "blocked");
    for (int i = 0; i < 200; ++i) {
        const Answer mine = pair.world.get(pair.ari, "/messages/schedule");
        if (mine.text("/items/0/status") != "scheduled") break;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    const Answer mine = pair.world.get(pair.ari, "/messages/schedule");
    CHECK(mine.text("/items/0/status") == "failed");
    CHECK(mine.text("/items/0/error/code") == "blocked");
    CHECK(!mine.text("/items/0/error/message").empty());
}
