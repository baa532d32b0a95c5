// Who has read a message, and what a block hides, over the canonical door.

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

std::string readers(std::int64_t message, const char* more = "") {
    return fmt::format("/messages/{}/readers{}", message, more);
}

Answer mark_read(DoorWorld& world, const Person& person, const std::string& room) {
    return world.post(person, "/messages/mark-read", fmt::format(R"({{"roomId":{}}})", room));
}

}  // namespace

TEST_CASE("the readers of a message are told with the time of their reading, page by page") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person chan = world.sign_up("chan");
    const Person dana = world.sign_up("dana");
    const std::string room = world.group(ari, {bora, chan});
    const std::int64_t said = world.say(ari, room, "who has read this?");
    CHECK(world.get(ari, readers(said)).size("/items") == 0);
    REQUIRE(mark_read(world, bora, room).status == 200);
    const std::int64_t reply = world.say(chan, room, "I have");

    const Answer all = world.get(ari, readers(said));
    REQUIRE(all.status == 200);
    REQUIRE(all.size("/items") == 2);
    CHECK(all.number("/items/0/userId") == bora.id.value);
    CHECK(all.text("/items/0/nickname") == "bora");
    CHECK(all.text("/items/0/readAt").size() == 24);
    CHECK(all.number("/items/1/userId") == chan.id.value);
    CHECK(!all.flag("/hasMore"));
    const Answer first = world.get(bora, readers(said, "?limit=1"));
    CHECK(first.size("/items") == 1);
    CHECK(first.flag("/hasMore"));
    const Answer rest = world.get(
        bora, readers(said, fmt::format("?limit=1&cursor={}", first.text("/nextCursor")).c_str()));
    REQUIRE(rest.size("/items") == 1);
    CHECK(rest.number("/items/0/userId") == chan.id.value);
    CHECK(world.get(ari, readers(reply)).size("/items") == 0);

    check_refusal(world.get(dana, readers(said)), 404, "not_found", "message");
    check_refusal(world.get(ari, readers(999'999)), 404, "not_found", "message");
    check_refusal(world.get(ari, "/messages/none/readers"), 400, "malformed", "id");
    check_refusal(world.get(ari, readers(said, "?limit=0")), 400, "malformed", "limit");
    check_refusal(world.get(ari, readers(said, "?cursor=x")), 400, "malformed", "cursor");
    check_refusal(world.ask("GET", "/api/v1" + readers(said)), 401, "unauthenticated");
}

TEST_CASE("whom one blocks is hidden in groups until unblocked, and entity tags say so") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const std::int64_t mine = world.say(ari, room, "first");
    const std::int64_t theirs = world.say(bora, room, "secret");
    const std::string history = "/messages/" + room;
    const std::string tag = world.get(ari, history).header("ETag");
    const std::string block = fmt::format(R"({{"userId":{}}})", bora.id.value);
    REQUIRE(world.post(ari, "/users/blocks", block).status < 300);

    const Answer hidden =
        world.ask("GET", "/api/v1" + history, {}, ari.token, {{"If-None-Match", tag}});
    REQUIRE(hidden.status == 200);
    CHECK(hidden.size("/items") == 1);
    CHECK(hidden.number("/items/0/id") == mine);
    for (const std::string& path : {fmt::format("/message/{}", theirs), readers(theirs)}) {
        check_refusal(world.get(ari, path), 404, "not_found", "message");
    }
    const Answer rooms = world.get(ari, "/chatrooms");
    CHECK(rooms.number("/items/0/lastMessage/senderId") == bora.id.value);
    CHECK(rooms.text("/items/0/lastMessage/content").empty());
    CHECK(rooms.number("/items/0/unreadCount") == 1);
    CHECK(world.get(bora, "/chatrooms").text("/items/0/lastMessage/content") == "secret");
    for (const char* list : {"/messages/search?query=secret", "/chatrooms/search?query=g"}) {
        CHECK(world.get(ari, list).body.find("secret") == std::string::npos);
    }
    const std::string changes = "/chatrooms/" + room + "/changes";
    CHECK(world.get(ari, changes).body.find("secret") == std::string::npos);
    CHECK(world.get(bora, changes).body.find("secret") != std::string::npos);

    REQUIRE(world.del(ari, fmt::format("/users/blocks/{}", bora.id.value)).status < 300);
    const Answer again =
        world.ask("GET", "/api/v1" + history, {}, ari.token, {{"If-None-Match", tag}});
    CHECK(again.status == 304);
    CHECK(world.get(ari, "/chatrooms").text("/items/0/lastMessage/content") == "secret");
}
