// What pages of other origins may ask, and what they can read of the answer; and which addresses
// there are.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

constexpr const char* allow_origin = "Access-Control-Allow-Origin";
constexpr const char* allow_headers = "Access-Control-Allow-Headers";
constexpr const char* allow_methods = "Access-Control-Allow-Methods";
constexpr const char* expose_headers = "Access-Control-Expose-Headers";

/// All front doors.
struct AllDoors : DoorWorld {
    AllDoors() {
        open_consultation_door();
        open_marketplace_door();
        open_storefront_door();
        open_messenger_door();
    }
    Answer preflight(const std::string& method, const std::string& target, Headers more = {}) {
        more.emplace_back("Origin", "https://shop.example");
        more.emplace_back("Access-Control-Request-Method", method);
        return ask("OPTIONS", target, {}, {}, more);
    }
};

/// The pattern with a number in place of each `{…}`.
std::string filled(std::string pattern) {
    for (auto open = pattern.find('{'); open != pattern.npos; open = pattern.find('{'))
        pattern.replace(open, pattern.find('}') - open + 1, "7");
    return pattern;
}

bool is_admins(const std::string& pattern) {
    return pattern.starts_with("/api/v1/admin/") || pattern.starts_with("/api/v1/contexts/");
}

bool can_be_read(const Answer& answer) {
    return answer.header(allow_origin) == "*" &&
           answer.header(expose_headers).find("Retry-After") != std::string::npos;
}

}  // namespace

TEST_CASE("a browser is told that pages of any origin may ask each route, but those of admins") {
    AllDoors world;
    int asked = 0;
    for (const auto& [method, pattern] : world.router().routes()) {
        const std::string target = filled(pattern);
        INFO(method << ' ' << target);
        const Answer answer =
            world.preflight(method, target, {{"Access-Control-Request-Headers", "x"}});
        if (is_admins(pattern)) {
            CHECK(answer.status == 405);
            CHECK(answer.header(allow_origin).empty());
            continue;
        }
        ++asked;
        CHECK(answer.header(allow_origin) == "*");
        CHECK(answer.header(allow_methods).find(method) != std::string::npos);
        CHECK(answer.header("Access-Control-Allow-Credentials").empty());
        if (pattern.starts_with("/chat/") || pattern == "/chat")
            continue;  // Serverpod's own answer
        CHECK(answer.status == 204);
        CHECK(answer.body.empty());
        CHECK(answer.header("Access-Control-Max-Age") == "7200");
    }
    CHECK(asked > 80);
    CHECK(world.preflight("POST", "/user/chat-room").header(allow_methods) == "POST, GET");
    CHECK(world.preflight("GET", "/api/v1/attachments/7").status == 204);
}

TEST_CASE("what is no such question, or for no route, is answered as ever") {
    AllDoors world;
    const Answer plain = world.ask("OPTIONS", "/user/chat-room");
    CHECK(plain.status == 405);
    CHECK(plain.header("Allow") == "POST, GET");
    CHECK(world.ask("OPTIONS", "/user/chat-room", {}, {}, {{"Origin", "https://a"}}).status == 405);
    CHECK(world.preflight("GET", "/user/nothing").status == 404);
    // What is malformed is to be read, too.
    CHECK(world.preflight("GET", "/api/consultations/nothing").status == 204);
    CHECK(world.preflight("POST", "/api/consultations/nothing").status == 404);
}

