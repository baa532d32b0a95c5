// Friends, blocks and the inbox over the canonical door, with what each route refuses.

#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

std::string user(const Person& person, const char* field = "userId") {
    return fmt::format(R"({{"{}":{}}})", field, person.id.value);
}

Answer ask(DoorWorld& world, const Person& from, const Person& to) {
    return world.post(from, "/users/friends/requests", user(to));
}

std::string path(const char* start, std::int64_t id, const char* end = "") {
    return fmt::format("{}/{}{}", start, id, end);
}

void befriend(DoorWorld& world, const Person& from, const Person& to) {
    const Answer made = ask(world, from, to);
    REQUIRE(made.status == 201);
    REQUIRE(world.post(to, path("/users/friends/requests", made.number("/id"), "/accept")).status ==
            200);
}

/// The inbox, once there are so many in it.
Answer inbox(DoorWorld& world, const Person& person, std::size_t count) {
    Answer answer;
    for (int tries = 0; tries < 2'000; ++tries) {
        answer = world.get(person, "/notifications");
        REQUIRE(answer.status == 200);
        if (answer.size("/items") >= count) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    CHECK(answer.size("/items") == count);
    return answer;
}

}  // namespace

TEST_CASE("a request to be friends is made, listed, accepted, and the friendship ended") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Answer made = ask(world, ari, bora);
    REQUIRE(made.status == 201);
    CHECK(made.number("/senderId") == ari.id.value);
    CHECK(made.number("/receiverId") == bora.id.value);
    CHECK(made.text("/status") == "pending");
    CHECK(made.text("/user/nickname") == "bora");
    CHECK(!made.has("/user/email"));
    CHECK(made.text("/createdAt").size() == 24);
    CHECK(ask(world, ari, bora).number("/id") == made.number("/id"));

    const Answer in = world.get(bora, "/users/friends/requests");
    CHECK(in.size("/items") == 1);
    CHECK(in.text("/items/0/user/nickname") == "ari");
    CHECK(in.is_null("/nextCursor"));
    CHECK(!in.flag("/hasMore"));
    CHECK(world.get(ari, "/users/friends/requests").size("/items") == 0);
    CHECK(world.get(ari, "/users/friends/requests?direction=OUT").size("/items") == 1);
    CHECK(world.get(bora, "/users/friends/requests?direction=out").size("/items") == 0);

    const std::string accept = path("/users/friends/requests", made.number("/id"), "/accept");
    check_refusal(world.post(ari, accept), 404, "not_found", "request");
    const Answer accepted = world.post(bora, accept);
    REQUIRE(accepted.status == 200);
    CHECK(accepted.text("/status") == "accepted");
    CHECK(accepted.text("/user/nickname") == "ari");
    check_refusal(world.post(bora, accept), 404, "not_found", "request");
    const Answer friends = world.get(ari, "/users/friends");
    REQUIRE(friends.size("/items") == 1);
    CHECK(friends.number("/items/0/id") == bora.id.value);
    CHECK(friends.text("/items/0/nickname") == "bora");
    CHECK(friends.text("/items/0/friendsSince").size() == 24);
    check_refusal(ask(world, ari, bora), 409, "conflict", "userId");

    const Answer ended = world.del(bora, path("/users/friends", ari.id.value));
    REQUIRE(ended.status == 200);
    CHECK(ended.number("/userId") == ari.id.value);
    CHECK(!ended.flag("/friend"));
    CHECK(world.get(ari, "/users/friends").size("/items") == 0);
    CHECK(world.del(bora, path("/users/friends", ari.id.value)).status == 200);

    const Answer next = ask(world, ari, bora);
    const std::string reject = path("/users/friends/requests", next.number("/id"), "/reject");
    check_refusal(world.post(ari, reject), 404, "not_found", "request");
    CHECK(world.post(bora, reject).text("/status") == "rejected");
    CHECK(ask(world, bora, ari).text("/status") == "pending");
    CHECK(ask(world, ari, bora).text("/status") == "accepted");
}

TEST_CASE("requests to be friends are refused with the reason") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    check_refusal(ask(world, ari, ari), 422, "invalid_value", "userId");
    check_refusal(world.post(ari, "/users/friends/requests", R"({"userId":777})"), 404, "not_found",
                  "user");
    check_refusal(world.post(ari, "/users/friends/requests", "{}"), 400, "malformed", "userId");
    check_refusal(world.post(ari, "/users/friends/requests"), 400, "malformed");
    check_refusal(world.post(ari, "/users/friends/requests/777/accept"), 404, "not_found",
                  "request");
    check_refusal(world.get(ari, "/users/friends/requests?direction=up"), 400, "malformed",
                  "direction");
    for (const char* list : {"/users/friends", "/users/friends/requests", "/users/blocks",
                             "/notifications", "/users/recommendations"}) {
        for (const char* limit : {"0", "101", "x", ""}) {
            check_refusal(world.get(ari, fmt::format("{}?limit={}", list, limit)), 400, "malformed",
                          "limit");
        }
        if (std::string(list) != "/users/recommendations") {
            check_refusal(world.get(ari, fmt::format("{}?cursor=x", list)), 400, "malformed",
                          "cursor");
        }
    }
    CHECK(world.post(bora, "/users/blocks", user(ari)).status == 200);
    check_refusal(ask(world, ari, bora), 403, "blocked");
    check_refusal(ask(world, bora, ari), 403, "blocked");
}

