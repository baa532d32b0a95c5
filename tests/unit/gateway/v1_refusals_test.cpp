// What every route owes to whoever asks badly.

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// SplitMix64: the same bodies at each run.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::size_t below(std::size_t sides) {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t bits = state_;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
        return static_cast<std::size_t>((bits ^ (bits >> 31)) % sides);
    }
    const std::string& one_of(const std::vector<std::string>& things) {
        return things[below(things.size())];
    }

private:
    std::uint64_t state_;
};

const std::vector<std::string> names = {
    "email",           "password",     "nickname",   "refreshToken",
    "profileImageUrl", "statusText",   "title",      "open",
    "memberIds",       "context",      "metadata",   "userId",
    "userIds",         "role",         "silent",     "forEveryone",
    "content",         "type",         "clientKey",  "parentId",
    "tempId",          "attachments",  "mentions",   "roomId",
    "messageId",       "targetUserId", "reason",     "comment",
    "ownerId",         "rooms",        "requestIdx", "recipientUserCode",
    "scheduledAt",
};
const std::vector<std::string> values = {
    "null",
    "true",
    "-1",
    "0",
    "1.5",
    "1e400",
    "9223372036854775808",
    "9007199254740992",
    R"("")",
    R"("text")",
    R"("\u0000")",
    R"("12x")",
    "[]",
    "[[]]",
    "[null]",
    "[true,{}]",
    R"(["1",2])",
    "{}",
    R"({"type":7,"id":[]})",
    R"([{"url":1}])",
    R"([{"userId":1,"start":-1,"length":99999999999}])",
};
/// No JSON objects at all.
const std::vector<std::string> bodies = {
    "{",
    "}",
    "[]",
    "7",
    "\"x\"",
    "null",
    "{\"a\":\"\xff\"}",
    "{\"a\":1}x",
    "{'a':1}",
    " ",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":1e400}",
    "{\"a\":123456789012345678901234567890}",
    "{\"a\":" + std::string(2'000, '[') + std::string(2'000, ']') + "}",
};

std::string random_body(Dice& dice) {
    if (dice.below(8) == 0) return dice.one_of(bodies);
    std::string body = "{";
    for (std::size_t i = 0, n = dice.below(5); i < n; ++i) {
        body +=
            fmt::format("{}\"{}\":{}", i > 0 ? "," : "", dice.one_of(names), dice.one_of(values));
    }
    return body + "}";
}

/// The pattern with something in place of each `{…}`.
std::string filled(std::string pattern, const std::string& with) {
    for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{')) {
        pattern.replace(open, pattern.find('}') - open + 1, with);
    }
    return pattern;
}

bool is_open(const std::string& pattern) {
    return pattern.starts_with("/api/v1/auth/");
}

}  // namespace

TEST_CASE("every route but those of logging in wants a token that is good") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const std::string expired = world.expired_token(ari.id);
    for (const auto& [method, pattern] : world.router().routes()) {
        if (is_open(pattern)) continue;
        const std::string target = filled(pattern, "1");
        INFO(method << ' ' << target);
        check_refusal(world.ask(method, target), 401, "unauthenticated");
        check_refusal(world.ask(method, target, {}, "made-up"), 401, "unauthenticated");
        check_refusal(world.ask(method, target, {}, ari.token + "x"), 401, "unauthenticated");
        check_refusal(world.ask(method, target, {}, expired), 401, "token_expired");
    }
}

TEST_CASE("a path that has no id where one belongs is malformed") {
    DoorWorld world;
    world.open_consultation_door();
    const Person ari = world.sign_up_admin("ari");
    for (const auto& [method, pattern] : world.router().routes()) {
        const auto open = pattern.find('{');
        if (open == std::string::npos) continue;
        if (pattern.starts_with("/api/v1/contexts/")) continue;  // the host's own names
        const std::string name = pattern.substr(open + 1, pattern.find('}') - open - 1);
        for (const char* id : {"abc", "0", "-1", "1.5", "9007199254740992", "99999999999999999999",
                               "1%20", "%EA%B0%80"}) {
            INFO(method << ' ' << pattern << ' ' << id);
            check_refusal(world.ask(method, filled(pattern, id), "{}", ari.token), 400, "malformed",
                          name);
        }
    }
}