TEST_CASE("a page may send the headers that it asks for, but for the host's own") {
    AllDoors world;
    const auto allowed = [&](const std::string& asked) {
        return world
            .preflight("POST", "/api/auth/login", {{"Access-Control-Request-Headers", asked}})
            .header(allow_headers);
    };
    CHECK(allowed("authorization,content-type") == "authorization, content-type");
    CHECK(allowed("x-chatd-key, x-chatd-form,X-Chatd-User") == "x-chatd-form");
    CHECK(allowed("x-chatd-key").empty());
    CHECK(allowed("a b, \"q\", c, ,") == "c");
    const std::string known = world.preflight("POST", "/api/auth/login").header(allow_headers);
    for (const char* header : {"Authorization", "Content-Type", "If-None-Match", "Last-Event-ID",
                               "X-Chatd-Form", "Range"})
        CHECK(known.find(header) != known.npos);
    std::string many = "a";
    for (int i = 0; i < 2'000; ++i) many += ",a";
    CHECK(allowed(many).size() <= 3 * 1'024);
    CHECK(allowed(many).size() > 1'000);
}

TEST_CASE("pages of any origin read answers and refusals, but not the host's") {
    AllDoors world;
    const Person ari = world.sign_up("ari");
    CHECK(can_be_read(world.get(ari, "/users/me")));
    CHECK(can_be_read(world.ask("GET", "/user/chat-room", {}, ari.token)));
    CHECK(can_be_read(world.ask("POST", "/api/auth/login", "{")));
    CHECK(world.ask("GET", "/api/rooms").status == 401);
    CHECK(can_be_read(world.ask("GET", "/api/rooms")));
    CHECK(world.ask("DELETE", "/api/rooms").status == 405);
    CHECK(can_be_read(world.ask("DELETE", "/api/rooms")));
    CHECK(can_be_read(world.ask("GET", "/api/nothing")));
    CHECK(can_be_read(world.ask("POST", "/chat/sing", "{}")));
    CHECK(can_be_read(world.get(ari, "/attachments/99")));

    const Person admin = world.sign_up_admin("admin");
    const Answer stats = world.get(admin, "/admin/stats");
    CHECK(stats.status == 200);
    CHECK(stats.header(allow_origin).empty());
    CHECK(world.ask("DELETE", "/api/v1/admin/stats").header(allow_origin).empty());
    for (const char* key : {DoorWorld::host_key, "guessed"}) {
        const Answer host = world.ask("GET", "/api/v1/users/1", {}, {}, {{"X-Chatd-Key", key}});
        CHECK(host.header(allow_origin).empty());
        CHECK(host.header(expose_headers).empty());
    }
}

TEST_CASE("a path is an address if it is one with another method") {
    AllDoors world;
    const Person ari = world.sign_up("ari");
    const auto status = [&](const char* method, const char* target) {
        const Answer answer = world.ask(method, target, "{}", ari.token);
        if (answer.status == 404) check_refusal(answer, 404, "not_found", "route");
        if (answer.status == 405) CHECK_FALSE(answer.header("Allow").empty());
        return answer.status;
    };
    CHECK(status("GET", "/chat/nothing") == 404);
    CHECK(status("DELETE", "/chat/nothing") == 404);
    CHECK(status("POST", "/api/consultations/nothing") == 404);
    CHECK(status("POST", "/api/consultations/7") == 405);
    CHECK(status("PUT", "/api/rooms/x/messages") == 404);
    CHECK(status("PUT", "/api/rooms/7/messages") == 405);
    CHECK(status("PATCH", "/api/v1/chatrooms/nothing") == 404);
    CHECK(status("PATCH", "/api/v1/chatrooms/favorites") == 405);
    // Whose ids are texts.
    CHECK(status("GET", "/api/v1/contexts/product/blue-bicycle") == 405);
    CHECK(status("POST", "/seller/chat-room/store/corner-shop") == 405);
    CHECK(status("POST", "/api/v1/contexts/product") == 404);
    // The right method is told what is wrong with it.
    check_refusal(world.ask("GET", "/api/consultations/nothing", {}, ari.token), 400, "malformed",
                  "requestIdx");
}

TEST_CASE("who asks at no address is told which, without what is secret in it") {
    AllDoors world;
    const Person ari = world.sign_up("ari");
    const auto message = [&](const char* method, const std::string& target) {
        return world.ask(method, target, {}, ari.token).text("/error/message");
    };
    CHECK(message("GET", "/chat/nothing?token=secret") == "No such address: GET /chat/nothing.");
    CHECK(message("POST", "/a%22%EA%B0%80/<b>") == "No such address: POST /a%22%EA%B0%80/<b>.");
    CHECK(message("DELETE", "/api/v1/messages/bookmarks") ==
          "No such address: DELETE /api/v1/messages/bookmarks.");
    CHECK(message("GET", "/" + std::string(5'000, 'a')) ==
          "No such address: GET /" + std::string(199, 'a') + "…");
}
