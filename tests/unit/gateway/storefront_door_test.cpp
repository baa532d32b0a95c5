// The front door of stores and their customers, as its existing clients speak to it.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

struct Town {
    Town() {
        world.open_storefront_door();
        keeper = become("seller", keeper);
        register_store("4", keeper, "Corner shop");
    }
    void register_store(const std::string& id, const Person& owner, const std::string& title) {
        const Answer put =
            world.ask("PUT", "/api/v1/contexts/store/" + id,
                      fmt::format(R"({{"ownerId":{},"title":"{}"}})", owner.id.value, title), {},
                      {{"X-Chatd-Key", DoorWorld::host_key}});
        REQUIRE(put.status == 200);
    }
    /// The role stands in the token, so one that is given afterwards says it.
    Person become(const std::string& role, Person person) {
        const Answer set = world.ask("PUT", fmt::format("/api/v1/admin/users/{}", person.id.value),
                                     fmt::format(R"({{"role":"{}"}})", role), {},
                                     {{"X-Chatd-Key", DoorWorld::host_key}});
        REQUIRE(set.status == 200);
        const Answer in =
            world.ask("POST", "/api/v1/auth/login",
                      fmt::format(R"({{"email":"{}","password":"a password"}})", person.email));
        REQUIRE(in.status == 200);
        person.token = in.text("/accessToken");
        return person;
    }
    Answer get(const Person& person, const std::string& path) {
        return world.ask("GET", path, {}, person.token);
    }
    Answer post(const Person& person, const std::string& path, const std::string& body = {}) {
        return world.ask("POST", path, body, person.token);
    }
    std::string open(const Person& person, const std::string& store = "4") {
        const Answer made =
            post(person, "/user/chat-room", fmt::format(R"({{"storeId":{}}})", store));
        INFO(made.body);
        REQUIRE(made.status == 200);
        return fmt::format("{}", made.number("/id"));
    }

    DoorWorld world;
    Person keeper = world.sign_up("keeper");
    Person ann = world.sign_up("ann");
    Person bob = world.sign_up("bob");
};

}  // namespace

TEST_CASE("a customer has one room with a store, and both know what is unread") {
    Town town;
    const Answer made = town.post(town.ann, "/user/chat-room", R"({"storeId":4})");
    REQUIRE(made.status == 200);
    const std::string room = fmt::format("{}", made.number("/id"));
    CHECK(made.body == fmt::format(R"({{"id":{},"userId":{},"storeId":4,"lastMessage":null,)"
                                   R"("lastMessageAt":null,"userUnread":0,"storeUnread":0,)"
                                   R"("createdAt":"{}","updatedAt":"{}"}})",
                                   room, town.ann.id.value, made.text("/createdAt"),
                                   made.text("/createdAt")));
    CHECK(town.open(town.ann, "\"4\"") == room);
    CHECK(town.open(town.bob) != room);

    town.world.let_time_pass();
    town.world.say(town.ann, room, "is it open?");
    town.world.say(town.ann, room, "today?");
    const auto answered = town.world.say(town.keeper, room, "until six");
    const Answer list = town.get(town.ann, "/user/chat-room");
    REQUIRE(list.status == 200);
    CHECK(
        list.body ==
        fmt::format(R"([{{"id":{},"userId":{},"storeId":4,"lastMessage":"until six",)"
                    R"("lastMessageAt":"{}","userUnread":1,"storeUnread":0,"createdAt":"{}",)"
                    R"("updatedAt":"{}","store":{{"id":4,"title":"Corner shop","ownerId":{}}}}}])",
                    room, town.ann.id.value, list.text("/0/lastMessageAt"), made.text("/createdAt"),
                    list.text("/0/lastMessageAt"), town.keeper.id.value));

    const Answer messages = town.get(town.ann, "/user/chat-room/" + room + "/messages?limit=2");
    REQUIRE(messages.status == 200);
    CHECK(messages.body ==
          fmt::format(
              R"({{"messages":[{{"id":{},"roomId":{},"text":"until six","senderId":{},)"
              R"("senderType":"STORE","createdAt":"{}"}},{{"id":{},"roomId":{},"text":"today?",)"
              R"("senderId":{},"senderType":"USER","createdAt":"{}"}}],)"
              R"("meta":{{"page":1,"limit":2,"total":3,"totalPages":2,"hasNext":true,)"
              R"("hasPrev":false}}}})",
              answered, room, town.keeper.id.value, messages.text("/messages/0/createdAt"),
              messages.number("/messages/1/id"), room, town.ann.id.value,
              messages.text("/messages/1/createdAt")));
    const Answer second =
        town.get(town.ann, "/user/chat-room/" + room + "/messages?page=2&limit=2");
    CHECK(second.size("/messages") == 1);
    CHECK(second.text("/messages/0/text") == "is it open?");
    CHECK_FALSE(second.flag("/meta/hasNext"));
    CHECK(second.flag("/meta/hasPrev"));
    const Answer beyond = town.get(town.ann, "/user/chat-room/" + room + "/messages?page=9");
    CHECK(beyond.size("/messages") == 0);
    CHECK(beyond.number("/meta/limit") == 50);

    const Answer read = town.post(town.ann, "/user/chat-room/" + room + "/read");
    REQUIRE(read.status == 200);
    CHECK(read.number("/userUnread") == 0);
    CHECK(town.get(town.ann, "/user/chat-room").number("/0/userUnread") == 0);
}

