// Reactions, pins, threads, forwarding, notices, roles, favourites: as /api/v1 has them.

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

struct Team {
    DoorWorld world;
    Person ari = world.sign_up("ari");
    Person bora = world.sign_up("bora");
    Person dana = world.sign_up("dana");
    std::string room = world.group(ari, {bora});
    std::int64_t said = world.say(bora, room, "lunch?");

    std::string with_message(const std::string& more = {}) const {
        return fmt::format(R"({{"messageId":{}{}}})", said, more);
    }
};

std::string member_path(const std::string& room, const Person& person) {
    return fmt::format("/chatrooms/{}/participants/{}", room, person.id.value);
}

}  // namespace

TEST_CASE("a reaction is put to a message, once a person, and taken away") {
    Team team;
    const std::string path = "/messages/reaction";
    const Answer put = team.world.post(team.ari, path, team.with_message(R"(,"reaction":"👍")"));
    REQUIRE(put.status == 200);
    CHECK(put.text("/reactions/0/reaction") == "👍");
    CHECK(put.number("/reactions/0/count") == 1);
    CHECK(put.number("/reactions/0/userIds/0") == team.ari.id.value);
    const Answer again = team.world.post(team.ari, path, team.with_message(R"(,"reaction":"👍")"));
    CHECK(again.number("/reactions/0/count") == 1);
    CHECK(again.number("/changedAt") == put.number("/changedAt"));
    const Answer gone = team.world.del(
        team.ari, fmt::format("{}?messageId={}&reaction=%F0%9F%91%8D", path, team.said));
    CHECK(gone.size("/reactions") == 0);
    for (const char* wrong : {"", "a", "👍👍", ":)"}) {
        check_refusal(team.world.post(team.ari, path,
                                      team.with_message(fmt::format(R"(,"reaction":"{}")", wrong))),
                      422, "invalid_reaction", "reaction");
    }
    check_refusal(team.world.post(team.ari, path, team.with_message()), 400, "malformed",
                  "reaction");
    check_refusal(team.world.post(team.ari, path, R"({"reaction":"👍"})"), 400, "malformed",
                  "messageId");
    check_refusal(team.world.post(team.dana, path, team.with_message(R"(,"reaction":"👍")")), 404,
                  "not_found", "message");
    team.world.del(team.bora, fmt::format("/messages/{}", team.said));
    check_refusal(team.world.post(team.ari, path, team.with_message(R"(,"reaction":"👍")")), 409,
                  "already_deleted");
}

TEST_CASE("three messages of a room are pinned at most, by who leads it") {
    Team team;
    check_refusal(team.world.post(team.bora, "/messages/pin", team.with_message()), 403,
                  "forbidden");
    const Answer pinned = team.world.post(team.ari, "/messages/pin", team.with_message());
    REQUIRE(pinned.status == 200);
    CHECK(pinned.number("/pinned/by") == team.ari.id.value);
    for (int i = 0; i < 3; ++i) {
        const auto other = team.world.say(team.bora, team.room, "more");
        const Answer next =
            team.world.post(team.ari, "/messages/pin", fmt::format(R"({{"messageId":{}}})", other));
        if (i < 2) CHECK(next.status == 200);
        if (i == 2) check_refusal(next, 409, "pin_limit");
    }
    CHECK(team.world.get(team.bora, "/messages/pins/" + team.room).size("/items") == 3);
    check_refusal(team.world.get(team.dana, "/messages/pins/" + team.room), 403, "not_a_member");
    const Answer freed = team.world.del(team.ari, fmt::format("/messages/pin/{}", team.said));
    CHECK_FALSE(freed.has("/pinned"));
    CHECK(team.world.get(team.bora, "/messages/pins/" + team.room).size("/items") == 2);
}

TEST_CASE("a thread has its replies, and the room its threads") {
    Team team;
    const std::string body = fmt::format(R"({{"roomId":{},"parentMessageId":{},"content":"yes"}})",
                                         team.room, team.said);
    const Answer reply = team.world.post(team.ari, "/messages/thread", body);
    REQUIRE(reply.status == 201);
    CHECK(reply.number("/parentId") == team.said);
    team.world.post(team.bora, "/messages/thread", body);
    const std::string of_root = fmt::format("/messages/thread?parentMessageId={}", team.said);
    const Answer replies = team.world.get(team.bora, of_root + "&limit=1");
    CHECK(replies.size("/items") == 1);
    CHECK(replies.number("/items/0/id") == reply.number("/id"));
    CHECK(replies.flag("/hasMore"));
    const Answer rest =
        team.world.get(team.bora, of_root + "&cursor=" + replies.text("/nextCursor"));
    CHECK(rest.size("/items") == 1);
    const Answer threads = team.world.get(team.bora, "/messages/threads?roomId=" + team.room);
    REQUIRE(threads.size("/items") == 1);
    CHECK(threads.number("/items/0/parent/id") == team.said);
    CHECK(threads.number("/items/0/replyCount") == 2);
    CHECK(threads.text("/items/0/lastReply/senderNickname") == "bora");
    CHECK(threads.size("/items/0/participantIds") == 2);
    const Answer roots = team.world.get(team.bora, "/messages/" + team.room + "?replies=false");
    CHECK(roots.size("/items") == 1);
    check_refusal(team.world.get(team.bora, "/messages/thread"), 400, "malformed",
                  "parentMessageId");
    check_refusal(team.world.get(team.dana, of_root), 404, "not_found", "message");
    check_refusal(team.world.get(team.dana, "/messages/threads?roomId=" + team.room), 403,
                  "not_a_member");
}

