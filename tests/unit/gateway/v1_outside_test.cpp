// People who come with tokens of somebody else's identity provider.

#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

/// A provider whose tokens are known by heart.
struct Provider {
    std::mutex mutex;
    std::map<std::string, OutsideClaims> tokens;
    int read = 0;

    std::string issue(const std::string& person, std::optional<UserRole> role = {},
                      const std::string& nickname = "") {
        const std::lock_guard lock(mutex);
        OutsideClaims claims;
        claims.person = person;
        claims.nickname = nickname;
        claims.role = role;
        claims.expires_at = SystemClock().now() + std::chrono::hours(1);
        const std::string token = fmt::format("outside-{}", tokens.size());
        tokens[token] = claims;
        return token;
    }
};

class ProvidersTokens final : public OutsideTokens {
public:
    explicit ProvidersTokens(std::shared_ptr<Provider> provider) : provider_(std::move(provider)) {}
    Result<OutsideClaims> verify(std::string_view token, Timestamp now) override {
        const std::lock_guard lock(provider_->mutex);
        ++provider_->read;
        const auto it = provider_->tokens.find(std::string(token));
        if (it == provider_->tokens.end()) return unexpected(ErrorCode::unauthenticated);
        if (it->second.expires_at <= now) return unexpected(ErrorCode::token_expired);
        return it->second;
    }

private:
    std::shared_ptr<Provider> provider_;
};

struct Outside {
    std::shared_ptr<Provider> provider = std::make_shared<Provider>();
    DoorWorld world;

    explicit Outside(OutsideOptions options)
        : world(DoorWorld::calm(), [&](EngineParts& parts, EngineOptions& engine) {
              parts.outside = std::make_unique<ProvidersTokens>(provider);
              engine.accounts.outside = options;
          }) {}

    Answer me(const std::string& token) { return world.ask("GET", "/api/v1/users/me", {}, token); }
    Answer set(std::int64_t user, const std::string& body) {
        return world.ask("PUT", fmt::format("/api/v1/admin/users/{}", user), body, {},
                         {{"X-Chatd-Key", DoorWorld::host_key}});
    }
};

using By = OutsideOptions::PersonBy;

}  // namespace

TEST_CASE("a person is found by external id, by email, or by id") {
    Outside by_code({.person_by = By::external_id});
    const Person ari = by_code.world.sign_up("ari");
    REQUIRE(by_code.set(ari.id.value, R"({"externalId":"STU001"})").status == 200);
    CHECK(by_code.me(by_code.provider->issue("STU001")).number("/id") == ari.id.value);
    check_refusal(by_code.me(by_code.provider->issue("STU002")), 401, "unauthenticated");
    check_refusal(by_code.me(by_code.provider->issue("ari@example.org")), 401, "unauthenticated");

    // Digits are an id, and whoever gives tokens out does not take that of another.
    const std::string digits = std::to_string(ari.id.value);
    check_refusal(by_code.me(by_code.provider->issue(digits)), 401, "unauthenticated");
    Outside making({.person_by = By::external_id, .create = true});
    check_refusal(making.me(making.provider->issue("7")), 401, "unauthenticated");

    Outside by_email({.person_by = By::email});
    const Person bora = by_email.world.sign_up("bora");
    CHECK(by_email.me(by_email.provider->issue(" BORA@example.org")).number("/id") ==
          bora.id.value);
    check_refusal(by_email.me(by_email.provider->issue("chan@example.org")), 401,
                  "unauthenticated");
    check_refusal(by_email.me(by_email.provider->issue("no email")), 401, "unauthenticated");
    const std::string unverified = by_email.provider->issue("bora@example.org");
    by_email.provider->tokens[unverified].email_unverified = true;
    check_refusal(by_email.me(unverified), 401, "unauthenticated");

    Outside by_id({.person_by = By::id});
    const Person chan = by_id.world.sign_up("chan");
    CHECK(by_id.me(by_id.provider->issue(std::to_string(chan.id.value))).number("/id") ==
          chan.id.value);
    for (const char* wrong : {"0", "-1", "x", "9007199254740992", "1x", ""})
        check_refusal(by_id.me(by_id.provider->issue(wrong)), 401, "unauthenticated");
}

TEST_CASE("our own tokens are taken as before, and anything else is refused") {
    Outside outside({});
    const Person ari = outside.world.sign_up("ari");
    CHECK(outside.world.get(ari, "/users/me").status == 200);
    check_refusal(outside.me("made-up"), 401, "unauthenticated");
    check_refusal(outside.me(""), 401, "unauthenticated");
    const std::string late = outside.provider->issue("STU001");
    outside.provider->tokens[late].expires_at = SystemClock().now() - std::chrono::seconds(1);
    check_refusal(outside.me(late), 401, "token_expired");
    check_refusal(
        outside.world.ask("GET", "/api/v1/users/me", {}, outside.world.expired_token(ari.id)), 401,
        "token_expired");
}

