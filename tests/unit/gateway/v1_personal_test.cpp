// Bookmarks, names in messages, and what is unread of them: as /api/v1 has them.

#include <condition_variable>
#include <mutex>
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

    Answer bookmark(const Person& person, std::int64_t message) {
        return world.post(person, "/messages/bookmark",
                          fmt::format(R"({{"messageId":{}}})", message));
    }
    Answer bookmarks(const Person& person, const std::string& query = {}) {
        return world.get(person, "/messages/bookmarks" + query);
    }
};

}  // namespace

TEST_CASE("a bookmark is put by the first request and taken away by the second") {
    Team team;
    const std::int64_t said = team.world.say(team.ari, team.room, "keep this");
    const Answer put = team.bookmark(team.bora, said);
    REQUIRE(put.status == 200);
    CHECK(put.number("/id") == said);
    CHECK(put.flag("/bookmarked"));
    CHECK(put.text("/senderNickname") == "ari");
    CHECK(put.number("/changedAt") == said);
    CHECK(team.bookmarks(team.bora).number("/items/0/id") == said);
    CHECK(team.bookmarks(team.ari).body == R"({"items":[],"nextCursor":null,"hasMore":false})");
    CHECK_FALSE(team.bookmark(team.bora, said).flag("/bookmarked"));
    CHECK(team.bookmarks(team.bora).size("/items") == 0);

    check_refusal(team.world.post(team.bora, "/messages/bookmark", "{}"), 400, "malformed",
                  "messageId");
    check_refusal(team.world.post(team.bora, "/messages/bookmark"), 400, "malformed");
    check_refusal(team.bookmark(team.dana, said), 404, "not_found", "message");
    check_refusal(team.bookmark(team.bora, 987'654), 404, "not_found", "message");
    team.bookmark(team.bora, said);
    team.world.del(team.ari, fmt::format("/messages/{}", said));
    check_refusal(team.bookmark(team.bora, said), 409, "already_deleted");
    CHECK(team.bookmarks(team.bora).size("/items") == 0);
}

TEST_CASE("a person's own reads say what is bookmarked, and what is told to all does not") {
    Team team;
    const std::int64_t root = team.world.say(team.ari, team.room, "a root");
    const std::int64_t plain = team.world.say(team.ari, team.room, "a plain one");
    const Answer reply =
        team.world.post(team.bora, "/messages/" + team.room,
                        fmt::format(R"({{"content":"a reply","parentId":{}}})", root));
    REQUIRE(reply.status == 201);
    CHECK_FALSE(reply.has("/bookmarked"));
    team.world.post(team.ari, "/messages/pin", fmt::format(R"({{"messageId":{}}})", root));
    team.bookmark(team.bora, root);
    team.bookmark(team.bora, reply.number("/id"));

    const Answer history = team.world.get(team.bora, "/messages/" + team.room);
    REQUIRE(history.size("/items") == 3);
    CHECK(history.flag("/items/0/bookmarked"));
    CHECK_FALSE(history.flag("/items/1/bookmarked"));
    CHECK(history.flag("/items/2/bookmarked"));
    const Answer others = team.world.get(team.ari, "/messages/" + team.room);
    CHECK_FALSE(others.flag("/items/0/bookmarked"));
    CHECK(team.world.get(team.bora, fmt::format("/message/{}", root)).flag("/bookmarked"));
    CHECK_FALSE(team.world.get(team.bora, fmt::format("/message/{}", plain)).flag("/bookmarked"));
    CHECK(team.world.get(team.bora, "/messages/pins/" + team.room).flag("/items/0/bookmarked"));
    CHECK(team.world.get(team.bora, "/messages/search?query=root").flag("/items/0/bookmarked"));
    CHECK(team.world.get(team.bora, fmt::format("/messages/thread?parentMessageId={}", root))
              .flag("/items/0/bookmarked"));
    const Answer threads = team.world.get(team.bora, "/messages/threads?roomId=" + team.room);
    CHECK(threads.flag("/items/0/parent/bookmarked"));
    CHECK(threads.flag("/items/0/lastReply/bookmarked"));
    CHECK(threads.text("/items/0/lastReply/senderNickname") == "bora");

    const Answer changes =
        team.world.get(team.bora, "/chatrooms/" + team.room + "/changes?since=0");
    CHECK(changes.body.find("bookmarked") == std::string::npos);
    const Answer edited =
        team.world.put(team.ari, fmt::format("/messages/{}", root), R"({"content":"anew"})");
    CHECK_FALSE(edited.has("/bookmarked"));
}

TEST_CASE("bookmarks are listed in pages, of a room, and by what is said") {
    Team team;
    const std::string other = team.world.group(team.bora, {team.ari});
    const std::int64_t hello = team.world.say(team.ari, team.room, "여러분 안녕하세요");
    const std::int64_t tea = team.world.say(team.ari, other, "Tea at five");
    const std::int64_t more = team.world.say(team.ari, team.room, "more tea");
    for (const std::int64_t message : {more, tea, hello}) team.bookmark(team.bora, message);

    const Answer first = team.bookmarks(team.bora, "?limit=2");
    REQUIRE(first.size("/items") == 2);
    CHECK(first.number("/items/0/id") == hello);
    CHECK(first.number("/items/1/id") == tea);
    CHECK(first.flag("/items/0/bookmarked"));
    CHECK(first.flag("/hasMore"));
    const Answer rest = team.bookmarks(team.bora, "?limit=2&cursor=" + first.text("/nextCursor"));
    REQUIRE(rest.size("/items") == 1);
    CHECK(rest.number("/items/0/id") == more);
    CHECK(rest.is_null("/nextCursor"));

    CHECK(team.bookmarks(team.bora, "?roomId=" + team.room).size("/items") == 2);
    CHECK(team.bookmarks(team.bora, "?query=%EB%85%95%ED%95%98").number("/items/0/id") == hello);
    CHECK(team.bookmarks(team.bora, "?query=TEA").size("/items") == 2);
    CHECK(team.bookmarks(team.bora, "?query=TEA&roomId=" + team.room).size("/items") == 1);
    CHECK(team.bookmarks(team.bora, "?query=%20").size("/items") == 3);
    CHECK(team.bookmarks(team.bora, "?query=coffee").size("/items") == 0);

    check_refusal(team.bookmarks(team.bora, "?limit=101"), 400, "malformed", "limit");
    check_refusal(team.bookmarks(team.bora, "?cursor=x"), 400, "malformed", "cursor");
    check_refusal(team.bookmarks(team.bora, "?roomId=x"), 400, "malformed", "roomId");
    check_refusal(team.bookmarks(team.bora, "?query=" + std::string(101, 'a')), 422, "too_long",
                  "query");
    check_refusal(team.bookmarks(team.dana, "?roomId=" + team.room), 403, "not_a_member");
    check_refusal(team.world.ask("GET", "/api/v1/messages/bookmarks"), 401, "unauthenticated");
    team.world.post(team.bora, "/chatrooms/" + team.room + "/leave");
    CHECK(team.bookmarks(team.bora).size("/items") == 1);
}

TEST_CASE("bookmarks of one person are bounded") {
    Limits limits = DoorWorld::calm();
    limits.bookmarks_max = 1;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    const std::string room = world.group(ari, {});
    const auto turn = [&](std::int64_t message) {
        return world.post(ari, "/messages/bookmark", fmt::format(R"({{"messageId":{}}})", message));
    };
    const std::int64_t first = world.say(ari, room, "one");
    const std::int64_t second = world.say(ari, room, "two");
    CHECK(turn(first).flag("/bookmarked"));
    check_refusal(turn(second), 429, "too_many");
    CHECK_FALSE(turn(first).flag("/bookmarked"));
    CHECK(turn(second).flag("/bookmarked"));
}

TEST_CASE("a message names people by range or by nickname, and everybody for who leads") {
    Team team;
    const auto post = [&](const Person& person, const std::string& body) {
        return team.world.post(person, "/messages/" + team.room, body);
    };
    const Answer named = post(team.ari, R"({"content":"안녕 @Bora!"})");
    REQUIRE(named.status == 201);
    CHECK(named.size("/mentions") == 1);
    CHECK(named.number("/mentions/0/userId") == team.bora.id.value);
    CHECK(named.number("/mentions/0/start") == 3);
    CHECK(named.number("/mentions/0/length") == 5);
    CHECK_FALSE(named.has("/mentions/0/all"));
    const Answer all = post(team.ari, R"({"content":"@all hello"})");
    CHECK(all.number("/mentions/0/userId") == 0);
    CHECK(all.flag("/mentions/0/all"));
    CHECK_FALSE(post(team.bora, R"({"content":"@all hello"})").has("/mentions"));
    CHECK_FALSE(post(team.ari, R"({"content":"@dana hello"})").has("/mentions"));

    const auto given = [&](std::int64_t user) {
        return post(
            team.ari,
            fmt::format(
                R"({{"content":"hey you","mentions":[{{"userId":{},"start":4,"length":3}}]}})",
                user));
    };
    CHECK(given(team.bora.id.value).number("/mentions/0/start") == 4);
    check_refusal(given(team.dana.id.value), 422, "invalid_value", "mentions");
    check_refusal(given(0), 400, "malformed", "mentions");
    std::string many = R"({"content":"hey","mentions":[)";
    for (int i = 0; i < 101; ++i)
        many += fmt::format(R"({}{{"userId":{},"start":0,"length":1}})", i == 0 ? "" : ",",
                            team.bora.id.value);
    check_refusal(post(team.ari, many + "]}"), 422, "invalid_value", "mentions");

    const std::string path = fmt::format("/messages/{}", named.number("/id"));
    const Answer edited = team.world.put(team.ari, path, R"({"content":"@ari and nobody else"})");
    CHECK(edited.size("/mentions") == 1);
    CHECK(edited.number("/mentions/0/userId") == team.ari.id.value);
    CHECK_FALSE(team.world.put(team.ari, path, R"({"content":"nobody"})").has("/mentions"));
}

TEST_CASE("a repeat of a post is known by what was asked, not by whom it named") {
    Team team;
    const std::string body =
        R"({"content":"@bora","clientKey":"0e1d3a52-8f0e-4c6b-9a51-7d1c0a1b2c3d"})";
    const Answer first = team.world.post(team.ari, "/messages/" + team.room, body);
    REQUIRE(first.status == 201);
    team.world.put(team.bora, "/users/me", R"({"nickname":"robin"})");
    const Answer again = team.world.post(team.ari, "/messages/" + team.room, body);
    REQUIRE(again.status == 201);
    CHECK(again.number("/id") == first.number("/id"));
    CHECK(again.number("/mentions/0/userId") == team.bora.id.value);
    CHECK_FALSE(team.world.post(team.ari, "/messages/" + team.room, R"({"content":"@bora"})")
                    .has("/mentions"));
}

TEST_CASE("unread says how much of it names the person") {
    Team team;
    const std::string direct =
        std::to_string(team.world
                           .post(team.ari, "/chatrooms/direct",
                                 fmt::format(R"({{"userId":{}}})", team.bora.id.value))
                           .number("/id"));
    const std::int64_t first = team.world.say(team.ari, team.room, "@bora one");
    team.world.say(team.ari, team.room, "@all two, @bora");
    team.world.say(team.ari, team.room, "three");
    const std::int64_t last = team.world.say(team.ari, direct, "@bora four");
    CHECK(team.world.get(team.bora, "/unread").body ==
          fmt::format(R"({{"total":4,"mentions":3,"rooms":[{{"roomId":{},"unreadCount":3}},)"
                      R"({{"roomId":{},"unreadCount":1}}]}})",
                      team.room, direct));
    CHECK(team.world.get(team.ari, "/unread").body == R"({"total":0,"mentions":0,"rooms":[]})");
    team.world.post(team.bora,
                    fmt::format("/messages/mark-read?roomId={}&messageId={}", team.room, first));
    CHECK(team.world.get(team.bora, "/unread").number("/mentions") == 2);
    team.world.del(team.ari, fmt::format("/messages/{}", last));
    CHECK(team.world.get(team.bora, "/unread").number("/mentions") == 1);
    CHECK(team.world.get(team.bora, "/unread").number("/total") == 2);
}

TEST_CASE("history by page number has the totals of the room") {
    Team team;
    const RoomId room{std::stoll(team.room)};
    for (int i = 0; i < 5; ++i) team.world.say(team.ari, team.room, std::to_string(i));
    const std::int64_t gone = team.world.say(team.ari, team.room, "gone");
    team.world.post(team.ari, "/messages/" + team.room, R"({"content":"x","type":"video"})");
    team.world.del(team.ari, fmt::format("/messages/{}", gone));
    const auto page = [&](PageQuery query, UserId user) {
        std::optional<Result<HistoryPage>> answer;
        std::mutex mutex;
        std::condition_variable came;
        team.world.engine().messages().page({user, 0}, query, [&](Result<HistoryPage> result) {
            const std::lock_guard lock(mutex);
            answer = std::move(result);
            came.notify_all();
        });
        std::unique_lock lock(mutex);
        REQUIRE(came.wait_for(lock, std::chrono::seconds{20}, [&] { return answer.has_value(); }));
        return *answer;
    };
    const auto first = page({.room = room, .limit = 4}, team.bora.id);
    REQUIRE(first);
    CHECK(first->messages.size() == 4);
    CHECK(first->messages.front().type == MessageType::video);
    CHECK(first->messages.front().sender_nickname == "ari");
    CHECK(first->messages.front().bookmarked == false);
    CHECK(first->has_more);
    CHECK(first->totals == MessageTotals{6, 1, 0});
    const auto last = page({.room = room, .page = 2, .limit = 4}, team.bora.id);
    REQUIRE(last);
    CHECK(last->messages.size() == 2);
    CHECK_FALSE(last->has_more);
    CHECK(page({.room = room}, team.dana.id).error().code == ErrorCode::not_a_member);
    for (const PageQuery& wrong :
         {PageQuery{.room = room, .page = 0}, PageQuery{.room = room, .page = 1'000'000'001},
          PageQuery{.room = room, .limit = 0}, PageQuery{.room = room, .limit = 101}}) {
        CHECK(page(wrong, team.bora.id).error().code == ErrorCode::malformed);
    }
}
