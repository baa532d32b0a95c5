// Deleting rooms for everybody, contexts, several groups at once, and what those see who have left.

#include <chrono>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

DoorWorld::Headers as_host(const std::string& user = {}) {
    DoorWorld::Headers headers = {{"X-Chatd-Key", DoorWorld::host_key}};
    if (!user.empty()) headers.emplace_back("X-Chatd-User", user);
    return headers;
}

std::string about(const std::string& type, const std::string& id) {
    return fmt::format(R"(,"context":{{"type":"{}","id":"{}"}})", type, id);
}

}  // namespace

TEST_CASE("the owner deletes a room for everybody, and its id answers 410 from then on") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person choi = world.sign_up("choi");
    const std::string room = world.group(ari, {bora});
    const std::string message = std::to_string(world.say(bora, room, "hello"));
    const std::string path = "/chatrooms/" + room;

    check_refusal(world.del(bora, path + "?forEveryone=true"), 403, "forbidden");
    check_refusal(world.del(choi, path + "?forEveryone=true"), 403, "not_a_member");
    check_refusal(world.del(ari, path + "?forEveryone=perhaps"), 400, "malformed", "forEveryone");
    check_refusal(world.del(ari, "/chatrooms/777777?forEveryone=true"), 404, "not_found", "room");
    const Answer deleted = world.del(ari, path, R"({"forEveryone":true})");
    REQUIRE(deleted.status == 200);
    CHECK(deleted.number("/id") == std::stoll(room));
    CHECK(!deleted.text("/deletedAt").empty());
    CHECK(deleted.is_null("/title"));
    CHECK(deleted.is_null("/lastMessage"));

    for (const Person& person : {ari, bora, choi}) {
        for (const char* tail : {"", "/participants", "/changes", "/online"})
            check_refusal(world.get(person, path + tail), 410, "room_deleted");
        check_refusal(world.get(person, "/messages/" + room), 410, "room_deleted");
        check_refusal(world.get(person, "/messages/pins/" + room), 410, "room_deleted");
        check_refusal(world.get(person, "/messages/threads?roomId=" + room), 410, "room_deleted");
        check_refusal(world.get(person, "/messages/search?query=hello&roomId=" + room), 410,
                      "room_deleted");
        check_refusal(world.post(person, "/messages/" + room, R"({"content":"x"})"), 410,
                      "room_deleted");
        check_refusal(world.put(person, path, R"({"title":"x"})"), 410, "room_deleted");
        for (const char* tail : {"/join", "/leave", "/favorite", "/mute"})
            check_refusal(world.post(person, path + tail), 410, "room_deleted");
        check_refusal(world.post(person, path + "/notice", R"({"content":"x"})"), 410,
                      "room_deleted");
        check_refusal(world.post(person, path + "/participants",
                                 fmt::format(R"({{"userIds":[{}]}})", choi.id.value)),
                      410, "room_deleted");
        check_refusal(
            world.post(person, "/messages/mark-read", fmt::format(R"({{"roomId":{}}})", room)), 410,
            "room_deleted");
        check_refusal(
            world.post(
                person, "/messages/schedule",
                fmt::format(R"({{"roomId":{},"content":"x","scheduledAt":"2099-01-01T00:00:00Z"}})",
                            room)),
            410, "room_deleted");
        check_refusal(world.del(person, path), 410, "room_deleted");
        check_refusal(world.del(person, path + "?forEveryone=true"), 410, "room_deleted");
        CHECK(world.get(person, "/chatrooms").size("/items") == 0);
        check_refusal(world.get(person, "/message/" + message), 404, "not_found", "message");
    }
    CHECK(world.get(bora, "/messages/search?query=hello").size("/items") == 0);
}

TEST_CASE("an admin and the host delete rooms that they are not in") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person admin = world.sign_up_admin("admin");
    const std::string body = fmt::format(R"({{"userId":{}}})", bora.id.value);
    const auto direct = [&] {
        return std::to_string(world.post(ari, "/chatrooms/direct", body).number("/id"));
    };
    const std::string first = direct();
    check_refusal(world.del(ari, "/chatrooms/" + first + "?forEveryone=true"), 403, "forbidden");
    CHECK(world.del(admin, "/chatrooms/" + first + "?forEveryone=true").status == 200);
    check_refusal(world.get(ari, "/chatrooms/" + first), 410, "room_deleted");
    const std::string second = direct();
    CHECK(second != first);  // the two may talk again
    const std::string path = "/api/v1/chatrooms/" + second;
    check_refusal(world.ask("DELETE", path, {}, {}, as_host()), 400, "malformed", "X-Chatd-User");
    CHECK(world.ask("DELETE", path + "?forEveryone=true", {}, {}, as_host()).status == 200);
    check_refusal(world.get(bora, "/chatrooms/" + second), 410, "room_deleted");
    const std::string third = direct();
    const Answer left = world.ask("DELETE", "/api/v1/chatrooms/" + third, {}, {},
                                  as_host(std::to_string(ari.id.value)));
    REQUIRE(left.status == 200);
    CHECK_FALSE(left.flag("/isActive"));
}

