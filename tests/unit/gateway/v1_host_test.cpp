// The host application's own server, with its key, and what admins may do.

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

DoorWorld::Headers as_host(const std::string& user = {}) {
    DoorWorld::Headers headers = {{"X-Chatd-Key", DoorWorld::host_key}};
    if (!user.empty()) headers.emplace_back("X-Chatd-User", user);
    return headers;
}

std::string path_of(UserId user) {
    return fmt::format("/api/v1/admin/users/{}", user.value);
}

std::string sign_up_body(const std::string& name, const std::string& external_id) {
    return fmt::format(
        R"({{"email":"{0}@example.org","password":"a password","nickname":"{0}","externalId":"{1}"}})",
        name, external_id);
}

}  // namespace

TEST_CASE("the host signs people up with its own code for them, which is unique") {
    DoorWorld world;
    const std::string path = "/api/v1/auth/signup";
    const Answer made = world.ask("POST", path, sign_up_body("ari", "STU001"), {}, as_host());
    REQUIRE(made.status == 201);
    CHECK(made.text("/user/externalId") == "STU001");
    check_refusal(world.ask("POST", path, sign_up_body("bora", "STU001"), {}, as_host()), 409,
                  "conflict", "externalId");
    check_refusal(world.ask("POST", path, sign_up_body("ari", "STU002"), {}, as_host()), 409,
                  "email_taken");
    check_refusal(
        world.ask("POST", path, sign_up_body("bora", std::string(101, 'x')), {}, as_host()), 422,
        "too_long", "externalId");
    check_refusal(world.ask("POST", path, sign_up_body("bora", "  "), {}, as_host()), 422,
                  "invalid_value", "externalId");
    // What is all digits is somebody's id.
    const std::string ari = std::to_string(made.number("/user/id"));
    for (const std::string& digits : {ari, std::string("0"), std::string(30, '9')}) {
        check_refusal(world.ask("POST", path, sign_up_body("bora", digits), {}, as_host()), 422,
                      "invalid_value", "externalId");
        check_refusal(world.ask("PUT", "/api/v1/admin/users/" + ari,
                                fmt::format(R"({{"externalId":"{}"}})", digits), {}, as_host()),
                      422, "invalid_value", "externalId");
    }
    // Nor may one look like an id, or like another code.
    for (const char* alike : {"１２", "٣٤", "STU001 ", "\u00A0STU001", "STU\u200B001",
                              "\u202ESTU001", "STU001\u2028"}) {
        INFO(alike);
        check_refusal(world.ask("POST", path, sign_up_body("bora", alike), {}, as_host()), 422,
                      "invalid_value", "externalId");
    }
    // Codes are compared to the letter.
    const Answer twin = world.ask("POST", path, sign_up_body("twin", "stu001"), {}, as_host());
    CHECK(twin.status == 201);
    CHECK(twin.number("/user/id") != made.number("/user/id"));
    check_refusal(world.ask("POST", path, sign_up_body("bora", "STU002")), 403, "forbidden",
                  "externalId");
    check_refusal(world.ask("POST", path, sign_up_body("bora", ""), {}, {{"X-Chatd-Key", "guess"}}),
                  401, "unauthenticated", "X-Chatd-Key");
    const Person bora = world.sign_up("bora");
    CHECK(
        world.get(bora, "/users/" + std::to_string(made.number("/user/id"))).text("/externalId") ==
        "STU001");
}

TEST_CASE("the host acts as a person, with that person's rights") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const std::string room = world.group(ari, {});
    const std::string path = "/api/v1/messages/" + room;
    const std::string ari_id = std::to_string(ari.id.value);
    const Answer posted =
        world.ask("POST", path, R"({"content":"from the host"})", {}, as_host(ari_id));
    REQUIRE(posted.status == 201);
    CHECK(posted.number("/senderId") == ari.id.value);
    check_refusal(
        world.ask("POST", path, R"({"content":"x"})", {}, as_host(std::to_string(bora.id.value))),
        403, "not_a_member");
    check_refusal(world.ask("POST", path, R"({"content":"x"})", {}, as_host("777")), 404,
                  "not_found", "user");
    for (const char* wrong : {"0", "-1", "1x", " ", "9007199254740993", "STU001"}) {
        check_refusal(world.ask("POST", path, R"({"content":"x"})", {}, as_host(wrong)), 400,
                      "malformed", "X-Chatd-User");
    }
    check_refusal(world.ask("POST", path, R"({"content":"x"})", {}, as_host()), 400, "malformed",
                  "X-Chatd-User");
}