TEST_CASE("forwarding makes one message in each room, once for each request") {
    Team team;
    const std::string first = team.world.group(team.bora, {team.dana});
    const std::string second = team.world.group(team.bora, {});
    const auto forward = [&](const std::string& rooms, const std::string& more = {}) {
        return team.world.post(
            team.bora, "/messages/forward",
            fmt::format(R"({{"messageId":{},"targetRoomIds":[{}]{}}})", team.said, rooms, more));
    };
    const std::string key = R"(,"clientKey":"0e1d3a52-8f0e-4c6b-9a51-7d1c0a1b2c3d")";
    const Answer made = forward(first + "," + second, R"(,"additionalContent":"look")" + key);
    REQUIRE(made.status == 201);
    REQUIRE(made.size("/items") == 2);
    CHECK(made.text("/items/0/content") == "look");
    CHECK(made.number("/items/0/forwardedFrom/id") == team.said);
    CHECK(made.text("/items/0/forwardedFrom/content") == "lunch?");
    CHECK(std::to_string(made.number("/items/1/roomId")) == second);
    const Answer again = forward(first + "," + second, R"(,"additionalContent":"look")" + key);
    CHECK(again.number("/items/0/id") == made.number("/items/0/id"));
    check_refusal(forward(first + "," + second, R"(,"additionalContent":"other")" + key), 409,
                  "key_reused");
    const Answer bare = forward(second);
    REQUIRE(bare.status == 201);
    CHECK(bare.text("/items/0/content").empty());
    CHECK(team.world.get(team.bora, "/chatrooms/" + second).text("/lastMessage/content") ==
          "lunch?");

    const auto count = [&] {
        return team.world.get(team.dana, "/messages/" + first).size("/items");
    };
    const std::size_t before = count();
    const std::string closed = team.world.group(team.ari, {});
    check_refusal(forward(first + "," + closed), 403, "not_a_member");
    CHECK(count() == before);  // none of the rooms has it
    check_refusal(forward(""), 422, "invalid_value", "targetRoomIds");
    check_refusal(forward(first + "," + first), 422, "invalid_value", "targetRoomIds");
    check_refusal(forward(first, R"(,"additionalContent":7)"), 400, "malformed",
                  "additionalContent");
    check_refusal(forward(first, R"(,"additionalContent":"  ")"), 422, "empty",
                  "additionalContent");
}