TEST_CASE("a block is set in two spellings, listed, felt in direct rooms, and taken back") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person chan = world.sign_up("chan");
    const Answer room = world.post(ari, "/chatrooms/direct", user(bora));
    REQUIRE(room.status == 200);
    const std::string messages = path("/messages", room.number("/id"));
    befriend(world, ari, bora);

    const Answer set = world.post(ari, "/users/blocks", user(bora));
    REQUIRE(set.status == 200);
    CHECK(set.number("/userId") == bora.id.value);
    CHECK(set.flag("/blocked"));
    CHECK(!set.flag("/friend"));
    CHECK(world.post(ari, "/users/block", user(chan, "targetUserId")).flag("/blocked"));
    const Answer list = world.get(ari, "/users/blocks?limit=1");
    CHECK(list.text("/items/0/nickname") == "bora");
    CHECK(list.text("/items/0/blockedAt").size() == 24);
    CHECK(list.flag("/hasMore"));
    const Answer rest = world.get(ari, "/users/blocks?cursor=" + list.text("/nextCursor"));
    CHECK(rest.size("/items") == 1);
    CHECK(rest.text("/items/0/nickname") == "chan");
    CHECK(world.get(bora, "/users/blocks").size("/items") == 0);

    for (const Person& person : {ari, bora}) {
        const Person& other = person.id == ari.id ? bora : ari;
        check_refusal(world.post(person, "/chatrooms/direct", user(other)), 403, "blocked");
        check_refusal(world.post(person, messages, R"({"content":"hello"})"), 403, "blocked");
        CHECK(world.get(person, messages).status == 200);
    }
    check_refusal(world.post(ari, "/users/blocks", user(ari)), 422, "invalid_value", "userId");
    check_refusal(world.post(ari, "/users/blocks", R"({"userId":777})"), 404, "not_found", "user");
    check_refusal(world.post(ari, "/users/blocks", "{}"), 400, "malformed", "userId");
    check_refusal(world.post(ari, "/users/block", user(bora)), 400, "malformed", "targetUserId");

    const Answer gone = world.del(ari, path("/users/blocks", bora.id.value));
    REQUIRE(gone.status == 200);
    CHECK(!gone.flag("/blocked"));
    CHECK(world.del(ari, path("/users/blocks", bora.id.value)).status == 200);
    CHECK(world.post(bora, messages, R"({"content":"hello"})").status == 201);
}

TEST_CASE("people are recommended by their mutual friends") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person chan = world.sign_up("chan");
    const Person dana = world.sign_up("dana");
    const Person eun = world.sign_up("eun");
    befriend(world, ari, bora);
    befriend(world, ari, chan);
    befriend(world, bora, dana);
    befriend(world, chan, dana);
    befriend(world, dana, eun);
    const Answer found = world.get(ari, "/users/recommendations");
    REQUIRE(found.status == 200);
    REQUIRE(found.size("/items") == 2);
    CHECK(found.number("/items/0/id") == dana.id.value);
    CHECK(found.text("/items/0/nickname") == "dana");
    CHECK(found.is_null("/items/0/profileImageUrl"));
    CHECK(found.number("/items/0/mutualFriends") == 2);
    CHECK(found.number("/items/0/depth") == 2);
    CHECK(found.number("/items/1/id") == eun.id.value);
    CHECK(found.number("/items/1/mutualFriends") == 0);
    CHECK(found.number("/items/1/depth") == 3);
    CHECK(world.get(ari, "/users/recommendations?skip=1&limit=1").text("/items/0/nickname") ==
          "eun");
    CHECK(world.get(ari, "/users/recommendations?skip=2").size("/items") == 0);
    CHECK(ask(world, ari, dana).status == 201);
    CHECK(world.get(ari, "/users/recommendations").text("/items/0/nickname") == "eun");
    for (const char* skip : {"-1", "x", "1001", ""}) {
        check_refusal(world.get(ari, fmt::format("/users/recommendations?skip={}", skip)), 400,
                      "malformed", "skip");
    }
}

TEST_CASE("notifications are listed, counted and marked read") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    inbox(world, bora, 1);
    const Answer posted = world.post(
        ari, "/messages/" + room,
        fmt::format(R"({{"content":"hi bora","mentions":[{{"userId":{},"start":3,"length":4}}]}})",
                    bora.id.value));
    REQUIRE(posted.status == 201);
    const Answer list = inbox(world, bora, 2);
    CHECK(list.text("/items/0/kind") == "mention");
    CHECK(list.text("/items/0/actor/nickname") == "ari");
    CHECK(list.number("/items/0/actor/id") == ari.id.value);
    CHECK(list.is_null("/items/0/actor/profileImageUrl"));
    CHECK(std::to_string(list.number("/items/0/roomId")) == room);
    CHECK(list.number("/items/0/messageId") == posted.number("/id"));
    CHECK(!list.flag("/items/0/read"));
    CHECK(list.text("/items/0/at").size() == 24);
    CHECK(list.text("/items/1/kind") == "invitation");
    CHECK(!list.has("/items/1/messageId"));
    const Answer first = world.get(bora, "/notifications?limit=1");
    CHECK(first.flag("/hasMore"));
    CHECK(world.get(bora, "/notifications?cursor=" + first.text("/nextCursor"))
              .text("/items/0/kind") == "invitation");

    CHECK(world.get(bora, "/notifications/unread").number("/unreadCount") == 2);
    const std::string read = path("/notifications", list.number("/items/0/id"), "/read");
    check_refusal(world.post(ari, read), 404, "not_found", "notification");
    check_refusal(world.post(bora, "/notifications/777/read"), 404, "not_found", "notification");
    CHECK(world.post(bora, read).flag("/read"));
    CHECK(world.get(bora, "/notifications/unread").number("/unreadCount") == 1);
    CHECK(world.post(bora, "/notifications/read-all").number("/unreadCount") == 0);
    CHECK(world.get(bora, "/notifications/unread").number("/unreadCount") == 0);
    CHECK(inbox(world, bora, 2).flag("/items/1/read"));
    CHECK(inbox(world, ari, 0).size("/items") == 0);
}
