#include "health.h"

#include <chrono>
#include <memory>

#include <fmt/format.h>
#include <sys/statvfs.h>

#include "gateway/http/exchange.h"
#include "gateway/http/router.h"

namespace chatcore::chatd {

namespace {

/// A part that has not answered for so long is down, and is not asked again by each probe.
constexpr std::chrono::milliseconds store_time_max{1'000};
/// Below the one, somebody should look; below the other, SQLite cannot commit much longer.
constexpr std::int64_t disk_free_low = 64LL * 1024 * 1024;
constexpr std::int64_t disk_free_least = 1LL * 1024 * 1024;
/// Nothing could be written for so long: something is odd; nobody should be sent here.
constexpr std::chrono::seconds stuck_long{1};
constexpr std::chrono::seconds stuck_too_long{5};

/// As of the journal and the disk.
std::string_view word(bool up, bool well) {
    if (!up) return "DOWN";
    return well ? "UP" : "DEGRADED";
}

}  // namespace

/// One request for health, on its way. Lives on the connection's shard.
struct Health::Check {
    gateway::ExchangePtr exchange;
    std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
    bool only_ready = false;  ///< whether it is the short form that is asked for
    bool answered = false;
    int waiting = 2;  ///< of the store and the blobs, those that have not answered
    bool store_up = false;
    bool writable = true;  ///< as far as is known
    bool blobs_up = false;
    std::int64_t store_ms = 0;
    std::int64_t blobs_ms = 0;

    std::int64_t elapsed_ms() const {
        const auto elapsed = std::chrono::steady_clock::now() - begin;
        return std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
    }
};

Health::Health(Engine& engine, HealthOptions options)
    : engine_(engine),
      options_(std::move(options)),
      store_question_([&engine](int home, auto heard) { engine.check_store(home, heard); },
                      [&engine](int home) -> Executor& { return engine.hub().executor(home); },
                      store_time_max),
      blobs_question_(
          [&engine](int home, auto heard) { engine.attachments().check_blobs(home, heard); },
          [&engine](int home) -> Executor& { return engine.hub().executor(home); },
          store_time_max) {
    look_at_disk();
}

void Health::look_at_disk() {
    struct statvfs disk{};
    if (::statvfs(options_.data_dir.c_str(), &disk) != 0) return;
    disk_free_ = static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize);
    disk_total_ = static_cast<std::int64_t>(disk.f_blocks * disk.f_frsize);
}

void Health::add_routes(gateway::Router& router) {
    const auto route = [&](const char* path, bool only_ready) {
        router.add("GET", path, gateway::Login::none,
                   [this, only_ready](const gateway::ExchangePtr& exchange) {
                       auto asked = std::make_shared<Check>();
                       asked->exchange = exchange;
                       asked->only_ready = only_ready;
                       check(asked);
                   });
    };
    route("/health", false);
    route("/health/ready", true);
    router.add("GET", "/health/live", gateway::Login::none,
               [](const gateway::ExchangePtr& exchange) {
                   exchange->respond_json(200, R"({"status":"UP"})");
               });
}

void Health::check(const std::shared_ptr<Check>& check) {
    const auto answer = [this, check] {
        if (std::exchange(check->answered, true)) return;
        int status = 200;
        std::string body = report(*check, status);
        if (check->only_ready) {
            if (stopping_) status = 503;
            body = status == 200 ? R"({"status":"UP"})" : R"({"status":"DOWN"})";
        }
        check->exchange->respond_json(status, std::move(body));
    };
    const int home = check->exchange->home();
    const auto heard = [this, check, answer] {
        --check->waiting;
        // A node that only its blobs are missing from can serve, and is not waited for.
        if (check->waiting == 0 || (check->only_ready && check->store_up)) answer();
    };
    const bool store_asked =
        store_question_.ask(home, check->begin, [check, heard](const Result<bool>& up) {
            check->writable = !up || *up;
            check->store_up = up.has_value() && *up;
            check->store_ms = check->elapsed_ms();
            heard();
        });
    // Nothing that the blobs say makes a node well whose store does not answer.
    if (!store_asked && check->only_ready) return answer();
    if (!store_asked) heard();
    const bool blobs_asked =
        blobs_question_.ask(home, check->begin, [check, heard](const Result<bool>& up) {
            check->blobs_up = up.has_value();
            check->blobs_ms = check->elapsed_ms();
            heard();
        });
    if (!blobs_asked) heard();
    engine_.hub().executor(home).post_after(store_time_max, answer);
}

std::string Health::report(const Check& check, int& status) const {
    const Engine::Figures figures = engine_.figures();
    const std::size_t waiting = figures.journal_waiting;
    const bool journal_up =
        waiting < options_.journal_waiting_max && figures.journal_stuck_for < stuck_too_long;
    const bool journal_well = figures.journal_stuck_for < stuck_long;
    const auto stuck_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(figures.journal_stuck_for).count();
    const std::int64_t disk_free = disk_free_;
    const bool disk_full = disk_free >= 0 && disk_free < disk_free_least;
    const bool disk_low = disk_free >= 0 && disk_free < disk_free_low;
    const bool up = check.store_up && journal_up && !disk_full;
    status = up ? 200 : 503;
    return fmt::format(
        R"({{"status":"{}","components":{{)"
        R"("store":{{"status":"{}","kind":"{}","answeredAfterMs":{},"writable":{}}},)"
        R"("bus":{{"status":"UP","kind":"memory"}},)"
        R"("cache":{{"status":"UP","kind":"memory"}},)"
        R"("journal":{{"status":"{}","kind":"direct","waiting":{},"stuckForMs":{}}},)"
        R"("blob":{{"status":"{}","kind":"{}","answeredAfterMs":{}}},)"
        R"("disk":{{"status":"{}","freeBytes":{},"totalBytes":{}}}}}}})",
        word(up, !disk_low && journal_well && check.blobs_up), word(check.store_up, true),
        options_.store_kind, check.store_ms, check.writable, word(journal_up, journal_well),
        waiting, stuck_ms, word(check.blobs_up, true), options_.blob_kind, check.blobs_ms,
        word(!disk_full, !disk_low), disk_free, disk_total_.load());
}

}  // namespace chatcore::chatd