TEST_CASE("a room's notice is set, shown and taken away") {
    Team team;
    const std::string path = "/chatrooms/" + team.room + "/notice";
    check_refusal(team.world.post(team.bora, path, R"({"content":"x"})"), 403, "forbidden");
    const Answer set = team.world.post(team.ari, path, R"({"content":"be kind"})");
    REQUIRE(set.status == 200);
    CHECK(set.text("/content") == "be kind");
    CHECK(set.number("/by") == team.ari.id.value);
    CHECK(team.world.get(team.bora, path).text("/content") == "be kind");
    CHECK(team.world.get(team.bora, "/chatrooms/" + team.room).text("/notice/content") ==
          "be kind");
    check_refusal(team.world.post(team.ari, path,
                                  fmt::format(R"({{"content":"{}"}})", std::string(1'001, 'x'))),
                  422, "too_long", "content");
    CHECK(team.world.del(team.ari, path).is_null(""));
    CHECK(team.world.get(team.bora, "/chatrooms/" + team.room).is_null("/notice"));
    check_refusal(team.world.get(team.dana, path), 403, "not_a_member");
}

TEST_CASE("favourites and muted rooms are each person's own") {
    Team team;
    const std::string path = "/chatrooms/" + team.room;
    CHECK(team.world.post(team.bora, path + "/favorite").flag("/favorite"));
    CHECK(team.world.post(team.bora, path + "/mute").flag("/muted"));
    CHECK_FALSE(team.world.get(team.ari, path).flag("/favorite"));
    team.world.group(team.bora, {});
    CHECK(team.world.get(team.bora, "/chatrooms/favorites").size("/items") == 1);
    CHECK(team.world.get(team.bora, "/chatrooms?favorite=true").size("/items") == 1);
    CHECK_FALSE(team.world.del(team.bora, path + "/favorite").flag("/favorite"));
    CHECK(team.world.get(team.bora, "/chatrooms/favorites").size("/items") == 0);
    check_refusal(team.world.post(team.dana, path + "/mute"), 403, "not_a_member");
}

TEST_CASE("roles are given, a room is handed over, and members are kept from posting") {
    Team team;
    const std::string bora = member_path(team.room, team.bora);
    CHECK(team.world.put(team.ari, bora, R"({"role":"admin"})").text("/role") == "admin");
    const auto until = [&](const char* time) {
        return team.world.put(team.ari, bora, fmt::format(R"({{"mutedUntil":"{}"}})", time));
    };
    CHECK(until("2999-01-01T00:00:00+09:00").text("/mutedUntil") == "2998-12-31T15:00:00.000Z");
    check_refusal(team.world.post(team.bora, "/messages/" + team.room, R"({"content":"x"})"), 403,
                  "muted");
    CHECK_FALSE(until("").has("/mutedUntil"));
    CHECK(team.world.post(team.bora, "/messages/" + team.room, R"({"content":"x"})").status == 201);
    for (const char* wrong :
         {"tomorrow", "2999-02-30T00:00:00Z", "2999-01-01", "2999-01-01T24:00:00Z"})
        check_refusal(until(wrong), 400, "malformed", "mutedUntil");
    check_refusal(team.world.put(team.ari, bora, "{}"), 400, "malformed", "role");
    check_refusal(team.world.put(team.ari, bora, R"({"role":"king"})"), 400, "malformed", "role");
    check_refusal(
        team.world.put(team.bora, member_path(team.room, team.ari), R"({"role":"member"})"), 403,
        "forbidden");
    CHECK(team.world.put(team.ari, bora, R"({"role":"owner"})").text("/role") == "owner");
    CHECK(team.world.get(team.ari, "/chatrooms/" + team.room).text("/role") == "admin");
}

TEST_CASE("who is put out of a room sees nothing of it any more") {
    Team team;
    const std::string path = "/chatrooms/" + team.room;
    CHECK(team.world.del(team.ari, member_path(team.room, team.bora) + "?ban=true").status == 200);
    team.world.say(team.ari, team.room, "a secret");
    check_refusal(team.world.get(team.bora, path), 403, "not_a_member");
    check_refusal(team.world.get(team.bora, path + "/participants"), 403, "not_a_member");
    check_refusal(team.world.post(team.bora, path + "/join"), 403, "banned");
    check_refusal(
        team.world.post(team.bora, "/messages/" + team.room,
                        R"({"content":"x","clientKey":"0e1d3a52-8f0e-4c6b-9a51-7d1c0a1b2c3d"})"),
        403, "banned");
    // Who has left by themselves may look at the header, but can be barred too.
    const std::string other = team.world.group(team.ari, {team.dana});
    team.world.post(team.dana, "/chatrooms/" + other + "/leave");
    CHECK(team.world.get(team.dana, "/chatrooms/" + other).status == 200);
    CHECK(team.world.del(team.ari, member_path(other, team.dana)).status == 200);
    check_refusal(team.world.get(team.dana, "/chatrooms/" + other), 403, "not_a_member");
    check_refusal(team.world.post(team.dana, "/chatrooms/" + other + "/join"), 403, "forbidden");
    // Who left silently sees no more of what is said.
    const std::string third = team.world.group(team.ari, {team.dana});
    team.world.post(team.dana, "/chatrooms/" + third + "/leave", R"({"silent":true})");
    team.world.say(team.ari, third, "a secret");
    CHECK(team.world.get(team.dana, "/chatrooms/" + third).is_null("/lastMessage"));
}

TEST_CASE("names without controls, and addresses that only fetch") {
    Team team;
    const std::string path = "/messages/" + team.room;
    for (const char* url : {"javascript:alert(1)", "//other.example/x", "data:text/html,x",
                            R"(/\\other.example/x)", "file:///x", "https://a\\nb"}) {
        check_refusal(
            team.world.post(team.ari, path,
                            fmt::format(R"({{"content":"x","attachments":[{{"url":"{}","name":"n",
                                         "size":1,"contentType":"a/b"}}]}})",
                                        url)),
            422, "invalid_value", "attachments");
    }
    const auto shown = [&](const char* url) {
        INFO(url);
        return team.world.post(
            team.ari, path,
            fmt::format(R"({{"content":"x","attachments":[{{"url":"{}","name":"n","size":1,
                             "contentType":"image/png"}}]}})",
                        url));
    };
    // Each of them leads to what /api/v1/attachments/7 names, or to another part of the API.
    for (const char* url :
         {"/api/v1/%61ttachments/7", "/%61%70%69/v1/attachments/7", "/api/v1/./attachments/7",
          "/api/v1/x/../attachments/7", "/api/v1/x/%2e%2E/attachments/7", "/API/v1/attachments/7",
          "/api//v1/attachments/7", "/api%2Fv1/attachments/7", R"(/api\\v1/attachments/7)",
          "/x/../api/v1/attachments/7", "/./api/v1/attachments/7", "/api/v1/attachments/07",
          "/api/v1/attachments/7?x", "/api/v1/users/me", "/api", "/x/.."}) {
        check_refusal(shown(url), 422, "invalid_value", "attachments");
    }
    for (const char* url : {"/a.png", "/files/caf%C3%A9.png", "/files/?of=//x/../y", "/apiary/1",
                            "/a%", "/a/%2", "/a/", "/a/.b", "/a..b", "https://f.org/api//v1/../x"})
        CHECK(shown(url).status == 201);
    check_refusal(team.world.post(team.ari, path, R"({"content":"a\u0000b"})"), 400, "malformed",
                  "content");
    check_refusal(team.world.put(team.ari, "/users/me", R"({"nickname":"a\nb"})"), 422,
                  "invalid_value", "nickname");
    check_refusal(team.world.put(team.ari, "/chatrooms/" + team.room, R"({"title":"a\u0007b"})"),
                  422, "invalid_value", "title");
    check_refusal(
        team.world.ask("POST", "/api/v1/auth/signup",
                       R"({"email":"a\u0001b@x.org","password":"12345678","nickname":"n"})"),
        422, "invalid_value", "email");
}

