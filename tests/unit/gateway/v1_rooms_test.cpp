#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

TEST_CASE("a direct room is one for both and for each context") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Answer opened =
        world.post(ari, "/chatrooms/direct", fmt::format(R"({{"userId":{}}})", bora.id.value));
    REQUIRE(opened.status == 200);
    CHECK(opened.text("/kind") == "direct");
    CHECK(opened.is_null("/title"));
    CHECK(opened.is_null("/context"));
    CHECK(opened.is_null("/lastMessage"));
    CHECK(opened.number("/participantCount") == 2);
    CHECK(opened.text("/peer/nickname") == "bora");
    const Answer again =
        world.post(bora, "/chatrooms/direct", fmt::format(R"({{"userId":"{}"}})", ari.id.value));
    CHECK(again.number("/id") == opened.number("/id"));
    const Answer about = world.post(
        ari, "/chatrooms/direct",
        fmt::format(R"({{"userId":{},"context":{{"type":"product","id":17}}}})", bora.id.value));
    REQUIRE(about.status == 200);
    CHECK(about.number("/id") != opened.number("/id"));
    CHECK(about.text("/context/type") == "product");
    CHECK(about.text("/context/id") == "17");

    const auto try_with = [&](const std::string& body) {
        return world.post(ari, "/chatrooms/direct", body);
    };
    check_refusal(try_with(fmt::format(R"({{"userId":{}}})", ari.id.value)), 422, "self_room");
    check_refusal(try_with(R"({"userId":999})"), 404, "not_found", "user");
    check_refusal(try_with(R"({})"), 400, "malformed", "userId");
    check_refusal(try_with(R"({"userId":1.5})"), 400, "malformed", "userId");
    check_refusal(try_with(R"({"userId":9007199254740992})"), 400, "malformed", "userId");
    check_refusal(try_with(fmt::format(R"({{"userId":{},"context":"p"}})", bora.id.value)), 400,
                  "malformed", "context");
    check_refusal(try_with(fmt::format(R"({{"userId":{},"context":{{"type":"P Q","id":"1"}}}})",
                                       bora.id.value)),
                  422, "invalid_value", "context");
}

TEST_CASE("a group is created with its people, and renamed by those who lead it") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person choi = world.sign_up("choi");
    const Answer made = world.post(
        ari, "/chatrooms",
        fmt::format(
            R"({{"title":" Tea ","memberIds":["{}"],"open":true,"metadata":{{"a":[1]}},"x":0}})",
            bora.id.value));
    REQUIRE(made.status == 201);
    CHECK(made.text("/title") == "Tea");
    CHECK(made.text("/kind") == "group");
    CHECK(made.text("/role") == "owner");
    CHECK(made.flag("/open"));
    CHECK(made.number("/participantCount") == 2);
    CHECK(made.number("/metadata/a/0") == 1);
    const std::string room = std::to_string(made.number("/id"));

    const Answer renamed = world.put(ari, "/chatrooms/" + room, R"({"title":"Coffee"})");
    REQUIRE(renamed.status == 200);
    CHECK(renamed.text("/title") == "Coffee");
    const Answer found = world.get(bora, "/chatrooms/" + room);
    CHECK(found.text("/title") == "Coffee");
    CHECK(found.text("/role") == "member");

    check_refusal(world.get(choi, "/chatrooms/" + room), 403, "not_a_member");
    check_refusal(world.get(choi, "/chatrooms/123456"), 403, "not_a_member");
    check_refusal(world.put(bora, "/chatrooms/" + room, R"({"title":"x"})"), 403, "forbidden");
    check_refusal(world.put(ari, "/chatrooms/" + room, R"({"title":false})"), 400, "malformed",
                  "title");
    check_refusal(world.put(ari, "/chatrooms/" + room, ""), 400, "malformed");
    check_refusal(world.put(ari, "/chatrooms/" + room, R"({"title":" "})"), 422, "empty", "title");
    check_refusal(world.put(ari, "/chatrooms/" + room,
                            fmt::format(R"({{"title":"{}"}})", std::string(101, 't'))),
                  422, "too_long", "title");
    const auto create = [&](const std::string& body) {
        return world.post(ari, "/chatrooms", body);
    };
    check_refusal(create(R"({"memberIds":[]})"), 400, "malformed", "title");
    check_refusal(create(R"({"title":"t","memberIds":7})"), 400, "malformed", "memberIds");
    check_refusal(create(R"({"title":"t","memberIds":[0]})"), 400, "malformed", "memberIds");
    check_refusal(create(R"({"title":"t","open":"yes"})"), 400, "malformed", "open");
    check_refusal(create(R"({"title":"t","metadata":[]})"), 400, "malformed", "metadata");
    check_refusal(create(R"({"title":"t","memberIds":[999]})"), 404, "not_found", "user");
}

