#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// Ari and Bora in a group.
struct Pair {
    DoorWorld world;
    Person ari = world.sign_up("ari");
    Person bora = world.sign_up("bora");
    std::string room = world.group(ari, {bora});
};

std::vector<std::int64_t> ids_of(const Answer& answer) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < answer.size("/items"); ++i) {
        ids.push_back(answer.number(fmt::format("/items/{}/id", i)));
    }
    return ids;
}

}  // namespace

TEST_CASE("a post answers 201 with the message, and its repeat with the same one") {
    Pair pair;
    const std::int64_t root = pair.world.say(pair.bora, pair.room, "root");
    const std::string body = fmt::format(
        R"({{"content":"hi @bora","type":"IMAGE","clientKey":"0198C0DE-0000-7000-8000-00000000000A",
            "tempId":"t-1","parentId":"{}","metadata":{{"k":"v"}},
            "attachments":[{{"url":"/a.png","name":"a","size":5,"contentType":"image/png"}}],
            "mentions":[{{"userId":{},"start":3,"length":5}}],"unknown":{{}}}})",
        root, pair.bora.id.value);
    const Answer posted = pair.world.post(pair.ari, "/messages/" + pair.room, body);
    INFO(posted.body);
    REQUIRE(posted.status == 201);
    CHECK(posted.number("/roomId") == std::stoll(pair.room));
    CHECK(posted.number("/senderId") == pair.ari.id.value);
    CHECK(posted.text("/senderNickname") == "ari");
    CHECK(posted.text("/type") == "image");
    CHECK(posted.text("/clientKey") == "0198c0de-0000-7000-8000-00000000000a");
    CHECK(posted.text("/tempId") == "t-1");
    CHECK(posted.number("/parentId") == root);
    CHECK(posted.text("/attachments/0/contentType") == "image/png");
    CHECK(posted.number("/mentions/0/userId") == pair.bora.id.value);
    CHECK(posted.text("/metadata/k") == "v");
    CHECK(posted.number("/seq") == 2);
    CHECK(posted.number("/changedAt") == posted.number("/id"));
    CHECK(posted.is_null("/editedAt"));
    CHECK(posted.is_null("/deletedAt"));

    const Answer again = pair.world.post(pair.ari, "/messages/" + pair.room, body);
    CHECK(again.status == 201);
    CHECK(again.number("/id") == posted.number("/id"));
    check_refusal(pair.world.post(
                      pair.ari, "/messages/" + pair.room,
                      R"({"content":"other","clientKey":"0198c0de-0000-7000-8000-00000000000a"})"),
                  409, "key_reused");
    const Answer read = pair.world.get(pair.bora, "/messages/" + pair.room);
    CHECK(read.size("/items") == 2);
    CHECK_FALSE(read.has("/items/0/tempId"));
}