TEST_CASE("messages are searched in one room and in all of one's own") {
    Team team;
    const std::string other = team.world.group(team.bora, {});
    team.world.say(team.bora, other, "점심 뭐 먹지? LUNCH");
    const auto count = [&](const Person& person, const std::string& query) {
        return team.world.get(person, "/messages/search?query=" + query).size("/items");
    };
    CHECK(count(team.bora, "lunch") == 2);
    CHECK(count(team.ari, "lunch") == 1);
    CHECK(count(team.dana, "lunch") == 0);
    CHECK(count(team.bora, "%EC%A0%90%EC%8B%AC") == 1);
    CHECK(count(team.bora, "lunch&roomId=" + team.room) == 1);
    CHECK(count(team.bora, fmt::format("lunch&senderId={}", team.ari.id.value)) == 0);
    CHECK(count(team.bora, "lunch&type=image") == 0);
    CHECK(count(team.bora, "lunch&from=2999-01-01T00:00:00Z") == 0);
    CHECK(count(team.bora, "lunch&to=2999-01-01T00:00:00Z") == 2);
    const Answer first = team.world.get(team.bora, "/messages/search?query=lunch&limit=1");
    CHECK(first.flag("/hasMore"));
    CHECK(first.text("/items/0/senderNickname") == "bora");
    const Answer rest = team.world.get(
        team.bora, "/messages/search?query=lunch&limit=1&cursor=" + first.text("/nextCursor"));
    CHECK(rest.number("/items/0/id") == team.said);
    check_refusal(team.world.get(team.dana, "/messages/search?query=x&roomId=" + team.room), 403,
                  "not_a_member");
    check_refusal(team.world.get(team.ari, "/messages/search"), 422, "empty", "query");
    check_refusal(team.world.get(team.ari, "/messages/search?query=" + std::string(101, 'x')), 422,
                  "too_long", "query");
    check_refusal(team.world.get(team.ari, "/messages/search?query=x&type=song"), 400, "malformed",
                  "type");
    check_refusal(team.world.get(team.ari, "/messages/search?query=x&from=today"), 400, "malformed",
                  "from");
}

TEST_CASE("groups are searched by title, one's own and open ones") {
    Team team;
    const std::string open = team.world.group(team.ari, {}, R"(,"open":true)");
    team.world.say(team.ari, open, "inside");
    const Answer own = team.world.get(team.bora, "/chatrooms/search?query=GROUP");
    REQUIRE(own.size("/items") == 2);
    int said = 0;
    for (const std::string item : {"/items/0", "/items/1"}) {
        if (std::to_string(own.number(item + "/id")) != team.room) continue;
        CHECK(own.text(item + "/lastMessage/senderNickname") == "bora");
        ++said;
    }
    CHECK(said == 1);
    const Answer found = team.world.get(team.dana, "/chatrooms/search?query=group");
    REQUIRE(found.size("/items") == 1);
    CHECK(std::to_string(found.number("/items/0/id")) == open);
    CHECK(found.is_null("/items/0/lastMessage"));  // what is said there is for members
    check_refusal(team.world.get(team.dana, "/chatrooms/search?query="), 422, "empty", "query");
}
