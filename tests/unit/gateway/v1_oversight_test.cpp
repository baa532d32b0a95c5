// Reports, and what admins look at.

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

struct Place {
    DoorWorld world;
    Person ari;
    Person bora;
    Person chan;
    Person admin;
    std::string room;
    std::int64_t message = 0;

    explicit Place(Limits limits = DoorWorld::calm())
        : world(limits),
          ari(world.sign_up("ari")),
          bora(world.sign_up("bora")),
          chan(world.sign_up("chan")),
          admin(world.sign_up_admin("admin")),
          room(world.group(ari, {bora})),
          message(world.say(bora, room, "something rude")) {}

    Answer report(const Person& who, const std::string& body) {
        return world.post(who, "/reports", body);
    }
    std::string about_message(const std::string& more = "") const {
        return fmt::format(R"({{"messageId":{},"reason":"rude"{}}})", message, more);
    }
};

}  // namespace

TEST_CASE("a message is reported as it was, whatever becomes of it") {
    Place place;
    const Answer made = place.report(place.ari, place.about_message(R"(,"comment":"look")"));
    REQUIRE(made.status == 201);
    CHECK(made.number("/messageId") == place.message);
    CHECK(made.number("/reporterId") == place.ari.id.value);
    CHECK(made.text("/reason") == "rude");
    CHECK(made.text("/comment") == "look");
    CHECK(std::to_string(made.number("/roomId")) == place.room);
    CHECK(made.text("/message/content") == "something rude");
    const std::string path = fmt::format("/messages/{}", place.message);
    REQUIRE(place.world.put(place.bora, path, R"({"content":"nothing"})").status == 200);
    REQUIRE(place.world.del(place.bora, path).status == 200);
    const Answer list = place.world.get(place.admin, "/admin/reports");
    REQUIRE(list.status == 200);
    REQUIRE(list.size("/items") == 1);
    CHECK(list.text("/items/0/message/content") == "something rude");
    CHECK(list.number("/items/0/message/senderId") == place.bora.id.value);
    CHECK(list.text("/items/0/message/type") == "text");
    CHECK(list.is_null("/items/0/message/editedAt"));
    CHECK(list.text("/items/0/reporterNickname") == "ari");
    CHECK_FALSE(list.flag("/hasMore"));
}

TEST_CASE("a person reports a thing once, and hears the first report again") {
    Place place;
    const Answer first = place.report(place.ari, place.about_message());
    REQUIRE(first.status == 201);
    const Answer again = place.report(
        place.ari, fmt::format(R"({{"messageId":"{}","reason":"again"}})", place.message));
    CHECK(again.status == 200);
    CHECK(again.number("/id") == first.number("/id"));
    CHECK(again.text("/reason") == "rude");
    CHECK(place.report(place.bora, place.about_message()).status == 201);
}

TEST_CASE("people and rooms are reported too") {
    Place place;
    const Answer person = place.report(
        place.ari, fmt::format(R"({{"userId":{},"reason":"spam"}})", place.bora.id.value));
    REQUIRE(person.status == 201);
    CHECK(person.number("/userId") == place.bora.id.value);
    CHECK_FALSE(person.has("/roomId"));
    const Answer there =
        place.report(place.bora, fmt::format(R"({{"userId":{},"roomId":{},"reason":"spam"}})",
                                             place.ari.id.value, place.room));
    REQUIRE(there.status == 201);
    CHECK(std::to_string(there.number("/roomId")) == place.room);
    const Answer room =
        place.report(place.ari, fmt::format(R"({{"roomId":{},"reason":"all of it"}})", place.room));
    REQUIRE(room.status == 201);
    CHECK_FALSE(room.has("/userId"));
    CHECK_FALSE(room.has("/message"));
}

TEST_CASE("who blocks somebody may still report what they wrote") {
    Place place;
    const std::string body = fmt::format(R"({{"userId":{}}})", place.bora.id.value);
    REQUIRE(place.world.post(place.ari, "/users/blocks", body).status == 200);
    check_refusal(place.world.get(place.ari, fmt::format("/message/{}", place.message)), 404,
                  "not_found", "message");
    REQUIRE(place.report(place.ari, place.about_message()).status == 201);
    const Answer list = place.world.get(place.admin, "/admin/reports");
    CHECK(list.text("/items/0/message/content") == "something rude");
    // That is all it opens: who has left, and whoever asks for what is no more, sees nothing.
    const std::int64_t later = place.world.say(place.bora, place.room, "and more");
    const std::string about_later = fmt::format(R"({{"messageId":{},"reason":"rude"}})", later);
    REQUIRE(place.world.post(place.ari, "/chatrooms/" + place.room + "/leave").status == 200);
    check_refusal(place.report(place.ari, about_later), 404, "not_found", "message");
    REQUIRE(place.world.post(place.ari, "/chatrooms/" + place.room + "/join").status == 200);
    REQUIRE(place.world.del(place.bora, "/chatrooms/" + place.room + "?forEveryone=true").status ==
            200);
    check_refusal(place.report(place.ari, about_later), 404, "not_found", "message");
}

