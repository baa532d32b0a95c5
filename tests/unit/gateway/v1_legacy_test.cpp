// The legacy form of the social system: an envelope, ids as texts, lists as arrays, `readBy`.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

/// Signing up, creating and posting answer canonically when asked so, which gives ids as numbers.
class LegacyWorld {
public:
    explicit LegacyWorld(const Limits& limits = DoorWorld::calm())
        : world_(limits, {}, DoorWorld::Form::legacy) {}

    Answer canonical(const std::string& method, const std::string& target,
                     const std::string& body = {}, const Person& person = {}) {
        return world_.ask(method, "/api/v1" + target, body, person.token,
                          {{"X-Chatd-Form", "Canonical"}});
    }
    Answer legacy(const std::string& method, const std::string& target,
                  const std::string& body = {}, const Person& person = {}) {
        return world_.ask(method, "/api/v1" + target, body, person.token);
    }
    Person sign_up(const std::string& nickname) {
        const Answer answer = canonical(
            "POST", "/auth/signup",
            fmt::format(R"({{"email":"{0}@example.org","password":"a password","nickname":"{0}"}})",
                        nickname));
        REQUIRE(answer.status == 201);
        return {UserId{answer.number("/user/id")},
                answer.text("/accessToken"),
                answer.text("/refreshToken"),
                {}};
    }
    std::string group(const Person& owner, const std::vector<Person>& others) {
        std::string ids;
        for (const Person& other : others)
            ids += fmt::format("{}\"{}\"", ids.empty() ? "" : ",", other.id.value);
        const Answer answer =
            canonical("POST", "/chatrooms",
                      fmt::format(R"({{"title":"group","memberIds":[{}]}})", ids), owner);
        REQUIRE(answer.status == 201);
        return std::to_string(answer.number("/id"));
    }
    std::string say(const Person& person, const std::string& room, const std::string& content) {
        const Answer answer = canonical("POST", "/messages/" + room,
                                        fmt::format(R"({{"content":"{}"}})", content), person);
        REQUIRE(answer.status == 201);
        return std::to_string(answer.number("/id"));
    }
    DoorWorld& world() { return world_; }

private:
    DoorWorld world_;
};

std::string id_of(const Person& person) {
    return std::to_string(person.id.value);
}

}  // namespace

TEST_CASE("in the legacy form an answer stands in an envelope, and its ids are texts") {
    LegacyWorld world;
    const Answer up =
        world.legacy("POST", "/auth/signup",
                     R"({"email":"ari@example.org","password":"a password","nickname":"ari"})");
    CHECK(up.status == 201);
    CHECK(up.flag("/success"));
    CHECK(up.text("/message") == "OK");
    CHECK(up.text("/data/user/id") == "1");
    CHECK(up.number("/data/expiresIn") > 0);
    const Person ari{UserId{1}, up.text("/data/accessToken"), {}, {}};
    const Person bora = world.sign_up("bora");
    const Answer room = world.legacy("POST", "/chatrooms/direct", R"({"userId":"2"})", ari);
    CHECK(room.status == 200);
    const std::string id = room.text("/data/id");
    CHECK(room.text("/data/peer/id") == "2");
    CHECK(room.number("/data/position") >= 0);
    const std::string message = world.say(bora, id, "hello");
    const Answer read = world.legacy("GET", "/message/" + message, {}, ari);
    CHECK(read.text("/data/id") == message);
    CHECK(read.text("/data/roomId") == id);
    CHECK(read.text("/data/senderId") == "2");
    CHECK(std::to_string(read.number("/data/changedAt")) == message);
    CHECK(read.flag("/data/readBy/2"));
    const Answer reacted = world.legacy(
        "POST", "/messages/reaction",
        fmt::format(R"({{"messageId":"{}","reaction":"\ud83d\udc4d"}})", message), ari);
    CHECK(reacted.text("/data/reactions/0/userIds/0") == "1");
    CHECK(reacted.number("/data/reactions/0/count") == 1);
    const Answer notice = world.legacy("GET", "/chatrooms/" + id + "/notice", {}, ari);
    CHECK(notice.has("/data"));
    CHECK(notice.is_null("/data"));
    CHECK(world.legacy("POST", "/auth/logout", R"({"refreshToken":"none"})").body ==
          R"({"success":true,"data":{},"message":"OK"})");
}