TEST_CASE("the store's owner sees every customer's room") {
    Town town;
    const std::string with_ann = town.open(town.ann);
    town.world.let_time_pass();
    const std::string with_bob = town.open(town.bob);
    town.world.let_time_pass();
    town.world.say(town.ann, with_ann, "hello");
    const Answer list = town.get(town.keeper, "/seller/chat-room/store/4");
    REQUIRE(list.status == 200);
    REQUIRE(list.size("") == 2);
    CHECK(list.number("/0/id") == std::stoll(with_ann));
    CHECK(list.number("/0/storeUnread") == 1);
    CHECK(list.number("/0/userUnread") == 0);
    CHECK(
        list.body.find(fmt::format(R"("user":{{"id":{},"nickname":"ann","profileImageUrl":null}})",
                                   town.ann.id.value)) != std::string::npos);
    CHECK(list.number("/1/userId") == town.bob.id.value);
    const Answer page = town.get(town.keeper, "/seller/chat-room/store/4?page=2&limit=1");
    CHECK(page.size("") == 1);
    CHECK(page.number("/0/id") == std::stoll(with_bob));

    const Answer messages = town.get(town.keeper, "/seller/chat-room/" + with_ann + "/messages");
    CHECK(messages.text("/messages/0/senderType") == "USER");
    const Answer read = town.post(town.keeper, "/seller/chat-room/" + with_ann + "/read");
    CHECK(read.status == 200);
    CHECK(read.number("/storeUnread") == 0);
    CHECK(town.get(town.keeper, "/seller/chat-room/store/4").number("/0/storeUnread") == 0);
    // Rooms between other people about the store are nobody else's business.
    const Answer aside = town.world.post(
        town.ann, "/chatrooms/direct",
        fmt::format(R"({{"userId":{},"context":{{"type":"store","id":"4"}}}})", town.bob.id.value));
    REQUIRE(aside.status == 200);
    CHECK(town.get(town.keeper, "/seller/chat-room/store/4").size("") == 2);
}

TEST_CASE("a room of two strangers about a store is told as the store's to nobody") {
    Town town;
    const std::string own = town.open(town.bob);
    town.world.let_time_pass();
    const Answer aside = town.world.post(
        town.ann, "/chatrooms/direct",
        fmt::format(R"({{"userId":{},"context":{{"type":"store","id":"4"}}}})", town.bob.id.value));
    REQUIRE(aside.status == 200);
    const std::string room = fmt::format("{}", aside.number("/id"));
    town.world.say(town.ann, room, "pay to this account");
    for (const Person& person : {town.ann, town.bob}) {
        check_refusal(town.get(person, "/user/chat-room/" + room + "/messages"), 404, "not_found",
                      "context");
        check_refusal(town.post(person, "/user/chat-room/" + room + "/read"), 404, "not_found",
                      "context");
    }
    CHECK(town.get(town.ann, "/user/chat-room").body == "[]");
    // Nor does it take a place in a page.
    for (const char* query : {"", "?limit=1"}) {
        const Answer list = town.get(town.bob, std::string("/user/chat-room") + query);
        REQUIRE(list.size("") == 1);
        CHECK(list.number("/0/id") == std::stoll(own));
    }
    // It is theirs all the same.
    CHECK(town.world.get(town.bob, "/chatrooms").size("/items") == 2);
}

