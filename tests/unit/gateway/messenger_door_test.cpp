// The front door of the messenger, as its existing clients speak to it.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

struct Messenger {
    Messenger() {
        world.open_messenger_door();
        ann = sign_up("ann");
        bob = sign_up("bob");
        eve = sign_up("eve");
    }
    Person sign_up(const std::string& name) {
        const Answer made = world.ask(
            "POST", "/api/auth/signup",
            fmt::format(R"({{"email":"{}@example.org","password":"a password","nickname":"{}"}})",
                        name, name));
        REQUIRE(made.status == 201);
        return {UserId{made.number("/userId")}, made.text("/token"), {}, made.text("/email")};
    }
    Answer get(const Person& person, const std::string& path) {
        return world.ask("GET", "/api/rooms" + path, {}, person.token);
    }
    Answer post(const Person& person, const std::string& path, const std::string& body = {}) {
        return world.ask("POST", "/api/rooms" + path, body, person.token);
    }
    std::string direct(const Person& person, const Person& other) {
        const Answer made =
            post(person, "/direct", fmt::format(R"({{"targetUserId":{}}})", other.id.value));
        INFO(made.body);
        REQUIRE(made.status == 200);
        return fmt::format("{}", made.number("/id"));
    }

    DoorWorld world;
    Person ann;
    Person bob;
    Person eve;
};

}  // namespace

TEST_CASE("who signs up or logs in gets a token and is told who they are") {
    Messenger messenger;
    const Answer in = messenger.world.ask("POST", "/api/auth/login",
                                          R"({"email":"ann@example.org","password":"a password"})");
    REQUIRE(in.status == 200);
    CHECK(in.body == fmt::format(R"({{"token":"{}","userId":{},"email":"ann@example.org",)"
                                 R"("nickname":"ann"}})",
                                 in.text("/token"), messenger.ann.id.value));
    const Answer again = messenger.world.ask(
        "POST", "/api/auth/signup",
        R"({"email":"ann@example.org","password":"a password","nickname":"x"})");
    check_refusal(again, 409, "email_taken");
    check_refusal(messenger.world.ask("POST", "/api/auth/login",
                                      R"({"email":"ann@example.org","password":"not hers"})"),
                  401, "bad_credentials");
    for (const char* field : {"email", "password", "nickname"}) {
        std::string body = R"({"email":"z@example.org","password":"a password","nickname":"z"})";
        body.replace(body.find(field), std::string(field).size(), "other");
        check_refusal(messenger.world.ask("POST", "/api/auth/signup", body), 400, "malformed",
                      field);
    }
    check_refusal(messenger.world.ask("GET", "/api/rooms"), 401, "unauthenticated");
}

TEST_CASE("rooms are opened, listed and looked at") {
    Messenger messenger;
    const Answer made = messenger.post(
        messenger.ann, "/direct", fmt::format(R"({{"targetUserId":{}}})", messenger.bob.id.value));
    REQUIRE(made.status == 200);
    CHECK(made.body ==
          fmt::format(R"({{"id":{},"name":null,"type":"DIRECT","createdBy":{},"memberCount":2,)"
                      R"("lastMessage":null,"lastMessageAt":null,"unreadCount":0,)"
                      R"("createdAt":"{}"}})",
                      made.number("/id"), messenger.ann.id.value, made.text("/createdAt")));
    const std::string direct = fmt::format("{}", made.number("/id"));
    CHECK(messenger.direct(messenger.bob, messenger.ann) == direct);
    messenger.world.let_time_pass();
    const Answer group =
        messenger.post(messenger.ann, "/group",
                       fmt::format(R"({{"name":"hiking","memberIds":[{},"{}"]}})",
                                   messenger.bob.id.value, messenger.eve.id.value));
    REQUIRE(group.status == 200);
    CHECK(group.text("/name") == "hiking");
    CHECK(group.text("/type") == "GROUP");
    CHECK(group.number("/memberCount") == 3);
    CHECK(group.number("/createdBy") == messenger.ann.id.value);
    messenger.world.let_time_pass();
    messenger.world.say(messenger.bob, direct, "hi");

    const Answer list = messenger.get(messenger.ann, "");
    REQUIRE(list.status == 200);
    REQUIRE(list.size("") == 2);
    CHECK(list.number("/0/id") == std::stoll(direct));
    CHECK(list.text("/0/lastMessage") == "hi");
    CHECK(list.number("/0/unreadCount") == 1);
    CHECK(list.number("/1/id") == group.number("/id"));
    CHECK(messenger.get(messenger.eve, "").size("") == 1);
    const Answer one = messenger.get(messenger.ann, "/" + direct);
    CHECK(one.text("/lastMessageAt") == list.text("/0/lastMessageAt"));
    CHECK(one.number("/unreadCount") == 1);
}