TEST_CASE("in the legacy form a list is an array, with what belongs to it beside it") {
    LegacyWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const std::string first = world.say(ari, room, "one");
    const std::string second = world.say(ari, room, "two");
    const Answer history = world.legacy("GET", "/messages/" + room + "?limit=1", {}, bora);
    CHECK(history.size("/data") == 1);
    CHECK(history.text("/data/0/id") == second);
    CHECK(std::to_string(history.number("/nextCursor")) == second);
    CHECK(history.flag("/hasMore"));
    CHECK(history.text("/message") == "OK");
    CHECK_FALSE(history.has("/data/items"));
    const Answer rest = world.legacy("GET", "/messages/" + room + "?before=" + second, {}, bora);
    CHECK(rest.text("/data/0/id") == first);
    CHECK(rest.is_null("/nextCursor"));
    const Answer pins = world.legacy("GET", "/messages/pins/" + room, {}, bora);
    CHECK(pins.body == R"({"success":true,"data":[],"message":"OK"})");
    const Answer rooms = world.legacy("GET", "/chatrooms", {}, bora);
    CHECK(rooms.text("/data/0/id") == room);
    CHECK(rooms.text("/data/0/lastMessage/id") == second);
    const Answer changes = world.legacy("GET", "/chatrooms/" + room + "/changes", {}, bora);
    CHECK(changes.number("/nextCursor") > 0);
    CHECK_FALSE(changes.flag("/hasMore"));
}

TEST_CASE("in the legacy form cursors are numbers on every list, and go on where they say") {
    LegacyWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    world.group(ari, {bora});
    for (const char* said : {"word one", "word two", "word three"}) world.say(ari, room, said);
    for (const std::string& target :
         {"/messages/" + room + "?", std::string("/messages/search?query=word&"),
          "/chatrooms/" + room + "/participants?", std::string("/users?query=a&")}) {
        INFO(target);
        const Answer page = world.legacy("GET", target + "limit=1", {}, ari);
        REQUIRE(page.size("/data") == 1);
        REQUIRE(page.flag("/hasMore"));
        const std::int64_t cursor = page.number("/nextCursor");
        CHECK(cursor > 0);
        const Answer next =
            world.legacy("GET", fmt::format("{}limit=1&cursor={}", target, cursor), {}, ari);
        CHECK(next.size("/data") == 1);
        CHECK(next.body.substr(0, 60) != page.body.substr(0, 60));
        CHECK(world.canonical("GET", target + "limit=1", {}, ari).has("/nextCursor"));
    }
    const Answer rooms = world.legacy("GET", "/chatrooms?limit=1", {}, ari);
    CHECK(rooms.text("/nextCursor").find('.') != std::string::npos);
    const Answer pinned = world.legacy(
        "POST", "/messages/pin",
        fmt::format(R"({{"messageId":"{}"}})",
                    world.legacy("GET", "/messages/" + room, {}, ari).text("/data/0/id")),
        ari);
    CHECK(pinned.number("/data/pinned/by") == ari.id.value);
    const Answer notice =
        world.legacy("POST", "/chatrooms/" + room + "/notice", R"({"content":"be nice"})", ari);
    CHECK(notice.number("/data/by") == ari.id.value);
}