TEST_CASE("what may not be seen cannot be reported, and reports say something") {
    Place place;
    check_refusal(place.report(place.chan, place.about_message()), 404, "not_found", "message");
    check_refusal(place.report(place.ari, R"({"messageId":999999,"reason":"x"})"), 404, "not_found",
                  "message");
    check_refusal(place.report(place.ari, R"({"userId":999999,"reason":"x"})"), 404, "not_found",
                  "user");
    check_refusal(
        place.report(place.chan, fmt::format(R"({{"roomId":{},"reason":"x"}})", place.room)), 403,
        "not_a_member");
    check_refusal(
        place.report(place.ari, fmt::format(R"({{"userId":{},"reason":"x"}})", place.ari.id.value)),
        422, "invalid_value", "userId");
    check_refusal(place.report(place.ari, R"({"reason":"x"})"), 400, "malformed", "messageId");
    check_refusal(place.report(place.ari, R"({"messageId":1,"userId":1,"reason":"x"})"), 400,
                  "malformed", "userId");
    check_refusal(place.report(place.ari, R"({"messageId":1})"), 400, "malformed", "reason");
    check_refusal(place.report(place.ari, place.about_message(R"(,"comment":7)")), 400, "malformed",
                  "comment");
    check_refusal(place.report(place.ari, R"({"messageId":1,"reason":"  "})"), 422, "empty",
                  "reason");
    check_refusal(place.report(place.ari, fmt::format(R"({{"messageId":1,"reason":"{}"}})",
                                                      std::string(101, 'x'))),
                  422, "too_long", "reason");
    check_refusal(place.report(place.ari, place.about_message(fmt::format(
                                              R"(,"comment":"{}")", std::string(1'001, 'x')))),
                  422, "too_long", "comment");
    CHECK(place.world.get(place.admin, "/admin/reports").size("/items") == 0);
}

TEST_CASE("reports are limited in rate") {
    Limits limits = DoorWorld::calm();
    limits.person_reports_per_min = 2;
    Place place(limits);
    for (int i = 0; i < 2; ++i) CHECK(place.report(place.ari, place.about_message()).status < 300);
    const Answer refused = place.report(place.ari, place.about_message());
    check_refusal(refused, 429, "too_many", "reports");
    const int wait = std::stoi(refused.header("Retry-After"));
    CHECK(wait > 25);
    CHECK(wait <= 30);
    CHECK(place.report(place.bora, place.about_message()).status == 201);
}

TEST_CASE("reports are listed for admins and the host, newest first, in pages") {
    Place place;
    for (int i = 0; i < 5; ++i) {
        const std::int64_t message = place.world.say(place.bora, place.room, "more");
        REQUIRE(
            place.report(place.ari, fmt::format(R"({{"messageId":{},"reason":"r{}"}})", message, i))
                .status == 201);
    }
    REQUIRE(place.report(place.ari, place.about_message()).status == 201);
    const Answer first = place.world.get(place.admin, "/admin/reports?limit=4");
    REQUIRE(first.size("/items") == 4);
    CHECK(first.text("/items/0/reason") == "rude");
    CHECK(first.text("/items/1/reason") == "r4");
    CHECK(first.flag("/hasMore"));
    const Answer rest =
        place.world.get(place.admin, "/admin/reports?limit=4&cursor=" + first.text("/nextCursor"));
    CHECK(rest.size("/items") == 2);
    CHECK(rest.text("/items/1/reason") == "r0");
    CHECK(rest.is_null("/nextCursor"));
    const Answer one =
        place.world.get(place.admin, fmt::format("/admin/reports?messageId={}", place.message));
    CHECK(one.size("/items") == 1);
    const Answer host = place.world.ask("GET", "/api/v1/admin/reports", {}, {},
                                        {{"X-Chatd-Key", DoorWorld::host_key}});
    CHECK(host.size("/items") == 6);
    check_refusal(place.world.get(place.ari, "/admin/reports"), 403, "forbidden");
    check_refusal(place.world.get(place.ari, "/admin/stats"), 403, "forbidden");
    check_refusal(place.world.get(place.admin, "/admin/reports?limit=101"), 400, "malformed",
                  "limit");
    check_refusal(place.world.get(place.admin, "/admin/reports?userId=x"), 400, "malformed",
                  "userId");
}

TEST_CASE("the figures say how much there is") {
    Place place;
    REQUIRE(place.report(place.ari, place.about_message()).status == 201);
    const Answer stats = place.world.get(place.admin, "/admin/stats");
    REQUIRE(stats.status == 200);
    CHECK(stats.number("/people") == 4);
    CHECK(stats.number("/rooms") == 1);
    CHECK(stats.number("/messages") == 1);
    CHECK(stats.number("/reports") == 1);
    CHECK(stats.number("/uptimeSeconds") >= 0);
    for (const char* figure : {"/connections", "/webSockets", "/requests", "/journalWaiting"})
        CHECK(stats.number(figure) == 0);
    CHECK(stats.text("/startedAt").ends_with("Z"));
    place.world.say(place.ari, place.room, "one more");
    CHECK(place.world.get(place.admin, "/admin/stats").number("/messages") == 2);
}