TEST_CASE("the room list is newest activity first, in pages, and filtered by unread and context") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string plain = world.group(ari, {bora});
    const std::string about = world.group(ari, {bora}, R"(,"context":{"type":"store","id":"4"})");
    const std::string quiet = world.group(ari, {bora});
    world.let_time_pass();
    world.say(bora, about, "one");
    world.let_time_pass();
    world.say(bora, plain, "two");

    const Answer first = world.get(ari, "/chatrooms?limit=2");
    REQUIRE(first.status == 200);
    REQUIRE(first.size("/items") == 2);
    CHECK(first.number("/items/0/id") == std::stoll(plain));
    CHECK(first.number("/items/0/unreadCount") == 1);
    CHECK(first.text("/items/0/lastMessage/content") == "two");
    CHECK(first.text("/items/0/lastMessage/senderNickname") == "bora");
    CHECK(first.number("/items/1/id") == std::stoll(about));
    CHECK(first.flag("/hasMore"));
    const Answer rest = world.get(ari, "/chatrooms?limit=2&cursor=" + first.text("/nextCursor"));
    REQUIRE(rest.size("/items") == 1);
    CHECK(rest.number("/items/0/id") == std::stoll(quiet));
    CHECK(rest.is_null("/nextCursor"));
    CHECK_FALSE(rest.flag("/hasMore"));

    CHECK(world.get(ari, "/chatrooms?unread=TRUE").size("/items") == 2);
    CHECK(world.get(bora, "/chatrooms?unread=true").size("/items") == 0);
    const Answer in_store = world.get(ari, "/chatrooms?contextType=store&contextId=4");
    REQUIRE(in_store.size("/items") == 1);
    CHECK(in_store.number("/items/0/id") == std::stoll(about));
    check_refusal(world.get(ari, "/chatrooms?limit=101"), 400, "malformed", "limit");
    check_refusal(world.get(ari, "/chatrooms?limit=-1"), 400, "malformed", "limit");
    check_refusal(world.get(ari, "/chatrooms?limit="), 400, "malformed", "limit");
    check_refusal(world.get(ari, "/chatrooms?cursor=x"), 400, "malformed", "cursor");
    check_refusal(world.get(ari, "/chatrooms?unread=7"), 400, "malformed", "unread");
    check_refusal(world.get(ari, "/chatrooms?contextType=store"), 400, "malformed", "contextId");
    CHECK(world.get(ari, "/chatrooms?favorite=true").size("/items") == 0);
}

TEST_CASE("the room list has an entity tag, and a client that has it is told so") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const Answer first = world.get(ari, "/chatrooms");
    const std::string tag = first.header("ETag");
    REQUIRE(tag.starts_with("W/\""));
    CHECK(first.header("Cache-Control") == "private, no-cache");
    const auto again = [&](const std::string& tags) {
        return world.ask("GET", "/api/v1/chatrooms", {}, ari.token, {{"If-None-Match", tags}});
    };
    const Answer same = again("W/\"0\", " + tag);
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(same.header("ETag") == tag);
    CHECK(again(tag.substr(2)).status == 304);
    CHECK(again("*").status == 304);
    CHECK(again("W/\"0\"").status == 200);
    world.say(bora, room, "hello");
    const Answer changed = again(tag);
    CHECK(changed.status == 200);
    CHECK(changed.header("ETag") != tag);
}

TEST_CASE("people join open groups, leave, and are invited and removed") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person choi = world.sign_up("choi");
    const std::string open = world.group(ari, {}, R"(,"open":true)");
    const std::string closed = world.group(ari, {bora});

    const Answer joined = world.post(bora, "/chatrooms/" + open + "/join");
    REQUIRE(joined.status == 200);
    CHECK(joined.number("/participantCount") == 2);
    check_refusal(world.post(choi, "/chatrooms/" + closed + "/join"), 403, "forbidden");
    check_refusal(world.post(choi, "/chatrooms/123456/join"), 404, "not_found", "room");

    const Answer left = world.post(bora, "/chatrooms/" + open + "/leave", R"({"silent":true})");
    REQUIRE(left.status == 200);
    CHECK(left.number("/participantCount") == 1);
    check_refusal(world.post(choi, "/chatrooms/" + closed + "/leave"), 403, "not_a_member");
    check_refusal(world.post(bora, "/chatrooms/" + closed + "/leave", R"({"silent":"x"})"), 400,
                  "malformed", "silent");
    CHECK(world.post(bora, "/chatrooms/" + closed + "/leave?silent=true").status == 200);
    check_refusal(world.get(bora, "/messages/" + closed), 403, "not_a_member");

    const std::string invite = "/chatrooms/" + closed + "/participants";
    const Answer invited = world.post(
        ari, invite,
        fmt::format(R"({{"userIds":[{},"{}"],"role":"MEMBER"}})", bora.id.value, choi.id.value));
    REQUIRE(invited.status == 200);
    CHECK(invited.number("/participantCount") == 3);
    check_refusal(world.post(ari, invite, "{}"), 400, "malformed", "userIds");
    check_refusal(world.post(ari, invite, R"({"userIds":["x"]})"), 400, "malformed", "userIds");
    check_refusal(world.post(ari, invite, R"({"userIds":[]})"), 422, "empty", "userIds");
    check_refusal(world.post(ari, invite, R"({"userIds":[999]})"), 404, "not_found", "user");
    check_refusal(world.post(ari, invite, R"({"userIds":[1],"role":"king"})"), 400, "malformed",
                  "role");

    const std::string remove = fmt::format("/chatrooms/{}/participants/", closed);
    check_refusal(world.del(bora, remove + std::to_string(ari.id.value)), 403, "forbidden");
    CHECK(world.del(ari, remove + std::to_string(choi.id.value), "not read").status == 200);
    check_refusal(world.post(choi, "/chatrooms/" + closed + "/join"), 403, "forbidden");
    check_refusal(world.del(ari, remove + "999"), 404, "not_found", "member");
    check_refusal(world.del(ari, remove + std::to_string(ari.id.value)), 422, "invalid_value",
                  "userId");
    check_refusal(world.del(ari, remove + "someone"), 400, "malformed", "userId");
}