TEST_CASE("a store that changes hands shows its new owner's rooms, and the old ones never") {
    Town town;
    const std::string before = town.open(town.ann);
    const Person heir = town.become("seller", town.bob);
    town.register_store("4", heir, "Corner shop");
    CHECK(town.get(town.ann, "/user/chat-room").body == "[]");
    CHECK(town.get(town.keeper, "/user/chat-room").body == "[]");
    check_refusal(town.get(town.ann, "/user/chat-room/" + before + "/messages"), 404, "not_found",
                  "context");
    check_refusal(town.get(town.keeper, "/seller/chat-room/" + before + "/messages"), 404,
                  "not_found", "context");
    const std::string after = town.open(town.ann);
    CHECK(after != before);
    CHECK(town.get(town.ann, "/user/chat-room").number("/0/id") == std::stoll(after));
    CHECK(town.get(heir, "/seller/chat-room/store/4").number("/0/id") == std::stoll(after));
    town.register_store("4", town.keeper, "Corner shop");
    const Answer again = town.get(town.ann, "/user/chat-room");
    REQUIRE(again.size("") == 1);
    CHECK(again.number("/0/id") == std::stoll(before));
}

TEST_CASE("what the door of stores refuses") {
    Town town;
    const std::string room = town.open(town.ann);
    const auto open = [&](const char* body) {
        return town.post(town.ann, "/user/chat-room", body);
    };
    check_refusal(open(R"({"storeId":5})"), 404, "not_found", "context");
    check_refusal(open("{}"), 400, "malformed", "storeId");
    check_refusal(open(R"({"storeId":-1})"), 400, "malformed", "storeId");
    check_refusal(open("no JSON"), 400, "malformed", "body");
    check_refusal(town.post(town.keeper, "/user/chat-room", R"({"storeId":4})"), 422, "self_room");
    check_refusal(town.world.ask("POST", "/user/chat-room", R"({"storeId":4})"), 401,
                  "unauthenticated");
    for (const char* query : {"page=0", "page=x", "limit=0", "limit=101", "limit="}) {
        const std::string field = std::string(query).substr(0, std::string(query).find('='));
        for (const std::string& path :
             {std::string("/user/chat-room"), "/user/chat-room/" + room + "/messages"})
            check_refusal(town.get(town.ann, path + "?" + query), 400, "malformed", field);
        check_refusal(town.get(town.keeper, std::string("/seller/chat-room/store/4?") + query), 400,
                      "malformed", field);
    }
    check_refusal(town.get(town.bob, "/user/chat-room/" + room + "/messages"), 403, "not_a_member");
    check_refusal(town.post(town.bob, "/user/chat-room/" + room + "/read"), 403, "not_a_member");
    check_refusal(town.get(town.ann, "/user/chat-room/x/messages"), 400, "malformed", "roomId");
    const std::string group = town.world.group(town.ann, {town.bob});
    check_refusal(town.get(town.ann, "/user/chat-room/" + group + "/messages"), 404, "not_found",
                  "room");
    // For sellers and admins, and of the store its owner alone.
    for (const std::string path : {"/seller/chat-room/store/4", "/seller/chat-room/1/messages"})
        check_refusal(town.get(town.ann, path), 403, "forbidden", "role");
    check_refusal(town.post(town.ann, "/seller/chat-room/" + room + "/read"), 403, "forbidden",
                  "role");
    const Person rival = town.become("seller", town.bob);
    check_refusal(town.get(rival, "/seller/chat-room/store/4"), 403, "forbidden", "context");
    check_refusal(town.get(rival, "/seller/chat-room/store/5"), 404, "not_found", "context");
    check_refusal(town.get(rival, "/seller/chat-room/" + room + "/messages"), 403, "not_a_member");
    const Person admin = town.world.sign_up_admin("admin");
    check_refusal(town.get(admin, "/seller/chat-room/store/4"), 403, "forbidden", "context");
    // The host's server has the rights of whom it speaks for.
    const auto as = [&](const Person& person) {
        return town.world.ask("GET", "/seller/chat-room/store/4", {}, {},
                              {{"X-Chatd-Key", DoorWorld::host_key},
                               {"X-Chatd-User", fmt::format("{}", person.id.value)}});
    };
    CHECK(as(town.keeper).status == 200);
    check_refusal(as(town.ann), 403, "forbidden", "role");
}

TEST_CASE("a store that is removed takes its rooms along, and one may be called by a text") {
    Town town;
    town.register_store("north-7", town.keeper, "");
    const std::string room = town.open(town.ann, "\"north-7\"");
    const Answer list = town.get(town.ann, "/user/chat-room");
    CHECK(list.text("/0/storeId") == "north-7");
    CHECK(list.is_null("/0/store/title"));
    const Answer removed = town.world.ask("DELETE", "/api/v1/contexts/store/north-7", {}, {},
                                          {{"X-Chatd-Key", DoorWorld::host_key}});
    REQUIRE(removed.status == 200);
    check_refusal(town.get(town.ann, "/user/chat-room/" + room + "/messages"), 410, "room_deleted");
    CHECK(town.get(town.ann, "/user/chat-room").body == "[]");
}