TEST_CASE("what shows files may go without a text, and is listed by the name of the first") {
    Pair pair;
    const auto listed = [&](const std::string& field) {
        return pair.world.get(pair.bora, "/chatrooms").text("/items/0/lastMessage/" + field);
    };
    const Answer posted =
        pair.world.post(pair.ari, "/messages/" + pair.room,
                        R"({"content":"","type":"file","attachments":[)"
                        R"({"url":"https://f.org/1","name":"plan.pdf"},{"url":"/b","name":"b"}]})");
    REQUIRE(posted.status == 201);
    CHECK(posted.text("/content").empty());
    CHECK(listed("content") == "plan.pdf");
    CHECK(listed("type") == "file");
    const std::string path = fmt::format("/messages/{}", posted.number("/id"));
    REQUIRE(pair.world.put(pair.ari, path, R"({"content":"the plan"})").status == 200);
    CHECK(listed("content") == "the plan");
    // Of a deleted one nothing is told, not even what it was.
    REQUIRE(pair.world.del(pair.ari, path).status == 200);
    CHECK(listed("content").empty());
    CHECK(listed("type") == "text");
}

TEST_CASE("what shows files may leave its text out, and says their kind where none has a name") {
    Pair pair;
    const auto post = [&](const std::string& body) {
        return pair.world.post(pair.ari, "/messages/" + pair.room, body);
    };
    const auto listed = [&] {
        return pair.world.get(pair.bora, "/chatrooms").text("/items/0/lastMessage/content");
    };
    const Answer absent = post(R"({"attachments":[{"url":"https://f.org/1"}]})");
    REQUIRE(absent.status == 201);
    CHECK(absent.text("/content").empty());
    CHECK(listed() == "file");
    for (const char* kind : {"image", "video", "audio"}) {
        REQUIRE(post(fmt::format(R"({{"content":null,"attachments":[{{"url":"https://f.org/1",)"
                                 R"("contentType":"{}/x"}}]}})",
                                 kind))
                    .status == 201);
        CHECK(listed() == kind);
    }
    REQUIRE(
        post(R"({"attachments":[{"url":"https://f.org/1","contentType":"images/x"}]})").status ==
        201);
    CHECK(listed() == "file");
    check_refusal(post(R"({"attachments":[]})"), 400, "malformed", "content");
    check_refusal(post(R"({"content":null})"), 400, "malformed", "content");
    check_refusal(post(R"({"content":1,"attachments":[{"url":"https://f.org/1"}]})"), 400,
                  "malformed", "content");
}

TEST_CASE("a number is a temporary id as good as a text") {
    Pair pair;
    const Answer posted =
        pair.world.post(pair.ari, "/messages/" + pair.room, R"({"content":"x","tempId":17})");
    REQUIRE(posted.status == 201);
    CHECK(posted.text("/tempId") == "17");
    check_refusal(
        pair.world.post(pair.ari, "/messages/" + pair.room, R"({"content":"x","tempId":[1]})"), 400,
        "malformed", "tempId");
}

TEST_CASE("a temporary id of more than 100 code points is refused") {
    Pair pair;
    std::string longest;
    for (int i = 0; i < 100; ++i) longest += "\xED\x95\x9C";
    const auto post = [&](const std::string& temp_id) {
        return pair.world.post(pair.ari, "/messages/" + pair.room,
                               R"({"content":"x","tempId":")" + temp_id + R"("})");
    };
    CHECK(post(longest).text("/tempId") == longest);
    check_refusal(post(longest + "x"), 400, "malformed", "tempId");
}

TEST_CASE("a refused post names the field, and leaves nothing behind") {
    Pair pair;
    const auto refused = [&](const std::string& body, int status, const std::string& code,
                             const std::string& field = {}) {
        INFO(body);
        check_refusal(pair.world.post(pair.ari, "/messages/" + pair.room, body), status, code,
                      field);
    };
    refused("", 400, "malformed");
    refused("{}", 400, "malformed", "content");
    refused(R"({"content":1})", 400, "malformed", "content");
    refused(R"({"content":"\ud800"})", 400, "malformed");
    refused(R"({"content":"  "})", 422, "empty", "content");
    refused(R"({"content":"","attachments":[]})", 422, "empty", "content");
    refused(R"({"content":" ","attachments":[{"url":"/a"}]})", 422, "empty", "content");
    refused(fmt::format(R"({{"content":"{}"}})", std::string(1001, 'x')), 422, "too_long",
            "content");
    refused(R"({"content":"x","type":"song"})", 400, "malformed", "type");
    refused(R"({"content":"x","type":"system"})", 403, "forbidden", "type");
    refused(R"({"content":"x","clientKey":"k"})", 400, "malformed", "clientKey");
    refused(R"({"content":"x","parentId":-1})", 400, "malformed", "parentId");
    refused(R"({"content":"x","parentId":999999})", 404, "not_found");
    refused(R"({"content":"x","attachments":{}})", 400, "malformed", "attachments");
    refused(R"({"content":"x","attachments":[7]})", 400, "malformed", "attachments");
    refused(R"({"content":"x","attachments":[{"name":"n"}]})", 400, "malformed", "attachments");
    refused(R"({"content":"x","attachments":[{"url":""}]})", 422, "invalid_value", "attachments");
    refused(R"({"content":"x","mentions":"all"})", 400, "malformed", "mentions");
    refused(R"({"content":"x","mentions":[{"userId":1}]})", 400, "malformed", "mentions");
    refused(R"({"content":"x","mentions":[{"userId":1,"start":0,"length":9}]})", 422,
            "invalid_value", "mentions");
    refused(R"({"content":"x","metadata":"m"})", 400, "malformed", "metadata");
    refused(fmt::format(R"({{"content":"x","metadata":{{"m":"{}"}}}})", std::string(4096, 'm')),
            422, "too_long", "metadata");
    const Person choi = pair.world.sign_up("choi");
    check_refusal(pair.world.post(choi, "/messages/" + pair.room, R"({"content":"x"})"), 403,
                  "not_a_member");
    CHECK(pair.world.get(pair.ari, "/messages/" + pair.room).size("/items") == 0);
}

TEST_CASE("who posts too fast is told when to try again") {
    Limits limits = DoorWorld::calm();
    limits.person_posts_per_s = 2;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const std::string room = world.group(ari, {});
    Answer last;
    for (int i = 0; i < 50 && last.status != 429; ++i) {
        last = world.post(ari, "/messages/" + room, R"({"content":"x"})");
    }
    check_refusal(last, 429, "too_many");
    CHECK(last.header("Retry-After") == "1");
    CHECK(last.number("/error/details/retryAfterMs") > 0);
}

TEST_CASE("history is read before, after and around a position, and goes on by its cursor") {
    Pair pair;
    std::vector<std::int64_t> said;
    for (int i = 0; i < 7; ++i) {
        said.push_back(pair.world.say(pair.ari, pair.room, fmt::format("m{}", i)));
    }
    const std::string path = "/messages/" + pair.room;
    const auto get = [&](const std::string& query) {
        return pair.world.get(pair.bora, path + query);
    };
    const Answer newest = get("?limit=3");
    REQUIRE(newest.status == 200);
    CHECK(ids_of(newest) == std::vector{said[6], said[5], said[4]});
    CHECK(newest.flag("/hasMore"));
    CHECK(newest.number("/nextCursor") == said[4]);
    CHECK(ids_of(get(fmt::format("?limit=3&cursor={}", newest.number("/nextCursor")))) ==
          std::vector{said[3], said[2], said[1]});

    const Answer oldest = get(fmt::format("?before={}", said[2]));
    CHECK(ids_of(oldest) == std::vector{said[1], said[0]});
    CHECK_FALSE(oldest.flag("/hasMore"));
    CHECK(oldest.is_null("/nextCursor"));

    const Answer after = get(fmt::format("?after={}&limit=2", said[1]));
    CHECK(ids_of(after) == std::vector{said[2], said[3]});
    CHECK(after.number("/nextCursor") == said[3]);
    CHECK(ids_of(get(fmt::format("?after={}&limit=2&cursor={}", said[1], said[3]))) ==
          std::vector{said[4], said[5]});

    CHECK(ids_of(get(fmt::format("?around={}&limit=4", said[3]))) ==
          std::vector{said[4], said[3], said[2], said[1]});
    const Answer above = get(fmt::format("?around={}&limit=1", said[6] + 1));
    CHECK(above.size("/items") == 0);
    CHECK(above.flag("/hasMore"));
    CHECK(ids_of(get(fmt::format("?around={0}&limit=1&cursor={0}", said[6] + 1))) ==
          std::vector{said[6]});

    check_refusal(get("?before=x"), 400, "malformed", "before");
    check_refusal(get("?before="), 400, "malformed", "before");
    check_refusal(get("?after=-1"), 400, "malformed", "after");
    check_refusal(get("?before=1&after=2"), 400, "malformed", "before");
    check_refusal(get("?limit=0"), 400, "malformed", "limit");
    check_refusal(get("?limit=101"), 400, "malformed", "limit");
    check_refusal(get("?limit=ten"), 400, "malformed", "limit");
    check_refusal(get("?type=picture"), 400, "malformed", "type");
    CHECK(get("?type=IMAGE").size("/items") == 0);
    CHECK(get("?replies=false&type=text").size("/items") == 7);
    CHECK(get("?replies=true&unknown=7").status == 200);
}

TEST_CASE("history has an entity tag, which an edit changes") {
    Pair pair;
    const std::int64_t id = pair.world.say(pair.ari, pair.room, "one");
    const std::string target = "/api/v1/messages/" + pair.room;
    const std::string tag = pair.world.ask("GET", target, {}, pair.bora.token).header("ETag");
    REQUIRE_FALSE(tag.empty());
    const auto again = [&] {
        return pair.world.ask("GET", target, {}, pair.bora.token, {{"If-None-Match", tag}});
    };
    CHECK(again().status == 304);
    pair.world.put(pair.ari, fmt::format("/messages/{}", id), R"({"content":"two"})");
    CHECK(again().status == 200);
}

TEST_CASE("an address of messages takes a message's id for the room's, and tells no secrets") {
    Pair pair;
    const std::int64_t id = pair.world.say(pair.ari, pair.room, "one");
    const std::string path = fmt::format("/messages/{}", id);
    CHECK(pair.world.get(pair.bora, path).text("/content") == "one");
    CHECK(pair.world.get(pair.bora, fmt::format("/message/{}", id)).text("/content") == "one");

    const Person choi = pair.world.sign_up("choi");
    const Answer hidden = pair.world.get(choi, path);
    const Answer hidden_room = pair.world.get(choi, "/messages/" + pair.room);
    const Answer nothing = pair.world.get(choi, "/messages/987654");
    check_refusal(hidden, 403, "not_a_member");
    check_refusal(hidden_room, 403, "not_a_member");
    check_refusal(nothing, 403, "not_a_member");
    const auto said = [](const Answer& answer) {
        return answer.body.substr(0, answer.body.find("requestId"));
    };
    CHECK(said(hidden) == said(nothing));
    CHECK(said(hidden_room) == said(nothing));
    check_refusal(pair.world.get(choi, fmt::format("/message/{}", id)), 404, "not_found",
                  "message");
    check_refusal(pair.world.get(choi, "/message/987654"), 404, "not_found", "message");
}

TEST_CASE("a message is edited by its sender and deleted by sender or owner, once") {
    Pair pair;
    const std::int64_t id = pair.world.say(pair.bora, pair.room, "one");
    const std::string path = fmt::format("/messages/{}", id);
    const Answer edited = pair.world.put(pair.bora, path, R"({"content":"two"})");
    REQUIRE(edited.status == 200);
    CHECK(edited.text("/content") == "two");
    CHECK(edited.number("/editCount") == 1);
    CHECK(edited.number("/id") == id);
    CHECK(edited.number("/changedAt") > id);
    CHECK(edited.text("/senderNickname") == "bora");
    check_refusal(pair.world.put(pair.ari, path, R"({"content":"x"})"), 403, "forbidden");
    check_refusal(pair.world.put(pair.bora, path, R"({"content":""})"), 422, "empty", "content");
    check_refusal(pair.world.put(pair.bora, path, R"({"content":{}})"), 400, "malformed",
                  "content");
    check_refusal(pair.world.put(pair.bora, path, "nonsense"), 400, "malformed");

    const Answer gone = pair.world.del(pair.ari, path, "{\"any\":1}");
    REQUIRE(gone.status == 200);
    CHECK(gone.text("/content").empty());
    CHECK_FALSE(gone.is_null("/deletedAt"));
    check_refusal(pair.world.del(pair.bora, path), 409, "already_deleted");
    check_refusal(pair.world.put(pair.bora, path, R"({"content":"x"})"), 409, "already_deleted");
    check_refusal(pair.world.del(pair.bora, "/messages/987654"), 404, "not_found", "message");
    check_refusal(pair.world.del(pair.world.sign_up("choi"), path), 404, "not_found", "message");
}

TEST_CASE("reading is marked by JSON or by query, up to a message or to the end") {
    Pair pair;
    const std::int64_t one = pair.world.say(pair.ari, pair.room, "one");
    const std::int64_t two = pair.world.say(pair.ari, pair.room, "two");
    const std::int64_t three = pair.world.say(pair.ari, pair.room, "three");
    const std::string mark = "/messages/mark-read";
    const Answer first = pair.world.post(
        pair.bora, mark, fmt::format(R"({{"roomId":"{}","messageId":{}}})", pair.room, one));
    REQUIRE(first.status == 200);
    CHECK(first.number("/userId") == pair.bora.id.value);
    CHECK(first.text("/nickname") == "bora");
    CHECK(first.number("/readPosition") == one);
    const Answer unread = pair.world.get(pair.bora, "/unread");
    CHECK(unread.number("/total") == 2);

    const Answer second =
        pair.world.post(pair.bora, fmt::format("{}?roomId={}&userId={}&requestId=7&messageId={}",
                                               mark, pair.room, pair.bora.id.value, two));
    REQUIRE(second.status == 200);
    CHECK(second.number("/readPosition") == two);
    const Answer all = pair.world.post(pair.bora, mark + "?roomId=" + pair.room);
    CHECK(all.number("/readPosition") == three);
    CHECK(pair.world.get(pair.bora, "/unread").body == R"({"total":0,"mentions":0,"rooms":[]})");

    check_refusal(pair.world.post(pair.bora, mark), 400, "malformed", "roomId");
    check_refusal(pair.world.post(pair.bora, mark, R"({"roomId":[1]})"), 400, "malformed",
                  "roomId");
    check_refusal(pair.world.post(pair.bora, mark + "?roomId=x"), 400, "malformed", "roomId");
    check_refusal(pair.world.post(pair.bora, mark, R"({"roomId":1,"messageId":"m"})"), 400,
                  "malformed", "messageId");
    check_refusal(pair.world.post(pair.bora, fmt::format("{}?roomId={}&userId={}", mark, pair.room,
                                                         pair.ari.id.value)),
                  403, "forbidden", "userId");
    check_refusal(pair.world.post(pair.world.sign_up("choi"), mark + "?roomId=" + pair.room), 403,
                  "not_a_member");
}

TEST_CASE("unread totals are over all rooms, however many pages they fill") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    world.group(ari, {bora});
    for (int i = 0; i < 120; ++i) {
        const std::string room = world.group(ari, {bora});
        world.say(ari, room, "one");
        if (i == 0) world.say(ari, room, "two");
    }
    const Answer unread = world.get(bora, "/unread");
    REQUIRE(unread.status == 200);
    CHECK(unread.number("/total") == 121);
    CHECK(unread.size("/rooms") == 120);
    CHECK(unread.number("/rooms/0/unreadCount") == 2);
    CHECK(unread.number("/rooms/1/unreadCount") == 1);
    CHECK(unread.has("/rooms/0/roomId"));
    CHECK(world.get(ari, "/unread").number("/total") == 0);
}