TEST_CASE("what is not served here is not found, also where an id could stand") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    check_refusal(world.del(ari, "/messages/bookmarks"), 404, "not_found", "route");
    check_refusal(world.del(ari, "/users/friends/requests"), 404, "not_found", "route");
    check_refusal(world.get(ari, "/devices"), 404, "not_found", "route");
    check_refusal(world.get(ari, ""), 404, "not_found", "route");
    check_refusal(world.get(ari, "/chatrooms/1/"), 404, "not_found", "route");
    const Answer other = world.ask("PATCH", "/api/v1/chatrooms/1", {}, ari.token);
    CHECK(other.status == 405);
    CHECK(other.header("Allow").find("GET") != std::string::npos);
    CHECK(other.header("Allow").find("DELETE") != std::string::npos);
}

TEST_CASE("ill-typed JSON is refused in the documented shape, whatever the route") {
    DoorWorld world;
    world.open_consultation_door();
    const Person ari = world.sign_up_admin("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const std::string message = std::to_string(world.say(ari, room, "hello"));
    Dice dice(20260101);
    int refused = 0;
    for (const auto& [method, pattern] : world.router().routes()) {
        if (pattern == "/api/v1/events") continue;  // without an end to wait for
        for (int i = 0; i < 60; ++i) {
            const std::string target =
                filled(pattern, dice.one_of({room, message, std::string("1"), "777777"}));
            const std::string body = random_body(dice);
            INFO(method << ' ' << target << ' ' << body);
            const Answer answer = world.ask(method, target, body, ari.token);
            CHECK(answer.status < 500);
            if (answer.status < 400) continue;
            ++refused;
            // Two refusals of the front door of consultations are a sentence.
            const bool sentence = pattern.starts_with("/api/chat/") && !answer.has("/error/code");
            CHECK((sentence || is_refusal(answer)));
        }
    }
    CHECK(refused > 500);
}

TEST_CASE("a refusal says which member it is about, and what that must be") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const auto message = [](const Answer& answer) { return answer.text("/error/message"); };
    CHECK(message(world.get(ari, "/chatrooms?limit=0")) ==
          "The request is not well-formed: limit must be a whole number from 1 to 100.");
    CHECK(message(world.post(ari, "/messages/" + room, R"({"content":7})")) ==
          "The request is not well-formed: content must be a text in UTF-8.");
    CHECK(message(world.post(ari, "/messages/" + room, "{")) ==
          "The request is not well-formed: body must be a JSON object.");
    CHECK(message(world.post(ari, "/chatrooms/multiple",
                             R"({"rooms":[{"title":"a"},{"title":"a\u0001b"}]})")) ==
          "A value is not a possible one: rooms[1].title must be a text in UTF-8, without control "
          "characters.");
    CHECK(message(world.post(ari, "/messages/" + room, R"({"content":" "})")) ==
          "There is nothing in it: content.");
    CHECK(message(world.get(ari, "/users/999999")) == "There is no such thing: user.");
    world.post(ari, "/users/friends/requests", fmt::format(R"({{"userId":{}}})", bora.id.value));
    const Answer asked = world.get(bora, "/users/friends/requests");
    world.post(bora, fmt::format("/users/friends/requests/{}/accept", asked.number("/items/0/id")),
               "");
    const Answer again = world.post(ari, "/users/friends/requests",
                                    fmt::format(R"({{"userId":{}}})", bora.id.value));
    CHECK(again.status == 409);
    CHECK(message(again) == "You are friends already.");
}

