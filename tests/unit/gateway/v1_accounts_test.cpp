#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

TEST_CASE("signing up answers 201 with tokens that are good at once, and the account") {
    DoorWorld world;
    const Answer made =
        world.ask("POST", "/api/v1/auth/signup",
                  R"({"email":"Ari@Example.org","password":"a password","nickname":" ari ",
                      "role":"admin","unknown":[1]})");
    REQUIRE(made.status == 201);
    CHECK(made.header("Content-Type") == "application/json; charset=utf-8");
    CHECK(made.header("Cache-Control") == "no-store");
    CHECK(made.number("/expiresIn") == 24 * 3600);
    CHECK(made.text("/user/email") == "ari@example.org");
    CHECK(made.text("/user/nickname") == "ari");
    CHECK(made.text("/user/role") == "user");
    CHECK(made.is_null("/user/profileImageUrl"));
    CHECK(made.is_null("/user/lastSeenAt"));
    const Answer me = world.ask("GET", "/api/v1/users/me", {}, made.text("/accessToken"));
    CHECK(me.status == 200);
    CHECK(me.number("/id") == made.number("/user/id"));
    CHECK(me.text("/email") == "ari@example.org");
}

TEST_CASE("signing up says what is wrong with each field") {
    DoorWorld world;
    world.sign_up("ari");
    const auto try_with = [&](const std::string& body) {
        return world.ask("POST", "/api/v1/auth/signup", body);
    };
    check_refusal(try_with(""), 400, "malformed");
    check_refusal(try_with("{"), 400, "malformed");
    check_refusal(try_with("[]"), 400, "malformed");
    check_refusal(try_with("\"text\""), 400, "malformed");
    check_refusal(try_with("{\"email\":\"a\xff\"}"), 400, "malformed");
    check_refusal(try_with(R"({"password":"12345678","nickname":"n"})"), 400, "malformed", "email");
    check_refusal(try_with(R"({"email":7,"password":"12345678","nickname":"n"})"), 400, "malformed",
                  "email");
    check_refusal(try_with(R"({"email":"a@b","nickname":"n"})"), 400, "malformed", "password");
    check_refusal(try_with(R"({"email":"a@b","password":null,"nickname":"n"})"), 400, "malformed",
                  "password");
    check_refusal(try_with(R"({"email":"ab","password":"12345678","nickname":"n"})"), 422,
                  "invalid_value", "email");
    check_refusal(try_with(R"({"email":"a@b","password":"1234567","nickname":"n"})"), 422,
                  "invalid_value", "password");
    check_refusal(try_with(R"({"email":"a@b","password":"12345678","nickname":"  "})"), 422,
                  "empty", "nickname");
    check_refusal(try_with(fmt::format(R"({{"email":"a@b","password":"12345678","nickname":"{}"}})",
                                       std::string(41, 'n'))),
                  422, "too_long", "nickname");
    check_refusal(try_with(R"({"email":"ARI@example.org","password":"12345678","nickname":"n"})"),
                  409, "email_taken");
}

TEST_CASE("logging in wants the right password, and tells no more than that") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const auto log_in = [&](const std::string& email, const std::string& password) {
        return world.ask("POST", "/api/v1/auth/login",
                         fmt::format(R"({{"email":"{}","password":"{}"}})", email, password));
    };
    const Answer in = log_in("ARI@example.org", "a password");
    REQUIRE(in.status == 200);
    CHECK(in.number("/user/id") == ari.id.value);
    CHECK(world.ask("GET", "/api/v1/users/me", {}, in.text("/accessToken")).status == 200);
    const Answer wrong = log_in(ari.email, "another password");
    check_refusal(wrong, 401, "bad_credentials");
    CHECK(wrong.header("WWW-Authenticate") == "Bearer");
    check_refusal(log_in("nobody@example.org", "a password"), 401, "bad_credentials");
    check_refusal(world.ask("POST", "/api/v1/auth/login", R"({"email":"a@b","password":8})"), 400,
                  "malformed", "password");
}

TEST_CASE("a refresh token gives a new pair once; its second use ends the log-in") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const auto refresh = [&](const std::string& token) {
        return world.ask("POST", "/api/v1/auth/refresh",
                         fmt::format(R"({{"refreshToken":"{}"}})", token));
    };
    const Answer fresh = refresh(ari.refresh_token);
    REQUIRE(fresh.status == 200);
    CHECK(fresh.text("/user/email") == ari.email);
    CHECK(fresh.text("/refreshToken") != ari.refresh_token);
    CHECK(world.ask("GET", "/api/v1/users/me", {}, fresh.text("/accessToken")).status == 200);

    check_refusal(refresh(ari.refresh_token), 401, "token_revoked");
    check_refusal(refresh(fresh.text("/refreshToken")), 401, "token_revoked");
    check_refusal(world.ask("GET", "/api/v1/users/me", {}, fresh.text("/accessToken")), 401,
                  "token_revoked");
    check_refusal(refresh("made up"), 401, "unauthenticated");
    check_refusal(world.ask("POST", "/api/v1/auth/refresh", "{}"), 400, "malformed",
                  "refreshToken");
}