TEST_CASE("history comes in pages by cursor, the oldest of a page first") {
    Messenger messenger;
    const std::string room = messenger.direct(messenger.ann, messenger.bob);
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 23; ++i)
        ids.push_back(messenger.world.say(messenger.ann, room, fmt::format("m{}", i)));
    const Answer newest = messenger.get(messenger.bob, "/" + room + "/messages");
    REQUIRE(newest.status == 200);
    CHECK(newest.size("/messages") == 20);
    CHECK(newest.number("/messages/0/id") == ids[3]);
    CHECK(newest.number("/messages/19/id") == ids[22]);
    CHECK(newest.flag("/hasMore"));
    CHECK(newest.number("/nextCursor") == ids[3]);
    const Answer rest =
        messenger.get(messenger.bob, fmt::format("/{}/messages?cursor={}&size=3", room, ids[3]));
    CHECK(rest.size("/messages") == 3);
    CHECK(rest.number("/messages/0/id") == ids[0]);
    CHECK_FALSE(rest.flag("/hasMore"));
    CHECK(rest.number("/nextCursor") == ids[0]);
    const Answer nothing =
        messenger.get(messenger.bob, fmt::format("/{}/messages?cursor={}", room, ids[0]));
    CHECK(nothing.body == R"({"messages":[],"hasMore":false,"nextCursor":null})");

    const std::string key = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const Answer keyed = messenger.world.post(
        messenger.ann, "/messages/" + room,
        fmt::format(R"({{"content":"keyed","type":"image","clientKey":"{}"}})", key));
    REQUIRE(keyed.status == 201);
    const Answer one = messenger.get(messenger.bob, "/" + room + "/messages?size=1");
    CHECK(one.body ==
          fmt::format(R"({{"messages":[{{"id":{},"messageKey":"{}","roomId":{},"senderId":{},)"
                      R"("senderNickname":"ann","content":"keyed","type":"IMAGE",)"
                      R"("createdAt":"{}"}}],"hasMore":true,"nextCursor":{}}})",
                      keyed.number("/id"), key, room, messenger.ann.id.value,
                      one.text("/messages/0/createdAt"), keyed.number("/id")));
}

TEST_CASE("what is unread is counted and marked read") {
    Messenger messenger;
    const std::string room = messenger.direct(messenger.ann, messenger.bob);
    const auto first = messenger.world.say(messenger.ann, room, "one");
    messenger.world.say(messenger.ann, room, "two");
    CHECK(messenger.get(messenger.bob, "/" + room + "/unread").body ==
          fmt::format(R"({{"roomId":{},"unreadCount":2}})", room));
    const Answer read = messenger.post(messenger.bob, "/" + room + "/read",
                                       fmt::format(R"({{"lastReadMessageId":{}}})", first));
    CHECK(read.status == 200);
    CHECK(read.body == fmt::format(R"({{"roomId":{},"unreadCount":1}})", room));
    CHECK(messenger.post(messenger.bob, "/" + room + "/read").number("/unreadCount") == 0);
    CHECK(messenger.get(messenger.bob, "/" + room + "/members/online").body == "[]");
}

TEST_CASE("what the door of the messenger refuses") {
    Messenger messenger;
    const std::string room = messenger.direct(messenger.ann, messenger.bob);
    const auto direct = [&](const std::string& body) {
        return messenger.post(messenger.ann, "/direct", body);
    };
    check_refusal(direct("{}"), 400, "malformed", "targetUserId");
    check_refusal(direct(R"({"targetUserId":99999})"), 404, "not_found", "user");
    check_refusal(direct(fmt::format(R"({{"targetUserId":{}}})", messenger.ann.id.value)), 422,
                  "self_room");
    check_refusal(messenger.post(messenger.ann, "/group", R"({"memberIds":[]})"), 400, "malformed",
                  "name");
    check_refusal(messenger.post(messenger.ann, "/group", R"({"name":" ","memberIds":[]})"), 422,
                  "empty", "title");
    for (const char* size : {"0", "101", "x"})
        check_refusal(messenger.get(messenger.ann, "/" + room + "/messages?size=" + size), 400,
                      "malformed", "size");
    check_refusal(messenger.get(messenger.ann, "/" + room + "/messages?cursor=x"), 400, "malformed",
                  "cursor");
    for (const char* path : {"", "/messages", "/unread", "/members/online"}) {
        check_refusal(messenger.get(messenger.eve, "/" + room + path), 403, "not_a_member");
        check_refusal(messenger.get(messenger.eve, std::string("/x") + path), 400, "malformed",
                      "roomId");
    }
    check_refusal(messenger.post(messenger.eve, "/" + room + "/read"), 403, "not_a_member");
    check_refusal(
        messenger.post(messenger.ann, "/" + room + "/read", R"({"lastReadMessageId":"x"})"), 400,
        "malformed", "lastReadMessageId");
}