TEST_CASE("what a member must be is all that it must be") {
    DoorWorld world;
    const Person ari = world.sign_up_admin("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {bora});
    const auto says = [](const Answer& answer, int status, std::string_view sentence) {
        CHECK(answer.status == status);
        const std::string message = answer.text("/error/message");
        CHECK_MESSAGE(message.find(sentence) != message.npos, message, " lacks ", sentence);
    };
    says(world.put(ari, fmt::format("/admin/users/{}", bora.id.value), R"({"externalId":"123"})"),
         422, "externalId must be a text without control characters, not blank and not all digits");
    for (const char* url : {"/a.png", "https:///a.png"}) {
        const std::string quoted = fmt::format(R"("{}")", url);
        constexpr std::string_view picture =
            " must be an address of http(s) with a host, or the url of an image that you have "
            "uploaded here";
        says(world.put(ari, "/chatrooms/" + room, R"({"imageUrl":)" + quoted + "}"), 422, picture);
        says(world.put(ari, "/users/me", R"({"profileImageUrl":)" + quoted + "}"), 422, picture);
    }
    std::string files = R"({"url":"/a"})";
    for (int i = 0; i < 10; ++i) files += R"(,{"url":"/a"})";
    says(world.post(ari, "/messages/" + room, R"({"content":"x","attachments":[)" + files + "]}"),
         422, "attachments must be a list of at most 10 of");
    says(world.post(ari, "/messages/" + room, R"({"content":"x","type":"song"})"), 400,
         "type must be one of text, image, video and file.");
    says(world.post(ari, "/chatrooms",
                    R"({"title":"a","context":{"type":"consultation","id":"7"}})"),
         422, "consultation is a type of direct rooms alone");
    says(world.post(ari, "/reports", R"({"reason":"x"})"), 400,
         "a report is of one of messageId, userId and roomId");
    says(world.post(ari, "/messages/forward", R"({"messageId":1,"targetRoomIds":[]})"), 422,
         "targetRoomIds must be a list of 1 to 20 ids of rooms, each once");
    says(world.post(ari, "/messages/schedule",
                    fmt::format(R"({{"roomId":{},"content":"x","scheduledAt":"soon"}})", room)),
         400, "for a consultation also one as in 2025-10-24 14:15:30");
}

TEST_CASE("what is no JSON object is refused by every route that wants one") {
    DoorWorld world;
    const Person ari = world.sign_up_admin("ari");
    for (const auto& [method, pattern] : world.router().routes()) {
        const bool ignores = pattern.ends_with("/join") || pattern.ends_with("/accept") ||
                             pattern.ends_with("/reject") || pattern.ends_with("/read") ||
                             pattern.ends_with("/read-all") || pattern.ends_with("/favorite") ||
                             pattern.ends_with("/mute") || pattern.ends_with("/attachments") ||
                             method == "GET" ||
                             (method == "DELETE" && pattern != "/api/v1/chatrooms/{id}" &&
                              pattern != "/api/v1/messages/reaction");
        if (ignores) continue;
        for (const std::string& body : bodies) {
            INFO(method << ' ' << pattern << ' ' << body);
            check_refusal(world.ask(method, filled(pattern, "1"), body, ari.token), 400,
                          "malformed", "body");
        }
    }
}

TEST_CASE("every address that is served is in the document, and no other") {
    const DoorWorld world;
    std::ifstream in(CHATCORE_HTTP_API);
    std::set<std::string> told;
    // In the first column: `GET, POST` and an address in backticks.
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| ")) continue;
        std::istringstream cell(line.substr(2, line.find(" | ") - 2));
        for (std::string before, address;
             std::getline(cell, before, '`') && std::getline(cell, address, '`');) {
            std::istringstream words(before);
            for (std::string method; words >> method;) {
                std::erase(method, ',');
                const bool named = std::all_of(method.begin(), method.end(),
                                               [](char c) { return c >= 'A' && c <= 'Z'; });
                if (named && address.starts_with('/')) told.insert(method + " /api/v1" + address);
            }
        }
    }
    std::set<std::string> served;
    for (const auto& [method, pattern] : world.router().routes())
        served.insert(method + ' ' + pattern);
    for (const std::string& one : served) CHECK_MESSAGE(told.contains(one), "not told: ", one);
    for (const std::string& one : told) CHECK_MESSAGE(served.contains(one), "not served: ", one);
}