TEST_CASE("a message says who has read it, in rooms whose moves are told") {
    Limits limits = DoorWorld::calm();
    limits.receipts_told_members_max = 3;
    LegacyWorld world(limits);
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person chan = world.sign_up("chan");
    const Person dana = world.sign_up("dana");
    const std::string small = world.group(ari, {bora, chan});
    const std::string large = world.group(ari, {bora, chan, dana});
    const std::string first = world.say(ari, small, "findable one");
    const std::string second = world.say(ari, small, "findable two");
    world.say(ari, large, "findable three");
    const Answer marked = world.legacy(
        "POST", "/messages/mark-read?roomId=" + small + "&messageId=" + first, {}, bora);
    REQUIRE(marked.status == 200);
    CHECK(marked.text("/data/userId") == id_of(bora));
    const Answer found = world.legacy("GET", "/messages/search?query=findable", {}, chan);
    REQUIRE(found.size("/data") == 3);
    CHECK(found.text("/data/0/roomId") == large);
    CHECK_FALSE(found.has("/data/0/readBy"));
    CHECK(found.size("/data") == 3);
    CHECK(found.flag("/data/1/readBy/" + id_of(ari)));
    CHECK_FALSE(found.has("/data/1/readBy/" + id_of(bora)));
    CHECK(found.flag("/data/2/readBy/" + id_of(bora)));
    CHECK_FALSE(found.has("/data/2/readBy/" + id_of(chan)));
    for (const std::string& target : {"/messages/" + small, "/chatrooms/" + small + "/changes"}) {
        const Answer plain = world.canonical("GET", target, {}, chan);
        CHECK(plain.status == 200);
        CHECK(plain.body.find("readBy") == std::string::npos);
        CHECK(plain.has("/items/0"));
        CHECK(world.legacy("GET", target, {}, chan).body.find("readBy") != std::string::npos);
    }
}

TEST_CASE("in the legacy form refusals stand in the envelope too, wherever they come from") {
    LegacyWorld world;
    const Person ari = world.sign_up("ari");
    const Answer none = world.legacy("GET", "/chatrooms/99", {}, ari);
    CHECK(none.status >= 400);
    CHECK_FALSE(none.flag("/success"));
    CHECK(none.text("/error/requestId") == none.header("X-Request-Id"));
    for (const Answer& refused : {world.legacy("GET", "/users/me"), world.legacy("GET", "/nowhere"),
                                  world.legacy("POST", "/chatrooms", "{", ari)}) {
        INFO(refused.body);
        CHECK(refused.status >= 400);
        CHECK_FALSE(refused.flag("/success"));
        CHECK(is_refusal(refused));
    }
    const Answer no_method = world.legacy("PATCH", "/users/me");
    CHECK(no_method.status == 405);
    CHECK_FALSE(no_method.flag("/success"));
    CHECK(no_method.text("/error/details/field") == "method");
    const Answer canonical = world.canonical("GET", "/nowhere");
    check_refusal(canonical, 404, "not_found", "route");
    CHECK_FALSE(canonical.has("/success"));
}

TEST_CASE("each form has an entity tag of its own") {
    LegacyWorld world;
    const Person ari = world.sign_up("ari");
    const std::string room = world.group(ari, {});
    world.say(ari, room, "one");
    for (const std::string& target : {std::string("/chatrooms"), "/messages/" + room}) {
        const std::string tag = world.legacy("GET", target, {}, ari).header("ETag");
        CHECK(tag != world.canonical("GET", target, {}, ari).header("ETag"));
        const Answer again =
            world.world().ask("GET", "/api/v1" + target, {}, ari.token, {{"If-None-Match", tag}});
        CHECK(again.status == 304);
        CHECK(again.body.empty());
    }
}

TEST_CASE("what the host keeps in metadata is left as it is") {
    LegacyWorld world;
    const Person ari = world.sign_up("ari");
    const Answer room = world.legacy(
        "POST", "/chatrooms", R"({"title":"t","metadata":{"id":7,"items":[1],"otherId":8}})", ari);
    CHECK(room.status == 201);
    CHECK(room.number("/data/metadata/id") == 7);
    CHECK(room.number("/data/metadata/otherId") == 8);
}
