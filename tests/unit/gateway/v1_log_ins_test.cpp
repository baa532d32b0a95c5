// Log-ins that fail, and who has to wait for it.

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "v1_world.h"

using namespace chatcore;
using namespace chatcore::gateway::test;

namespace {

Answer log_in(DoorWorld& world, const std::string& email, const std::string& password) {
    return world.ask("POST", "/api/v1/auth/login",
                     fmt::format(R"({{"email":"{}","password":"{}"}})", email, password));
}

struct Log {
    std::mutex mutex;
    std::vector<std::pair<std::string, std::string>> security;  ///< texts with addresses

    int count(const std::string& text, const std::string& address) {
        const std::lock_guard lock(mutex);
        int found = 0;
        for (const auto& [line, from] : security)
            found += line.starts_with(text) && from == address ? 1 : 0;
        return found;
    }
};

class KeptLog final : public Telemetry {
public:
    explicit KeptLog(std::shared_ptr<Log> log) : log_(std::move(log)) {}
    void add(Counter, std::int64_t) override {}
    void observe(Stage, std::chrono::nanoseconds) override {}
    void log(const LogRecord& record) override {
        if (!record.security) return;
        const std::lock_guard lock(log_->mutex);
        log_->security.emplace_back(record.text, record.address);
    }

private:
    std::shared_ptr<Log> log_;
};

/// Hashes only when the test lets it.
struct Gate {
    std::promise<void> promise;
    std::shared_future<void> open = promise.get_future().share();
    std::atomic<bool> shut = false;
};
class GatedHasher final : public PasswordHasher {
public:
    explicit GatedHasher(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}
    Result<std::string> hash(std::string_view password) override {
        if (gate_->shut) gate_->open.wait();
        return "plain:" + std::string(password);
    }
    bool verify(std::string_view password, std::string_view hash) override {
        if (gate_->shut) gate_->open.wait();
        return hash == "plain:" + std::string(password);
    }

private:
    std::shared_ptr<Gate> gate_;
};

}  // namespace

TEST_CASE("five wrong passwords are free, then the account waits, also from elsewhere") {
    const auto log = std::make_shared<Log>();
    DoorWorld world(DoorWorld::calm(), [&](EngineParts& parts, EngineOptions&) {
        parts.telemetry = std::make_unique<KeptLog>(log);
    });
    const Person ari = world.sign_up("ari");
    world.come_from("192.0.2.1");
    for (int i = 0; i < 5; ++i)
        check_refusal(log_in(world, ari.email, "a wrong one"), 401, "bad_credentials");
    for (const char* from : {"192.0.2.1", "192.0.2.2", ""}) {
        world.come_from(from);
        for (const char* password : {"a wrong one", "a password"}) {
            const Answer refused = log_in(world, ari.email, password);
            check_refusal(refused, 429, "too_many", "logins");
            const int wait = std::stoi(refused.header("Retry-After"));
            CHECK(wait >= 29);
            CHECK(wait <= 30);
        }
    }
    check_refusal(log_in(world, "ARI@Example.org ", "a password"), 429, "too_many");
    CHECK(log->count("log-in failed", "192.0.2.1") == 5);
    CHECK(log->count("log-ins are held back for 30 s", "192.0.2.1") == 1);
    const Person bora = world.sign_up("bora");
    CHECK(log_in(world, bora.email, "a password").status == 200);
}

TEST_CASE("an email that nobody has waits like one that somebody has") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    for (const std::string& email : {ari.email, std::string("nobody@example.org")}) {
        for (int i = 0; i < 5; ++i)
            check_refusal(log_in(world, email, "a wrong one"), 401, "bad_credentials");
        const Answer refused = log_in(world, email, "a wrong one");
        check_refusal(refused, 429, "too_many", "logins");
        CHECK(refused.header("Retry-After") == "30");
    }
}

TEST_CASE("a right password forgets the wrong ones") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 4; ++i)
            check_refusal(log_in(world, ari.email, "a wrong one"), 401, "bad_credentials");
        CHECK(log_in(world, ari.email, "a password").status == 200);
    }
}

TEST_CASE("an address waits after twenty failures, whatever it tries") {
    DoorWorld world;
    const Person ari = world.sign_up("ari");
    world.come_from("2001:db8:1:2::1");
    for (int i = 0; i < 20; ++i) {
        const std::string email =
            i % 5 == 4 ? std::string(300, 'x') : fmt::format("p{}@example.org", i);
        world.come_from(fmt::format("2001:db8:1:2::{:x}", i + 1));  // all of one network
        check_refusal(log_in(world, email, "a wrong one"), 401, "bad_credentials");
    }
    check_refusal(log_in(world, ari.email, "a password"), 429, "too_many", "logins");
    world.come_from("2001:db8:1:3::1");
    CHECK(log_in(world, ari.email, "a password").status == 200);
}

TEST_CASE("limits of log-ins may be off, and change while it runs") {
    Limits limits = DoorWorld::calm();
    limits.account_log_ins_failed = 0;
    limits.address_log_ins_failed = 0;
    DoorWorld world(limits);
    const Person ari = world.sign_up("ari");
    world.come_from("192.0.2.1");
    for (int i = 0; i < 40; ++i)
        check_refusal(log_in(world, ari.email, "a wrong one"), 401, "bad_credentials");
    limits.account_log_ins_failed = 1;
    world.engine().set_limits(limits);
    check_refusal(log_in(world, ari.email, "a wrong one"), 401, "bad_credentials");
    check_refusal(log_in(world, ari.email, "a wrong one"), 429, "too_many");
}

TEST_CASE("one address that fills the queue of hashes keeps nobody else out") {
    const auto gate = std::make_shared<Gate>();
    DoorWorld world(DoorWorld::calm(), [&](EngineParts& parts, EngineOptions&) {
        parts.hasher = std::make_unique<GatedHasher>(gate);
    });
    const Person ari = world.sign_up("ari");
    gate->shut = true;
    // Sign-ups, since those never fail for being too many.
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> answered = 0;
    constexpr int attacks = 100;
    for (int i = 0; i < attacks; ++i) {
        world.engine().accounts().sign_up(0,
                                          {.email = fmt::format("attacker{}@example.org", i),
                                           .password = "a password",
                                           .nickname = "attacker",
                                           .address = "203.0.113.1"},
                                          [&](Result<LogIn> result) {
                                              (result ? made : refused) += 1;
                                              answered += 1;
                                          });
    }
    // Their place is taken at once: nobody waits for a hash to hear it.
    std::promise<Result<LogIn>> mine;
    world.engine().accounts().log_in(
        1, {.email = ari.email, .password = "a password", .address = "192.0.2.1"},
        [&](Result<LogIn> result) { mine.set_value(std::move(result)); });
    std::promise<Result<LogIn>> newcomer;
    world.engine().accounts().sign_up(
        1,
        {.email = "bora@example.org",
         .password = "a password",
         .nickname = "bora",
         .address = "192.0.2.2"},
        [&](Result<LogIn> result) { newcomer.set_value(std::move(result)); });
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (refused < attacks - 64 - 1 + 2 && std::chrono::steady_clock::now() < patience)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(refused >= attacks - 65 + 1);
    gate->promise.set_value();
    CHECK(mine.get_future().get().has_value());
    CHECK(newcomer.get_future().get().has_value());
    while (answered < attacks && std::chrono::steady_clock::now() < patience)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(answered == attacks);
    CHECK(made > 0);
}
