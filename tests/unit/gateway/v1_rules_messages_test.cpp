// The rules of the domain, one a row: who breaks one sees the documented code and status, and
// leaves no trace. Messages, and what is put to them.

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_rules_scene.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

TEST_CASE("messages are posted, changed and found as the domain says") {
    check({
        {"empty text is refused", [](Scene& s) { return s.says(s.member, s.group, content("")); },
         422, "empty", "content"},
        {"also where nothing of it is to be seen",
         [](Scene& s) { return s.says(s.member, s.group, content("\\u200B\\u3164")); }, 422,
         "empty", "content"},
        {"the host may post a system message, and nobody else",
         [](Scene& s) { return s.says(s.owner, s.group, R"({"content":"x","type":"system"})"); },
         403, "forbidden", "type"},
        {"an attachment is one that others may fetch",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           R"({"content":"x","attachments":[{"url":"file:///etc/passwd"}]})");
         },
         422, "invalid_value", "attachments"},
        {"of 100 MiB",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           R"({"content":"x","attachments":[{"url":"https://x.example/a",)"
                           R"("name":"a","size":104857601}]})");
         },
         413, "too_large", "attachments"},
        {"and of a type that is not denied",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           R"({"content":"x","attachments":[{"url":"https://x.example/a",)"
                           R"("contentType":"Application/Java-Archive; a=b"}]})");
         },
         415, "unsupported_type", "attachments"},
        {"with a name of 255 code points",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           fmt::format(R"({{"content":"x","attachments":[{{"url":"/a",)"
                                       R"("name":"{}"}}]}})",
                                       times(256, "가")));
         },
         422, "invalid_value", "attachments"},
        {"ten attachments are the most",
         [](Scene& s) {
             std::string all = R"({"url":"/a"})";
             all += times(10, R"(,{"url":"/a"})");
             return s.says(s.member, s.group,
                           fmt::format(R"({{"content":"x","attachments":[{}]}})", all));
         },
         422, "invalid_value", "attachments"},
        {"a mention is of a member",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           fmt::format(R"({{"content":"abc","mentions":[{{"userId":{},"start":0,)"
                                       R"("length":1}}]}})",
                                       s.gone.id.value));
         },
         422, "invalid_value", "mentions"},
        {"and within the text, in code points",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           fmt::format(R"({{"content":"가나","mentions":[{{"userId":{},"start":1,)"
                                       R"("length":2}}]}})",
                                       s.owner.id.value));
         },
         422, "invalid_value", "mentions"},
        {"the same key with another request is refused",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           fmt::format(R"({{"content":"twice","clientKey":"{}"}})", s.key));
         },
         409, "key_reused"},
        {"a key is a UUID",
         [](Scene& s) { return s.says(s.member, s.group, R"({"content":"x","clientKey":"7"})"); },
         400, "malformed", "clientKey"},
        {"who is muted does not post",
         [](Scene& s) { return s.says(s.gagged, s.group, content("x")); }, 403, "muted"},
        {"a parent stands in the same room",
         [](Scene& s) {
             return s.says(s.member, s.group,
                           fmt::format(R"({{"content":"x","parentId":{}}})", s.elsewhere));
         },
         404, "not_found", "message"},
        {"the sender alone edits",
         [](Scene& s) {
             return s.world.put(s.owner, fmt::format("/messages/{}", s.said), content("x"));
         },
         403, "forbidden"},
        {"a tombstone is not edited",
         [](Scene& s) {
             return s.world.put(s.member, fmt::format("/messages/{}", s.tombstone), content("x"));
         },
         409, "already_deleted"},
        {"sender and admins delete",
         [](Scene& s) { return s.world.del(s.gagged, fmt::format("/messages/{}", s.said)); }, 403,
         "forbidden"},
        {"once",
         [](Scene& s) { return s.world.del(s.member, fmt::format("/messages/{}", s.tombstone)); },
         409, "already_deleted"},
        {"what one may not read is not there",
         [](Scene& s) { return s.world.get(s.stranger, fmt::format("/message/{}", s.said)); }, 404,
         "not_found", "message"},
        {"history is for members",
         [](Scene& s) { return s.world.get(s.stranger, "/messages/" + s.group); }, 403,
         "not_a_member"},
        {"from one place at a time",
         [](Scene& s) {
             return s.world.get(s.member, "/messages/" + s.group + "?before=9&after=1");
         },
         400, "malformed", "before"},
        {"a search is for something",
         [](Scene& s) { return s.world.get(s.member, "/messages/search?query="); }, 422, "empty",
         "query"},
        {"of 100 code points",
         [](Scene& s) {
             return s.world.get(s.member, "/messages/search?query=" + times(101, "x"));
         },
         422, "too_long", "query"},
        {"in one's own rooms",
         [](Scene& s) {
             return s.world.get(s.stranger, "/messages/search?query=x&roomId=" + s.group);
         },
         403, "not_a_member"},
        {"who has read is for who may read",
         [](Scene& s) {
             return s.world.get(s.stranger, fmt::format("/messages/{}/readers", s.said));
         },
         404, "not_found", "message"},
        {"one marks read for oneself",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/mark-read",
                 fmt::format(R"({{"roomId":{},"userId":{}}})", s.group, s.owner.id.value));
         },
         403, "forbidden", "userId"},
    });
}