TEST_CASE("DELETE of a room leaves it, unless it is asked to delete it for everybody") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    CHECK(world.get(ari, "/chatrooms/" + room).number("/participantCount") == 2);
    CHECK(world.del(ari, "/chatrooms/" + room + "?forEveryone=false").status == 200);
    const Answer heir = world.get(bora, "/chatrooms/" + room);
    CHECK(heir.number("/participantCount") == 1);
    CHECK(heir.text("/role") == "owner");
    CHECK(world.get(ari, "/chatrooms").size("/items") == 0);
}

TEST_CASE("participants are listed in pages, those who left too") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Person choi = world.sign_up("choi");
    const std::string room = world.group(ari, {bora, choi});
    const std::string path = "/chatrooms/" + room + "/participants";
    world.post(bora, "/chatrooms/" + room + "/leave");
    const Answer first = world.get(ari, path + "?limit=2");
    REQUIRE(first.status == 200);
    CHECK(first.number("/items/0/userId") == ari.id.value);
    CHECK(first.text("/items/0/nickname") == "ari");
    CHECK(first.text("/items/0/role") == "owner");
    CHECK(first.flag("/items/0/isActive"));
    CHECK(first.is_null("/items/0/leftAt"));
    CHECK_FALSE(first.flag("/items/1/isActive"));
    CHECK(first.text("/items/1/leftAt").ends_with("Z"));
    const Answer rest = world.get(ari, path + "?cursor=" + first.text("/nextCursor"));
    CHECK(rest.size("/items") == 1);
    CHECK(rest.number("/items/0/userId") == choi.id.value);
    CHECK(rest.is_null("/nextCursor"));
    check_refusal(world.get(world.sign_up("dana"), path), 403, "not_a_member");
    check_refusal(world.get(ari, path + "?cursor=-1"), 400, "malformed", "cursor");
    check_refusal(world.get(ari, path + "?limit=1000"), 400, "malformed", "limit");
}

TEST_CASE("who is online in a room is told to its members") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    CHECK(world.get(ari, "/chatrooms/" + room + "/online").body == R"({"items":[]})");
    world.engine().presence().came(bora.id, {});
    CHECK(world.get(ari, "/chatrooms/" + room + "/online").body ==
          fmt::format(R"({{"items":[{}]}})", bora.id.value));
    check_refusal(world.get(world.sign_up("choi"), "/chatrooms/" + room + "/online"), 403,
                  "not_a_member");
}

TEST_CASE("changes since a position come once each, ascending, with where to ask from next") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const std::int64_t one = world.say(ari, room, "one");
    const std::int64_t two = world.say(ari, room, "two");
    world.del(ari, fmt::format("/messages/{}", one));
    const std::string path = "/chatrooms/" + room + "/changes";

    const Answer all = world.get(bora, path);
    REQUIRE(all.status == 200);
    REQUIRE(all.size("/items") == 5);
    CHECK(all.text("/items/0/kind") == "room");
    CHECK(all.number("/items/0/position") == 0);
    CHECK_FALSE(all.has("/items/0/room/unreadCount"));
    CHECK(all.text("/items/1/kind") == "member");
    CHECK(all.text("/items/2/member/nickname") == "bora");
    CHECK(all.number("/items/3/message/id") == two);
    CHECK(all.number("/items/4/message/id") == one);
    CHECK_FALSE(all.is_null("/items/4/message/deletedAt"));
    CHECK(all.text("/items/4/message/content").empty());
    CHECK(all.number("/nextCursor") == all.number("/items/4/position"));
    CHECK_FALSE(all.flag("/hasMore"));

    const Answer some = world.get(bora, path + fmt::format("?since={}&limit=1", one));
    REQUIRE(some.size("/items") == 1);
    CHECK(some.flag("/hasMore"));
    CHECK(some.number("/nextCursor") == two);
    const Answer none = world.get(bora, path + fmt::format("?since={}", all.number("/nextCursor")));
    CHECK(none.size("/items") == 0);
    CHECK(none.number("/nextCursor") == all.number("/nextCursor"));
    check_refusal(world.get(bora, path + "?since=-1"), 400, "malformed", "since");
    check_refusal(world.get(bora, path + "?since=1e3"), 400, "malformed", "since");
    check_refusal(world.get(bora, path + "?limit=101"), 400, "malformed", "limit");
    check_refusal(world.get(world.sign_up("choi"), path), 403, "not_a_member");
}