TEST_CASE("a context is registered by the host, and takes its rooms along") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string path = "/api/v1/contexts/product/17";
    const std::string body = fmt::format(
        R"({{"ownerId":{},"title":" A lamp ","metadata":{{"price":3}}}})", bora.id.value);
    const Answer made = world.ask("PUT", path, body, {}, as_host());
    REQUIRE(made.status == 200);
    CHECK(made.text("/type") == "product");
    CHECK(made.text("/id") == "17");
    CHECK(made.number("/ownerId") == bora.id.value);
    CHECK(made.text("/title") == "A lamp");
    CHECK(made.number("/metadata/price") == 3);
    const Answer changed =
        world.ask("PUT", path, fmt::format(R"({{"ownerId":"{}"}})", ari.id.value), {}, as_host());
    CHECK(changed.number("/ownerId") == ari.id.value);
    CHECK(changed.is_null("/title"));
    CHECK(changed.text("/createdAt") == made.text("/createdAt"));

    check_refusal(world.ask("PUT", path, body, ari.token), 403, "forbidden");
    check_refusal(world.ask("DELETE", path, {}, ari.token), 403, "forbidden");
    const auto put = [&](const std::string& at, const std::string& what) {
        return world.ask("PUT", at, what, {}, as_host());
    };
    check_refusal(put(path, "{}"), 400, "malformed", "ownerId");
    check_refusal(put(path, R"({"ownerId":777})"), 404, "not_found", "user");
    check_refusal(put(path, R"({"ownerId":1,"metadata":[]})"), 400, "malformed", "metadata");
    check_refusal(put(path, R"({"ownerId":1,"title":7})"), 400, "malformed", "title");
    check_refusal(put(path, fmt::format(R"({{"ownerId":1,"title":"{}"}})", std::string(101, 't'))),
                  422, "too_long", "title");
    check_refusal(put("/api/v1/contexts/Pro%20duct/17", body), 422, "invalid_value", "context");
    check_refusal(put("/api/v1/contexts/product/" + std::string(65, 'x'), body), 422,
                  "invalid_value", "context");
    // What no address can name is nothing that a room is about: it could never be removed.
    for (const char* id : {"a/b", "/", R"(a\nb)"}) {
        INFO(id);
        const std::string direct =
            fmt::format(R"({{"userId":{}{}}})", bora.id.value, about("product", id));
        check_refusal(world.post(ari, "/chatrooms/direct", direct), 422, "invalid_value",
                      "context");
        const std::string group =
            fmt::format(R"({{"title":"t","memberIds":[]{}}})", about("product", id));
        check_refusal(world.post(ari, "/chatrooms", group), 422, "invalid_value", "context");
    }

    const std::string group = world.group(ari, {bora}, about("product", "17"));
    const std::string other = world.group(ari, {bora}, about("product", "18"));
    const std::string direct =
        fmt::format(R"({{"userId":{}{}}})", bora.id.value, about("product", "17"));
    const std::string room =
        std::to_string(world.post(ari, "/chatrooms/direct", direct).number("/id"));
    const Answer removed = world.ask("DELETE", path, {}, {}, as_host());
    REQUIRE(removed.status == 200);
    CHECK(removed.number("/deletedRooms") == 2);
    for (const std::string& gone : {group, room}) {
        check_refusal(world.get(bora, "/chatrooms/" + gone), 410, "room_deleted");
        check_refusal(world.post(bora, "/messages/" + gone, R"({"content":"x"})"), 410,
                      "room_deleted");
    }
    CHECK(world.get(bora, "/chatrooms/" + other).status == 200);
    check_refusal(world.post(ari, "/chatrooms/direct", direct), 410, "room_deleted", "context");
    check_refusal(
        world.post(ari, "/chatrooms",
                   R"({"title":"t","memberIds":[],"context":{"type":"product","id":"17"}})"),
        410, "room_deleted", "context");
    CHECK(world.ask("DELETE", path, {}, {}, as_host()).number("/deletedRooms") == 0);
    CHECK(put(path, body).status == 200);
    const Answer again = world.post(ari, "/chatrooms/direct", direct);
    REQUIRE(again.status == 200);
    CHECK(std::to_string(again.number("/id")) != room);
}