TEST_CASE("what is put to messages is what the domain says") {
    check({
        {"a reaction is an emoji",
         [](Scene& s) {
             return s.world.post(s.member, "/messages/reaction",
                                 message(s.said, R"(,"reaction":"ok")"));
         },
         422, "invalid_reaction", "reaction"},
        {"one grapheme",
         [](Scene& s) {
             return s.world.post(s.member, "/messages/reaction",
                                 message(s.said, R"(,"reaction":"👍🎉")"));
         },
         422, "invalid_reaction", "reaction"},
        {"of 16 code points",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/reaction",
                 message(s.said, fmt::format(R"(,"reaction":"👩{}")", times(8, "\xE2\x80\x8D👩"))));
         },
         422, "invalid_reaction", "reaction"},
        {"20 different ones are the most",
         [](Scene& s) {
             return s.world.post(s.member, "/messages/reaction",
                                 message(s.elsewhere, R"(,"reaction":"👍")"));
         },
         422, "invalid_reaction", "reaction"},
        {"to what is there",
         [](Scene& s) {
             return s.world.post(s.member, "/messages/reaction",
                                 message(s.tombstone, R"(,"reaction":"👍")"));
         },
         409, "already_deleted"},
        {"a message is pinned by owner or admin",
         [](Scene& s) { return s.world.post(s.gagged, "/messages/pin", message(s.said)); }, 403,
         "forbidden"},
        {"three a room",
         [](Scene& s) { return s.world.post(s.member, "/messages/pin", message(s.elsewhere)); },
         409, "pin_limit"},
        {"not a tombstone",
         [](Scene& s) { return s.world.post(s.owner, "/messages/pin", message(s.tombstone)); }, 409,
         "already_deleted"},
        {"one bookmarks what one may read",
         [](Scene& s) { return s.world.post(s.stranger, "/messages/bookmark", message(s.said)); },
         404, "not_found", "message"},
        {"and what is there",
         [](Scene& s) {
             return s.world.post(s.member, "/messages/bookmark", message(s.tombstone));
         },
         409, "already_deleted"},
        {"the forwarder must be a member of each room",
         [](Scene& s) {
             return s.world.post(
                 s.admin, "/messages/forward",
                 message(s.said, fmt::format(R"(,"targetRoomIds":[{},{}])", s.group, s.other)));
         },
         403, "not_a_member"},
        {"and be free to speak in each",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/forward",
                 message(s.said, fmt::format(R"(,"targetRoomIds":[{},{}])", s.group, s.quarrel)));
         },
         403, "blocked"},
        {"one forwards to somewhere",
         [](Scene& s) {
             return s.world.post(s.member, "/messages/forward",
                                 message(s.said, R"(,"targetRoomIds":[])"));
         },
         422, "invalid_value", "targetRoomIds"},
        {"to each room once",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/forward",
                 message(s.said, fmt::format(R"(,"targetRoomIds":[{0},{0}])", s.group)));
         },
         422, "invalid_value", "targetRoomIds"},
        {"what is there",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/forward",
                 message(s.tombstone, fmt::format(R"(,"targetRoomIds":[{}])", s.group)));
         },
         409, "already_deleted"},
        {"a thread is of a message that one may read",
         [](Scene& s) {
             return s.world.get(s.stranger,
                                fmt::format("/messages/thread?parentMessageId={}", s.said));
         },
         404, "not_found", "message"},
        {"a scheduled message is for later",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/schedule",
                 fmt::format(
                     R"({{"roomId":{},"content":"x","scheduledAt":"2020-01-01T00:00:00Z"}})",
                     s.group));
         },
         422, "in_the_past", "scheduledAt"},
        {"in a time zone that there is",
         [](Scene& s) {
             return s.world.post(
                 s.member, "/messages/schedule",
                 fmt::format(R"({{"roomId":{},"content":"x","scheduledAt":"2099-01-01T00:00:00Z",)"
                             R"("repeat":"DAILY","timeZone":"Asia/Atlantis"}})",
                             s.group));
         },
         422, "invalid_value", "timeZone"},
        {"into a room that one is in",
         [](Scene& s) {
             return s.world.post(
                 s.stranger, "/messages/schedule",
                 fmt::format(
                     R"({{"roomId":{},"content":"x","scheduledAt":"2099-01-01T00:00:00Z"}})",
                     s.group));
         },
         403, "not_a_member"},
        {"and one's own",
         [](Scene& s) {
             return s.world.del(s.admin, fmt::format("/messages/schedule/{}", s.schedule));
         },
         404, "not_found", "schedule"},
        {"what is cancelled is not edited",
         [](Scene& s) {
             return s.world.put(s.owner, fmt::format("/messages/schedule/{}", s.cancelled),
                                content("x"));
         },
         409, "wrong_state"},
        {"a notification is one's own",
         [](Scene& s) { return s.world.post(s.stranger, "/notifications/1/read"); }, 404,
         "not_found", "notification"},
        {"nobody reports themself",
         [](Scene& s) {
             return s.world.post(s.member, "/reports",
                                 fmt::format(R"({{"userId":{},"reason":"x"}})", s.member.id.value));
         },
         422, "invalid_value", "userId"},
        {"nor what they may not read",
         [](Scene& s) {
             return s.world.post(s.stranger, "/reports", message(s.said, R"(,"reason":"x")"));
         },
         404, "not_found", "message"},
    });
}