TEST_CASE("who is not known gets an account at first sight, where that is wanted, and just one") {
    Outside outside({.person_by = By::external_id, .create = true});
    const std::string token = outside.provider->issue("STU001", UserRole::seller, " Ari Kim ");
    std::vector<std::future<Answer>> together;
    for (int i = 0; i < 8; ++i) {
        together.push_back(std::async(std::launch::async, [&outside, token, i] {
            // Each by a door of its own, since the world counts its requests by hand.
            std::promise<Result<AccessClaims>> answer;
            outside.world.engine().accounts().authenticate(
                i % 2, token,
                [&](Result<AccessClaims> claims) { answer.set_value(std::move(claims)); });
            const auto claims = answer.get_future().get();
            Answer made;
            made.status = claims ? static_cast<int>(claims->user.value) : 0;
            return made;
        }));
    }
    std::vector<int> people;
    for (auto& one : together) people.push_back(one.get().status);
    for (const int person : people) {
        CHECK(person != 0);
        CHECK(person == people.front());
    }
    const Answer me = outside.me(token);
    REQUIRE(me.status == 200);
    CHECK(me.text("/nickname") == "Ari Kim");
    CHECK(me.text("/externalId") == "STU001");
    CHECK(me.text("/role") == "seller");
    CHECK(me.text("/email").ends_with("@outside.invalid"));
    // There is no password to it, and nobody can take such an email first.
    check_refusal(
        outside.world.ask("POST", "/api/v1/auth/login",
                          fmt::format(R"({{"email":"{}","password":""}})", me.text("/email"))),
        401, "bad_credentials");
    check_refusal(outside.world.ask("POST", "/api/v1/auth/signup",
                                    R"({"email":"a@Outside.Invalid","password":"12345678",
                                        "nickname":"a"})"),
                  422, "invalid_value", "email");
    CHECK(outside.me(outside.provider->issue("STU001")).number("/id") == me.number("/id"));
    CHECK(outside.me(outside.provider->issue("STU002")).text("/nickname") == "STU002");
    CHECK(outside.me(outside.provider->issue("STU003", {}, "a\x01")).text("/nickname") == "STU003");
    CHECK(outside.me(outside.provider->issue("STU004", {}, std::string(100, 'x')))
              .text("/nickname") == std::string(40, 'x'));
    check_refusal(outside.me(outside.provider->issue(std::string(101, 'x'))), 401,
                  "unauthenticated");
}

TEST_CASE("by email the account has that email") {
    Outside outside({.person_by = By::email, .create = true});
    const Answer me = outside.me(outside.provider->issue("Ari@Example.org"));
    REQUIRE(me.status == 200);
    CHECK(me.text("/email") == "ari@example.org");
    CHECK(me.text("/nickname") == "Ari");
}

TEST_CASE("a role in a token raises, to admin only where that is wanted, and lowers none") {
    for (const bool admins : {false, true}) {
        Outside outside({.person_by = By::external_id, .create = true, .admins = admins});
        const auto status = [&](const std::string& token) {
            return outside.world.ask("GET", "/api/v1/admin/stats", {}, token).status;
        };
        const std::string boss = outside.provider->issue("BOSS", UserRole::admin);
        CHECK(status(boss) == (admins ? 200 : 403));
        CHECK(outside.me(boss).text("/role") == (admins ? "admin" : "user"));
        // An admin of ours stays one.
        const std::string plain = outside.provider->issue("ADM1", UserRole::user);
        const std::int64_t id = outside.me(plain).number("/id");
        REQUIRE(outside.set(id, R"({"role":"admin"})").status == 200);
        CHECK(status(plain) == 200);
        CHECK(status(outside.provider->issue("ADM1")) == 200);
    }
}

TEST_CASE("who is disabled or demoted is so at once, for outside tokens too") {
    Outside outside({.person_by = By::external_id, .create = true});
    const std::string token = outside.provider->issue("STU001");
    const std::int64_t id = outside.me(token).number("/id");
    REQUIRE(outside.set(id, R"({"role":"admin"})").status == 200);
    CHECK(outside.world.ask("GET", "/api/v1/admin/stats", {}, token).status == 200);
    REQUIRE(outside.set(id, R"({"role":"user"})").status == 200);
    check_refusal(outside.world.ask("GET", "/api/v1/admin/stats", {}, token), 403, "forbidden");
    REQUIRE(outside.set(id, R"({"disabled":true})").status == 200);
    check_refusal(outside.me(token), 401, "unauthenticated");
    REQUIRE(outside.set(id, R"({"disabled":false})").status == 200);
    CHECK(outside.me(token).status == 200);
}

TEST_CASE("a token that is known is not read again for a while") {
    Outside outside({.person_by = By::external_id, .create = true});
    const std::string token = outside.provider->issue("STU001");
    for (int i = 0; i < 20; ++i) CHECK(outside.me(token).status == 200);
    CHECK(outside.provider->read == 1);
    CHECK(outside.world.engine().accounts().authenticate(token).has_value());
    CHECK(!outside.world.engine().accounts().authenticate(outside.provider->issue("STU001")));
}