TEST_CASE("logging out ends all tokens of the log-in, and is no error twice") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const std::string body = fmt::format(R"({{"refreshToken":"{}"}})", ari.refresh_token);
    const Answer out = world.ask("POST", "/api/v1/auth/logout", body, ari.token);
    CHECK(out.status == 200);
    CHECK(out.body == "{}");
    check_refusal(world.get(ari, "/users/me"), 401, "token_revoked");
    CHECK(world.ask("POST", "/api/v1/auth/logout", body).status == 200);
    check_refusal(world.ask("POST", "/api/v1/auth/refresh", body), 401, "token_revoked");
}

TEST_CASE("a profile is changed in part, and others see it without the email") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    const Person bora = world.sign_up("bora");
    const Answer put = world.put(
        ari, "/users/me",
        R"({"nickname":"아리","profileImageUrl":"https://example.org/a.png","email":"x@y"})");
    REQUIRE(put.status == 200);
    CHECK(put.text("/nickname") == "아리");
    CHECK(put.text("/email") == ari.email);
    const Answer status = world.put(ari, "/users/status", R"({"statusText":"here"})");
    REQUIRE(status.status == 200);
    CHECK(status.text("/statusText") == "here");
    CHECK(status.text("/nickname") == "아리");

    const Answer seen = world.get(bora, fmt::format("/users/{}", ari.id.value));
    REQUIRE(seen.status == 200);
    CHECK(seen.text("/nickname") == "아리");
    CHECK(seen.text("/profileImageUrl") == "https://example.org/a.png");
    CHECK(seen.text("/statusText") == "here");
    CHECK_FALSE(seen.has("/email"));

    check_refusal(world.put(ari, "/users/me", R"({"nickname":["a"]})"), 400, "malformed",
                  "nickname");
    check_refusal(world.put(ari, "/users/me", R"({"profileImageUrl":1})"), 400, "malformed",
                  "profileImageUrl");
    for (const char* right : {"http://a.example", "https://a.example:8443/한/x.png?y=1#z",
                              "HTTPS://[::1]:80/a", "https://고양이.example/a.png", ""}) {
        INFO(right);
        const std::string body = fmt::format(R"({{"profileImageUrl":"{}"}})", right);
        CHECK(world.put(ari, "/users/me", body).status == 200);
    }
    for (const char* wrong : {"javascript:alert(1)",
                              "data:text/html,x",
                              "data:image/svg+xml,x",
                              "//evil.example/a.png",
                              R"(/\\evil.example/a.png)",
                              R"(http://a/\r\nb)",
                              "picture",
                              " ",
                              "/pictures/a.png",
                              "https://",
                              "https:///a.png",
                              "https://:80/a",
                              "http://a:x/",
                              "https://[::1/a",
                              "https://good.example@evil.example/a.png",
                              "https://a b/c",
                              "https://a/ b",
                              R"(https:\\a.example)",
                              R"(https://a.example\\b)",
                              "https://?a",
                              "https://.a/b",
                              "ftp://a.example/a.png",
                              "/api/v1/attachments/",
                              "/api/v1/attachments/07",
                              "/api/v1/attachments/7?token=x",
                              "https:a.example"}) {
        INFO(wrong);
        check_refusal(
            world.put(ari, "/users/me", fmt::format(R"({{"profileImageUrl":"{}"}})", wrong)), 422,
            "invalid_value", "profileImageUrl");
    }
    const std::string longest = "https://a.example/" + std::string(2'030, 'x');
    const auto put_picture = [&](const std::string& address) {
        return world.put(ari, "/users/me", fmt::format(R"({{"profileImageUrl":"{}"}})", address));
    };
    CHECK(put_picture(longest).status == 200);
    check_refusal(put_picture(longest + "x"), 422, "too_long", "profileImageUrl");
    check_refusal(put_picture("/api/v1/attachments/7"), 404, "not_found", "attachment");
    check_refusal(world.put(ari, "/users/me", R"({"nickname":""})"), 422, "empty", "nickname");
    check_refusal(world.put(ari, "/users/status", "{}"), 400, "malformed", "statusText");
    check_refusal(world.put(ari, "/users/status",
                            fmt::format(R"({{"statusText":"{}"}})", std::string(201, 's'))),
                  422, "too_long", "statusText");
    check_refusal(world.get(ari, "/users/999"), 404, "not_found", "user");
}

TEST_CASE("people are found by a part of the nickname or the whole email, in pages") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    for (int i = 0; i < 5; ++i) world.sign_up(fmt::format("Team{}", i));
    const Answer first = world.get(ari, "/users?query=team&limit=2");
    REQUIRE(first.status == 200);
    CHECK(first.size("/items") == 2);
    CHECK(first.flag("/hasMore"));
    CHECK_FALSE(first.has("/items/0/email"));
    const Answer rest =
        world.get(ari, "/users?query=team&cursor=" + first.text("/nextCursor") + "&limit=100");
    CHECK(rest.size("/items") == 3);
    CHECK_FALSE(rest.flag("/hasMore"));
    CHECK(rest.is_null("/nextCursor"));
    CHECK(rest.number("/items/0/id") > first.number("/items/1/id"));

    CHECK(world.get(ari, "/users?query=ari%40example.org").size("/items") == 1);
    CHECK(world.get(ari, "/users").size("/items") == 0);
    CHECK(world.get(ari, "/users?query=").size("/items") == 0);
    check_refusal(world.get(ari, "/users?query=a&cursor=x"), 400, "malformed", "cursor");
    check_refusal(world.get(ari, "/users?query=a&limit=0"), 400, "malformed", "limit");
    check_refusal(world.get(ari, "/users?query=a&limit=101"), 400, "malformed", "limit");
}