TEST_CASE("what the domain allows to who has left, to any letter case, to the host, is done") {
    Scene scene;
    DoorWorld& world = scene.world;
    CHECK(world.get(scene.gone, scene.in(scene.group)).status == 200);
    CHECK(world.get(scene.gone, scene.in(scene.group, "/participants")).status == 200);
    CHECK(scene.says(scene.member, scene.group, content(times(1'000, "가"))).status == 201);
    const Answer image = scene.says(scene.member, scene.group, R"({"content":"x","type":"IMAGE"})");
    CHECK(image.text("/type") == "image");
    CHECK(world
              .post(scene.owner, "/chatrooms/direct",
                    fmt::format(R"({{"userId":"{}"}})", scene.member.id.value))
              .number("/id") == std::stoll(scene.direct));
    const DoorWorld::Headers host = {{"X-Chatd-Key", DoorWorld::host_key},
                                     {"X-Chatd-User", std::to_string(scene.owner.id.value)}};
    const Answer system = world.ask("POST", "/api/v1/messages/" + scene.group,
                                    R"({"content":"the host says","type":"System"})", {}, host);
    REQUIRE(system.status == 201);
    CHECK(system.text("/type") == "system");
    CHECK(system.number("/senderId") == scene.owner.id.value);
    // In whose name it stands does not alter what the host has said.
    const Answer edited =
        world.put(scene.owner, "/messages/" + std::to_string(system.number("/id")),
                  R"({"content":"the host says otherwise"})");
    check_refusal(edited, 403, "forbidden", "type");
    // A picture is given with the group, and changed with or without the title.
    const std::string room =
        world.group(scene.owner, {}, R"(,"imageUrl":"https://x.example/a.png")");
    CHECK(world.get(scene.owner, scene.in(room)).text("/imageUrl") == "https://x.example/a.png");
    const Answer both = world.put(scene.owner, scene.in(room),
                                  R"({"title":"Both","imageUrl":"https://x.example/b.png"})");
    CHECK(both.text("/title") == "Both");
    CHECK(both.text("/imageUrl") == "https://x.example/b.png");
    check_refusal(world.put(scene.owner, scene.in(room), R"({"imageUrl":5})"), 400, "malformed",
                  "imageUrl");
    const Answer none = world.put(scene.owner, scene.in(room), R"({"imageUrl":""})");
    CHECK_FALSE(none.has("/imageUrl"));
    CHECK(none.text("/title") == "Both");
}