TEST_CASE("a wrong key is refused whatever else is shown") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const std::string key = DoorWorld::host_key;
    for (const std::string& wrong : {std::string(), key.substr(1), key + "x", std::string("x")}) {
        check_refusal(
            world.ask("GET", "/api/v1/users/me", {}, ari.token,
                      {{"X-Chatd-Key", wrong}, {"X-Chatd-User", std::to_string(ari.id.value)}}),
            401, "unauthenticated", "X-Chatd-Key");
    }
}

TEST_CASE("the host makes an admin, who may then make others") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    check_refusal(world.put(ari, "/admin/users/1", R"({"role":"admin"})"), 403, "forbidden");
    check_refusal(world.ask("PUT", path_of(ari.id), R"({"role":"admin"})"), 401, "unauthenticated");
    const Answer made =
        world.ask("PUT", path_of(ari.id), R"({"role":"admin","externalId":"T1"})", {}, as_host());
    REQUIRE(made.status == 200);
    CHECK(made.text("/role") == "admin");
    CHECK(made.text("/externalId") == "T1");
    CHECK(world.get(ari, "/users/me").status == 200);  // more rights end no log-in

    const Answer in = world.ask("POST", "/api/v1/auth/login",
                                R"({"email":"ari@example.org","password":"a password"})");
    REQUIRE(in.status == 200);
    const Person admin{ari.id, in.text("/accessToken"), {}, {}};
    const std::string bora_path = fmt::format("/admin/users/{}", bora.id.value);
    CHECK(world.put(admin, bora_path, R"({"role":"seller"})").text("/role") == "seller");
    check_refusal(world.put(admin, bora_path, R"({"externalId":"T1"})"), 409, "conflict",
                  "externalId");
    check_refusal(world.put(admin, bora_path, R"({"role":"king"})"), 400, "malformed", "role");
    check_refusal(world.put(admin, bora_path, R"({"disabled":"yes"})"), 400, "malformed",
                  "disabled");
    check_refusal(world.put(admin, "/admin/users/777", R"({})"), 404, "not_found", "user");
}

TEST_CASE("taking a role away, or disabling, ends the person's log-ins at once") {
    DoorWorld world;
    Person ari = world.sign_up("ari");
    CHECK(world.ask("PUT", path_of(ari.id), R"({"role":"seller"})", {}, as_host()).status == 200);
    CHECK(world.get(ari, "/users/me").text("/role") == "seller");
    CHECK(world.ask("PUT", path_of(ari.id), R"({"role":"user"})", {}, as_host()).status == 200);
    check_refusal(world.get(ari, "/users/me"), 401, "token_revoked");
    check_refusal(world.ask("POST", "/api/v1/auth/refresh",
                            fmt::format(R"({{"refreshToken":"{}"}})", ari.refresh_token)),
                  401, "token_revoked");

    const std::string log_in = R"({"email":"ari@example.org","password":"a password"})";
    const Answer again = world.ask("POST", "/api/v1/auth/login", log_in);
    REQUIRE(again.status == 200);
    ari.token = again.text("/accessToken");
    const Answer disabled =
        world.ask("PUT", path_of(ari.id), R"({"disabled":true})", {}, as_host());
    CHECK(disabled.flag("/disabled"));
    check_refusal(world.get(ari, "/users/me"), 401, "token_revoked");
    check_refusal(world.ask("POST", "/api/v1/auth/login", log_in), 401, "bad_credentials");
    CHECK(world.ask("PUT", path_of(ari.id), R"({"disabled":false})", {}, as_host()).status == 200);
    CHECK(world.ask("POST", "/api/v1/auth/login", log_in).status == 200);
}
