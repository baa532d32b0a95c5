// The rules of the domain, one a row: who breaks one sees the documented code and status, and
// leaves no trace.
// Long because the rules are one table.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// People and rooms in every standing, made once for all rows: what is refused changes nothing.
struct Scene {
    DoorWorld world;
    Person owner = world.sign_up("owner");
    Person admin = world.sign_up("admin");      ///< of the group, as `second`
    Person second = world.sign_up("second");    ///< another admin of it
    Person member = world.sign_up("member");    ///< of it
    Person gagged = world.sign_up("gagged");    ///< of it, and may not speak
    Person gone = world.sign_up("gone");        ///< has left it
    Person removed = world.sign_up("removed");  ///< was put out of it
    Person banned = world.sign_up("banned");    ///< and told not to come back
    Person stranger = world.sign_up("stranger");
    Person foe = world.sign_up("foe");  ///< is blocked by `member`

    std::string group = world.group(owner, {admin, second, member, gagged, gone, removed, banned});
    std::string other = world.group(owner, {member});  ///< full of pins, where `member` is an admin
    std::string direct;                                ///< of `member` and `owner`
    std::string quarrel;                               ///< of `member` and `foe`
    std::string deleted;                               ///< of `owner`, deleted for everybody
    std::int64_t said = 0;                             ///< by `member`, in the group
    std::int64_t elsewhere = 0;  ///< by `owner`, in the other group, with 20 different reactions
    std::int64_t tombstone = 0;  ///< by `member`, in the group
    std::int64_t hateful = 0;    ///< by `foe`, in the quarrel
    std::int64_t request = 0;    ///< of `stranger` to `owner`, to be friends
    std::int64_t schedule = 0;   ///< of `owner`
    std::int64_t cancelled = 0;  ///< of `owner` too
    std::string key = "00000000-0000-4000-8000-000000000001";  ///< under which `member` has posted

    Scene() {
        make_the_group();
        make_the_others();
        make_the_rest();
    }

    std::string in(const std::string& room, std::string_view rest = {}) const {
        return fmt::format("/chatrooms/{}{}", room, rest);
    }
    std::string person_in(const std::string& room, const Person& person) const {
        return in(room, fmt::format("/participants/{}", person.id.value));
    }
    Answer says(const Person& person, const std::string& room, const std::string& body) {
        return world.post(person, "/messages/" + room, body);
    }
    /// The position of each room that somebody may look at.
    std::map<std::string, std::int64_t> positions() {
        std::map<std::string, std::int64_t> found;
        for (const std::string& room : {group, other, direct})
            found[room] = world.get(owner, in(room)).number("/position");
        found[quarrel] = world.get(foe, in(quarrel)).number("/position");
        return found;
    }

private:
    void done(const Answer& answer) {
        INFO(answer.body);
        REQUIRE(answer.status < 300);
    }

    void make_the_group() {
        for (const Person& one : {admin, second})
            done(world.put(owner, person_in(group, one), R"({"role":"admin"})"));
        const std::string gag = R"({"mutedUntil":"2099-01-01T00:00:00Z"})";
        done(world.put(owner, person_in(group, gagged), gag));
        said = world.say(member, group, "hello");
        tombstone = world.say(member, group, "to be deleted");
        done(world.del(member, fmt::format("/messages/{}", tombstone)));
        done(says(member, group, fmt::format(R"({{"content":"once","clientKey":"{}"}})", key)));
        done(world.post(gone, in(group, "/leave")));
        done(world.del(owner, person_in(group, removed)));
        done(world.del(owner, person_in(group, banned) + "?ban=true"));
    }

    void make_the_others() {
        done(world.put(owner, person_in(other, member), R"({"role":"admin"})"));
        for (int i = 0; i < 3; ++i) {
            const std::int64_t pinned = world.say(owner, other, "pinned");
            done(world.post(owner, "/messages/pin", fmt::format(R"({{"messageId":{}}})", pinned)));
        }
        elsewhere = world.say(owner, other, "elsewhere");
        for (const char* emoji : {"😀", "😃", "😄", "😁", "😆", "😅", "😂", "🙂", "🙃", "😉",
                                  "😊", "😇", "😍", "😘", "😗", "😚", "😙", "😋", "😛", "😜"}) {
            done(
                world.post(owner, "/messages/reaction",
                           fmt::format(R"({{"messageId":{},"reaction":"{}"}})", elsewhere, emoji)));
        }
        direct = std::to_string(open(member, owner).number("/id"));
        quarrel = std::to_string(open(member, foe).number("/id"));
        hateful = world.say(foe, quarrel, "hateful");
        deleted = world.group(owner, {member});
        done(world.del(owner, in(deleted) + "?forEveryone=true"));
    }

    void make_the_rest() {
        const auto id_of = [](const Person& person) {
            return fmt::format(R"({{"userId":{}}})", person.id.value);
        };
        done(world.post(member, "/users/blocks", id_of(foe)));
        request = world.post(stranger, "/users/friends/requests", id_of(owner)).number("/id");
        done(world.post(owner, "/users/friends/requests", id_of(admin)));
        done(world.post(admin, "/users/friends/requests", id_of(owner)));
        const std::string later = fmt::format(
            R"({{"roomId":{},"content":"later","scheduledAt":"2099-01-01T00:00:00Z"}})", group);
        schedule = world.post(owner, "/messages/schedule", later).number("/id");
        cancelled = world.post(owner, "/messages/schedule", later).number("/id");
        done(world.del(owner, fmt::format("/messages/schedule/{}", cancelled)));
    }

    Answer open(const Person& one, const Person& two) {
        return world.post(one, "/chatrooms/direct",
                          fmt::format(R"({{"userId":{}}})", two.id.value));
    }
};

struct Rule {
    const char* rule;  ///< as the domain says it
    std::function<Answer(Scene&)> broken;
    int status;
    const char* code;
    const char* detail = "";
};

std::string times(int n, const char* text) {
    std::string all;
    for (int i = 0; i < n; ++i) all += text;
    return all;
}

std::string content(const std::string& text) {
    return fmt::format(R"({{"content":"{}"}})", text);
}

std::string user(const Person& person) {
    return fmt::format(R"({{"userId":{}}})", person.id.value);
}

std::string message(std::int64_t id, const std::string& more = {}) {
    return fmt::format(R"({{"messageId":{}{}}})", id, more);
}

std::string signup(const std::string& email, const std::string& password,
                   const std::string& nickname) {
    return fmt::format(R"({{"email":"{}","password":"{}","nickname":"{}"}})", email, password,
                       nickname);
}

Answer sign_up(Scene& scene, const std::string& body) {
    return scene.world.ask("POST", "/api/v1/auth/signup", body);
}

void check(const std::vector<Rule>& rules) {
    Scene scene;
    const auto before = scene.positions();
    for (const Rule& rule : rules) {
        INFO(rule.rule);
        check_refusal(rule.broken(scene), rule.status, rule.code, rule.detail);
    }
    CHECK(scene.positions() == before);
}

}  // namespace

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
