#include "log_in_guard.h"

#include <string>

#include <doctest/doctest.h>

using namespace chatcore;
using namespace std::chrono_literals;
using Attempt = LogInGuard::Attempt;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

Limits limits_of(int account, int address) {
    Limits limits;
    limits.account_log_ins_failed = account;
    limits.address_log_ins_failed = address;
    return limits;
}

/// Fails once, where that may be tried; gives the wait that stood before it.
milliseconds fail(LogInGuard& guard, const Attempt& attempt, nanoseconds now) {
    const milliseconds wait = guard.begin(attempt, now);
    if (wait.count() == 0) static_cast<void>(guard.failed(attempt, now));
    return wait;
}

}  // namespace

TEST_CASE("five failures of an account are free, and the next ones wait longer and longer") {
    const Limits limits = limits_of(5, 0);
    LogInGuard guard(limits);
    const Attempt ari{"ari@example.org", "192.0.2.1"};
    nanoseconds now = 1h;
    for (int i = 0; i < 5; ++i) CHECK(fail(guard, ari, now) == 0ms);
    for (const milliseconds wait :
         {30'000ms, 60'000ms, 120'000ms, 240'000ms, 480'000ms, 900'000ms, 900'000ms, 900'000ms}) {
        CHECK(guard.begin(ari, now) == wait);
        CHECK(guard.begin(ari, now + wait - 1ms) == 1ms);  // what is refused makes it no longer
        now += wait;
        CHECK(fail(guard, ari, now) == 0ms);
    }
    CHECK(guard.begin({"bora@example.org", "192.0.2.1"}, now) == 0ms);
}

TEST_CASE("failures more than fifteen minutes apart are free for ever") {
    const Limits limits = limits_of(5, 20);
    LogInGuard guard(limits);
    const Attempt ari{"ari@example.org", "192.0.2.1"};
    for (nanoseconds now = 1h; now < 20h; now += 5min) CHECK(fail(guard, ari, now) == 0ms);
}

TEST_CASE("after a wait and fifteen minutes more all are free again") {
    const Limits limits = limits_of(2, 0);
    LogInGuard guard(limits);
    const Attempt ari{"ari@example.org", {}};
    for (int i = 0; i < 2; ++i) fail(guard, ari, 1h);
    CHECK(guard.begin(ari, 1h) == 30'000ms);
    const nanoseconds later = 1h + 30s + 15min;
    CHECK(fail(guard, ari, later) == 0ms);
    CHECK(fail(guard, ari, later) == 0ms);
    CHECK(guard.begin(ari, later) == 30'000ms);  // and it begins anew
}

TEST_CASE("a success forgets the account's failures and none of its address") {
    const Limits limits = limits_of(3, 4);
    LogInGuard guard(limits);
    const Attempt ari{"ari@example.org", "192.0.2.1"};
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 2; ++i) CHECK(fail(guard, ari, 1h) == 0ms);
        if (round == 1) break;
        REQUIRE(guard.begin(ari, 1h) == 0ms);
        guard.succeeded(ari);
    }
    CHECK(guard.begin(ari, 1h) == 30'000ms);                                // four of the address
    CHECK(guard.begin({"bora@example.org", "192.0.2.1"}, 1h) == 30'000ms);  // whoever it tries
    CHECK(guard.begin({"ari@example.org", "192.0.2.2"}, 1h) == 0ms);
}

TEST_CASE("many at once are no way around the limit, and do not cost who is right") {
    const Limits limits = limits_of(5, 0);
    LogInGuard guard(limits);
    const Attempt ari{"ari@example.org", "192.0.2.1"};
    for (int i = 0; i < 5; ++i) CHECK(guard.begin(ari, 1h) == 0ms);
    CHECK(guard.begin(ari, 1h) == 1'000ms);
    guard.gave_up(ari);
    CHECK(guard.begin(ari, 1h) == 0ms);
    for (int i = 0; i < 5; ++i) guard.succeeded(ari);
    for (int i = 0; i < 5; ++i) CHECK(fail(guard, ari, 1h) == 0ms);
    CHECK(guard.begin(ari, 1h) == 30'000ms);
    // After the wait one at a time.
    CHECK(guard.begin(ari, 1h + 30s) == 0ms);
    CHECK(guard.begin(ari, 1h + 30s) == 1'000ms);
    CHECK(guard.failed(ari, 1h + 30s) == 60'000ms);
}

TEST_CASE("what is not known, and what is off, is not counted") {
    const Limits limits = limits_of(1, 1);
    LogInGuard guard(limits);
    for (int i = 0; i < 100; ++i) CHECK(fail(guard, {}, 1h) == 0ms);
    const Limits off = limits_of(0, 0);
    LogInGuard open(off);
    for (int i = 0; i < 100; ++i) CHECK(fail(open, {"ari@example.org", "192.0.2.1"}, 1h) == 0ms);
}

TEST_CASE("what is remembered is bounded, and who failed last is remembered longest") {
    Limits limits = limits_of(2, 0);
    limits.log_ins_remembered_max = 100;
    LogInGuard guard(limits);
    const auto person = [](int i) { return Attempt{"p" + std::to_string(i), {}}; };
    for (int i = 0; i < 1'000; ++i) {
        fail(guard, person(0), 1h);  // held back all along: that refreshes nothing
        fail(guard, person(i + 1), 1h);
        fail(guard, person(i + 1), 1h);
    }
    CHECK(guard.begin(person(1'000), 1h) == 30'000ms);
    CHECK(guard.begin(person(950), 1h) == 30'000ms);
    CHECK(guard.begin(person(500), 1h) == 0ms);
}