TEST_CASE("several groups are made at once, or none") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const auto make = [&](const std::string& rooms) {
        return world.post(ari, "/chatrooms/multiple", R"({"rooms":)" + rooms + "}");
    };
    const Answer made = make(fmt::format(
        R"([{{"title":"one","memberIds":[{}]}},{{"title":"two","open":true}}])", bora.id.value));
    REQUIRE(made.status == 201);
    REQUIRE(made.size("/items") == 2);
    CHECK(made.text("/items/0/title") == "one");
    CHECK(made.number("/items/0/participantCount") == 2);
    CHECK(made.text("/items/0/role") == "owner");
    CHECK(made.text("/items/1/title") == "two");
    CHECK(made.flag("/items/1/open"));
    CHECK(world.get(bora, "/chatrooms").size("/items") == 1);

    check_refusal(make(R"([{"title":"a"},{"title":" "}])"), 422, "empty", "rooms[1].title");
    check_refusal(make(R"([{"title":"a"},{"title":7}])"), 400, "malformed", "rooms");
    check_refusal(make(R"([{"title":"a"},7])"), 400, "malformed", "rooms");
    check_refusal(make(R"({"title":"a"})"), 400, "malformed", "rooms");
    check_refusal(make("[]"), 422, "empty", "rooms");
    check_refusal(make(R"([{"title":"a"},{"title":"b","memberIds":[777]}])"), 404, "not_found",
                  "user");
    std::string many = "[";
    for (int i = 0; i <= 20; ++i) many += fmt::format(R"({}{{"title":"g"}})", i > 0 ? "," : "");
    check_refusal(make(many + "]"), 422, "invalid_value", "rooms");
    check_refusal(world.post(ari, "/chatrooms/multiple", "{}"), 400, "malformed", "rooms");
    CHECK(world.get(ari, "/chatrooms").size("/items") == 2);
}

TEST_CASE("people are invited with a role, by the owner alone") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person choi = world.sign_up("choi");
    const std::string path = "/chatrooms/" + world.group(ari, {}) + "/participants";
    const auto invite = [&](const Person& who, const Person& whom, const std::string& role) {
        return world.post(who, path,
                          fmt::format(R"({{"userIds":[{}],"role":{}}})", whom.id.value, role));
    };
    REQUIRE(invite(ari, bora, R"("Admin")").status == 200);
    CHECK(world.get(ari, path).text("/items/1/role") == "admin");
    check_refusal(invite(bora, choi, R"("admin")"), 403, "forbidden");
    check_refusal(invite(ari, choi, R"("owner")"), 422, "invalid_value", "role");
    check_refusal(invite(ari, choi, R"("king")"), 400, "malformed", "role");
    check_refusal(invite(ari, choi, "7"), 400, "malformed", "role");
    CHECK(invite(bora, choi, R"("member")").status == 200);
}

TEST_CASE("who has left sees the room again when something is said, and may look at its header") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const std::string path = "/chatrooms/" + room;
    world.say(ari, room, "before");
    REQUIRE(world.post(bora, path + "/leave").status == 200);
    CHECK(world.get(bora, "/chatrooms").size("/items") == 0);
    world.say(ari, room, "come back");
    const Answer list = world.get(bora, "/chatrooms");
    REQUIRE(list.size("/items") == 1);
    CHECK_FALSE(list.flag("/items/0/isActive"));
    CHECK(list.text("/items/0/lastMessage/content") == "come back");
    CHECK(list.number("/items/0/unreadCount") == 2);
    CHECK(world.get(bora, "/unread").number("/total") == 0);  // of the rooms one is in
    CHECK(world.get(bora, path).status == 200);
    CHECK(world.get(bora, path + "/participants").size("/items") == 2);
    check_refusal(world.get(bora, "/messages/" + room), 403, "not_a_member");
    check_refusal(world.post(bora, "/messages/" + room, R"({"content":"x"})"), 403, "not_a_member");
    REQUIRE(world.post(bora, path + "/leave", R"({"silent":true})").status == 200);
    CHECK(world.get(bora, "/chatrooms").size("/items") == 0);
    const Answer joined = world.post(bora, path + "/join");
    REQUIRE(joined.status == 200);
    CHECK_FALSE(joined.has("/isActive"));
    CHECK(world.get(bora, "/unread").number("/total") == 2);
}
