// The rules of the domain, one a row: who breaks one sees the documented code and status, and
// leaves no trace. People and rooms.

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_rules_scene.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

TEST_CASE("identifiers and texts are what the domain says") {
    check({
        {"an id is of at most 53 bits",
         [](Scene& s) {
             return s.world.post(s.owner, "/chatrooms/direct", R"({"userId":9007199254740992})");
         },
         400, "malformed", "userId"},
        {"a text with digits is an id, another is none",
         [](Scene& s) { return s.world.post(s.owner, "/chatrooms/direct", R"({"userId":"12x"})"); },
         400, "malformed", "userId"},
        {"invalid UTF-8 is refused",
         [](Scene& s) { return s.says(s.member, s.group, content("\xC3(")); }, 400, "malformed",
         "body"},
        {"U+0000 is no text",
         [](Scene& s) { return s.says(s.member, s.group, content("a\\u0000b")); }, 400, "malformed",
         "content"},
        {"lengths are counted in code points, and 1,000 are the most",
         [](Scene& s) { return s.says(s.member, s.group, content(times(1'001, "가"))); }, 422,
         "too_long", "content"},
        {"an enumeration has its names only",
         [](Scene& s) { return s.says(s.member, s.group, R"({"content":"x","type":"sound"})"); },
         400, "malformed", "type"},
        {"a position is not negative",
         [](Scene& s) { return s.world.get(s.owner, s.in(s.group, "/changes?since=-1")); }, 400,
         "malformed", "since"},
        {"a limit is 1 to 100",
         [](Scene& s) { return s.world.get(s.owner, "/messages/" + s.group + "?limit=101"); }, 400,
         "malformed", "limit"},
        {"and not 0", [](Scene& s) { return s.world.get(s.owner, "/chatrooms?limit=0"); }, 400,
         "malformed", "limit"},
        {"a cursor is one that was given",
         [](Scene& s) { return s.world.get(s.owner, "/chatrooms?cursor=x"); }, 400, "malformed",
         "cursor"},
    });
}

TEST_CASE("users, friends and blocks are what the domain says") {
    check({
        {"an email is unique, case-folded",
         [](Scene& s) { return sign_up(s, signup("OWNER@Example.org", "a password", "x")); }, 409,
         "email_taken"},
        {"an email is an email",
         [](Scene& s) { return sign_up(s, signup("owner", "a password", "x")); }, 422,
         "invalid_value", "email"},
        {"a nickname is of 40 code points",
         [](Scene& s) { return sign_up(s, signup("n@x.org", "a password", times(41, "김"))); }, 422,
         "too_long", "nickname"},
        {"and of one at least",
         [](Scene& s) { return sign_up(s, signup("n@x.org", "a password", " ")); }, 422, "empty",
         "nickname"},
        {"a password is of 8 bytes at least",
         [](Scene& s) { return sign_up(s, signup("n@x.org", "1234567", "x")); }, 422,
         "invalid_value", "password"},
        {"and of 72 at most",
         [](Scene& s) { return sign_up(s, signup("n@x.org", times(73, "1"), "x")); }, 422,
         "invalid_value", "password"},
        {"a wrong password says no more than that",
         [](Scene& s) {
             return s.world.ask("POST", "/api/v1/auth/login",
                                R"({"email":"owner@example.org","password":"another one"})");
         },
         401, "bad_credentials"},
        {"an external id is set by the host or an admin only",
         [](Scene& s) {
             return s.world.put(s.owner, fmt::format("/admin/users/{}", s.owner.id.value),
                                R"({"externalId":"STU001"})");
         },
         403, "forbidden"},
        {"nobody is their own friend",
         [](Scene& s) { return s.world.post(s.owner, "/users/friends/requests", user(s.owner)); },
         422, "invalid_value", "userId"},
        {"friends are friends already",
         [](Scene& s) { return s.world.post(s.owner, "/users/friends/requests", user(s.admin)); },
         409, "conflict", "userId"},
        {"a request is answered by who was sent it",
         [](Scene& s) {
             return s.world.post(s.stranger,
                                 fmt::format("/users/friends/requests/{}/accept", s.request));
         },
         404, "not_found", "request"},
        {"no request passes a block",
         [](Scene& s) { return s.world.post(s.foe, "/users/friends/requests", user(s.member)); },
         403, "blocked"},
        {"either way",
         [](Scene& s) { return s.world.post(s.member, "/users/friends/requests", user(s.foe)); },
         403, "blocked"},
        {"nobody blocks themself",
         [](Scene& s) { return s.world.post(s.owner, "/users/blocks", user(s.owner)); }, 422,
         "invalid_value", "userId"},
        {"while a block stands no direct room is opened",
         [](Scene& s) {
             return s.world.post(s.foe, "/chatrooms/direct",
                                 fmt::format(R"({{"userId":{},"context":{{"type":"product",)"
                                             R"("id":"1"}}}})",
                                             s.member.id.value));
         },
         403, "blocked"},
        {"and no direct message passes",
         [](Scene& s) { return s.says(s.foe, s.quarrel, content("x")); }, 403, "blocked"},
        {"nor one that is put into an older one",
         [](Scene& s) {
             return s.world.put(s.foe, fmt::format("/messages/{}", s.hateful), content("x"));
         },
         403, "blocked"},
    });
}

TEST_CASE("rooms are opened and set as the domain says") {
    check({
        {"a room with oneself is refused",
         [](Scene& s) { return s.world.post(s.owner, "/chatrooms/direct", user(s.owner)); }, 422,
         "self_room"},
        {"a room is opened with somebody",
         [](Scene& s) { return s.world.post(s.owner, "/chatrooms/direct", R"({"userId":777})"); },
         404, "not_found", "user"},
        {"a context has a type and an id",
         [](Scene& s) {
             return s.world.post(
                 s.owner, "/chatrooms",
                 R"({"title":"x","memberIds":[],"context":{"type":"A b","id":"1"}})");
         },
         422, "invalid_value", "context"},
        {"a group has a title",
         [](Scene& s) { return s.world.post(s.owner, "/chatrooms", R"({"title":" "})"); }, 422,
         "empty", "title"},
        {"of 100 code points",
         [](Scene& s) {
             return s.world.put(s.owner, s.in(s.group),
                                fmt::format(R"({{"title":"{}"}})", times(101, "방")));
         },
         422, "too_long", "title"},
        {"without controls",
         [](Scene& s) { return s.world.put(s.owner, s.in(s.group), R"({"title":"a\nb"})"); }, 422,
         "invalid_value", "title"},
        {"a picture is one that others may fetch",
         [](Scene& s) {
             return s.world.put(s.owner, s.in(s.group), R"({"imageUrl":"javascript:void"})");
         },
         422, "invalid_value", "imageUrl"},
        {"by HTTP, and not from whatever this server has",
         [](Scene& s) {
             return s.world.post(s.owner, "/chatrooms",
                                 R"({"title":"x","memberIds":[],"imageUrl":"/a.png"})");
         },
         422, "invalid_value", "imageUrl"},
        {"of 2,048 bytes",
         [](Scene& s) {
             return s.world.put(s.owner, s.in(s.group),
                                fmt::format(R"({{"imageUrl":"https://a/{}"}})", times(2'048, "x")));
         },
         422, "too_long", "imageUrl"},
        {"or an upload that is there",
         [](Scene& s) {
             return s.world.put(s.owner, s.in(s.group), R"({"imageUrl":"/api/v1/attachments/5"})");
         },
         404, "not_found", "attachment"},
        {"custom metadata is of 4 KiB",
         [](Scene& s) {
             return s.world.post(
                 s.owner, "/chatrooms",
                 fmt::format(R"({{"title":"x","metadata":{{"a":"{}"}}}})", times(4'096, "x")));
         },
         422, "too_long", "metadata"},
        {"and a JSON object",
         [](Scene& s) {
             return s.world.post(s.owner, "/chatrooms", R"({"title":"x","metadata":[1]})");
         },
         400, "malformed", "metadata"},
        {"several groups are at most 20",
         [](Scene& s) {
             std::string rooms = R"({"title":"x"})";
             rooms += times(20, R"(,{"title":"x"})");
             return s.world.post(s.owner, "/chatrooms/multiple",
                                 fmt::format(R"({{"rooms":[{}]}})", rooms));
         },
         422, "invalid_value", "rooms"},
        {"a group's title is for who leads it",
         [](Scene& s) { return s.world.put(s.member, s.in(s.group), R"({"title":"x"})"); }, 403,
         "forbidden"},
        {"and so is its picture",
         [](Scene& s) {
             return s.world.put(s.member, s.in(s.group), R"({"imageUrl":"https://a/b"})");
         },
         403, "forbidden"},
        {"a direct room has no title",
         [](Scene& s) { return s.world.put(s.owner, s.in(s.direct), R"({"title":"x"})"); }, 403,
         "forbidden"},
        {"a notice is set by owner or admin",
         [](Scene& s) { return s.world.post(s.member, s.in(s.group, "/notice"), content("x")); },
         403, "forbidden"},
        {"a room is deleted for everybody by its owner",
         [](Scene& s) { return s.world.del(s.admin, s.in(s.group) + "?forEveryone=true"); }, 403,
         "forbidden"},
        {"a direct room by neither",
         [](Scene& s) { return s.world.del(s.owner, s.in(s.direct) + "?forEveryone=true"); }, 403,
         "forbidden"},
        {"a deleted room's id is remembered as such",
         [](Scene& s) { return s.world.get(s.owner, s.in(s.deleted)); }, 410, "room_deleted"},
        {"and takes no post", [](Scene& s) { return s.says(s.owner, s.deleted, content("x")); },
         410, "room_deleted"},
        {"contexts are registered by the host",
         [](Scene& s) {
             return s.world.put(s.owner, "/contexts/product/1",
                                fmt::format(R"({{"ownerId":{}}})", s.owner.id.value));
         },
         403, "forbidden"},
        {"and deleted by it", [](Scene& s) { return s.world.del(s.owner, "/contexts/product/1"); },
         403, "forbidden"},
        {"a list is filtered by a whole context",
         [](Scene& s) { return s.world.get(s.owner, "/chatrooms?contextType=product"); }, 400,
         "malformed", "contextId"},
        {"what is one's own of a room is for who is in it",
         [](Scene& s) { return s.world.post(s.stranger, s.in(s.group, "/favorite")); }, 403,
         "not_a_member"},
        {"and who has left has none",
         [](Scene& s) { return s.world.post(s.gone, s.in(s.group, "/mute")); }, 403,
         "not_a_member"},
    });
}

TEST_CASE("people come into rooms and out of them as the domain says") {
    check({
        {"a closed group is entered by invitation",
         [](Scene& s) { return s.world.post(s.stranger, s.in(s.group, "/join")); }, 403,
         "forbidden"},
        {"who was removed needs an invitation",
         [](Scene& s) { return s.world.post(s.removed, s.in(s.group, "/join")); }, 403,
         "forbidden"},
        {"who was banned is told so",
         [](Scene& s) { return s.world.post(s.banned, s.in(s.group, "/join")); }, 403, "banned"},
        {"a member does not bring back who was removed",
         [](Scene& s) {
             return s.world.post(s.member, s.in(s.group, "/participants"),
                                 fmt::format(R"({{"userIds":[{}]}})", s.removed.id.value));
         },
         403, "forbidden"},
        {"nobody leaves what they were never in",
         [](Scene& s) { return s.world.post(s.stranger, s.in(s.group, "/leave")); }, 403,
         "not_a_member"},
        {"who has left cannot post", [](Scene& s) { return s.says(s.gone, s.group, content("x")); },
         403, "not_a_member"},
        {"nor read history", [](Scene& s) { return s.world.get(s.gone, "/messages/" + s.group); },
         403, "not_a_member"},
        {"nor what has changed",
         [](Scene& s) { return s.world.get(s.gone, s.in(s.group, "/changes")); }, 403,
         "not_a_member"},
        {"nor mark it read",
         [](Scene& s) {
             return s.world.post(s.gone, "/messages/mark-read",
                                 fmt::format(R"({{"roomId":{}}})", s.group));
         },
         403, "not_a_member"},
        {"nor see who is online",
         [](Scene& s) { return s.world.get(s.gone, s.in(s.group, "/online")); }, 403,
         "not_a_member"},
        {"who was removed does not even see the header",
         [](Scene& s) { return s.world.get(s.removed, s.in(s.group)); }, 403, "not_a_member"},
        {"nor who is in",
         [](Scene& s) { return s.world.get(s.banned, s.in(s.group, "/participants")); }, 403,
         "not_a_member"},
        {"nobody is invited into a direct room",
         [](Scene& s) {
             return s.world.post(s.owner, s.in(s.direct, "/participants"),
                                 fmt::format(R"({{"userIds":[{}]}})", s.stranger.id.value));
         },
         403, "forbidden"},
        {"one who is not in invites nobody",
         [](Scene& s) {
             return s.world.post(s.stranger, s.in(s.group, "/participants"),
                                 fmt::format(R"({{"userIds":[{}]}})", s.stranger.id.value));
         },
         403, "not_a_member"},
        {"an owner is not invited",
         [](Scene& s) {
             return s.world.post(
                 s.owner, s.in(s.group, "/participants"),
                 fmt::format(R"({{"userIds":[{}],"role":"OWNER"}})", s.stranger.id.value));
         },
         422, "invalid_value", "role"},
        {"an admin is invited by the owner",
         [](Scene& s) {
             return s.world.post(
                 s.admin, s.in(s.group, "/participants"),
                 fmt::format(R"({{"userIds":[{}],"role":"admin"}})", s.stranger.id.value));
         },
         403, "forbidden"},
        {"a member removes nobody",
         [](Scene& s) { return s.world.del(s.member, s.person_in(s.group, s.gagged)); }, 403,
         "forbidden"},
        {"an admin does not remove the owner",
         [](Scene& s) { return s.world.del(s.admin, s.person_in(s.group, s.owner)); }, 403,
         "forbidden"},
        {"nor another admin",
         [](Scene& s) { return s.world.del(s.admin, s.person_in(s.group, s.second)); }, 403,
         "forbidden"},
        {"one leaves by leaving",
         [](Scene& s) { return s.world.del(s.owner, s.person_in(s.group, s.owner)); }, 422,
         "invalid_value", "userId"},
        {"who never was in is not removed",
         [](Scene& s) { return s.world.del(s.owner, s.person_in(s.group, s.stranger)); }, 404,
         "not_found", "member"},
        {"roles are given by the owner",
         [](Scene& s) {
             return s.world.put(s.admin, s.person_in(s.group, s.member), R"({"role":"admin"})");
         },
         403, "forbidden"},
        {"to who is in",
         [](Scene& s) {
             return s.world.put(s.owner, s.person_in(s.group, s.gone), R"({"role":"admin"})");
         },
         404, "not_found", "member"},
        {"and so is a room handed over",
         [](Scene& s) {
             return s.world.put(s.admin, s.person_in(s.group, s.admin), R"({"role":"owner"})");
         },
         422, "invalid_value", "userId"},
        {"a member mutes nobody",
         [](Scene& s) {
             return s.world.put(s.member, s.person_in(s.group, s.gone),
                                R"({"mutedUntil":"2099-01-01T00:00:00Z"})");
         },
         403, "forbidden"},
    });
}
