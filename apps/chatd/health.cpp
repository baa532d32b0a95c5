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
    Form form = Form::full;
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

/// What the node is told of, when all have answered or the time is over.
struct Health::Standing {
    std::size_t journal_waiting = 0;
    std::int64_t stuck_ms = 0;
    std::int64_t disk_free = -1;
    bool store_up = false;
    bool journal_up = false;
    bool journal_well = false;
    bool disk_full = false;
    bool disk_low = false;

    bool up() const { return store_up && journal_up && !disk_full; }
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
    add_route(router, "/health", Form::full);
    add_route(router, "/health/ready", Form::ready);
    router.add_probe("/health/live", [](const gateway::ExchangePtr& exchange) {
        exchange->respond_json(200, R"({"status":"UP"})");
    });
}

void Health::add_actuator_route(gateway::Router& router) {
    add_route(router, "/actuator/health", Form::actuator);
}

void Health::add_route(gateway::Router& router, const char* path, Form form) {
    gateway::Handler handler = [this, form](const gateway::ExchangePtr& exchange) {
        auto asked = std::make_shared<Check>();
        asked->exchange = exchange;
        asked->form = form;
        check(asked);
    };
    // A node that has no room for more connections is not ready for those who come.
    if (form == Form::ready) {
        router.add("GET", path, gateway::Login::none, std::move(handler));
    } else {
        router.add_probe(path, std::move(handler));
    }
}

void Health::check(const std::shared_ptr<Check>& check) {
    const auto answer = [this, check] {
        if (std::exchange(check->answered, true)) return;
        const Standing standing = standing_of(*check);
        bool up = standing.up();
        std::string body;
        switch (check->form) {
            case Form::full:
                body = report(*check, standing);
                break;
            case Form::ready:
                up = up && !stopping_;
                body = up ? R"({"status":"UP"})" : R"({"status":"DOWN"})";
                break;
            case Form::actuator:
                body = actuator_report(standing);
                break;
        }
        check->exchange->respond_json(up ? 200 : 503, std::move(body));
    };
    const int home = check->exchange->home();
    const auto heard = [this, check, answer] {
        --check->waiting;
        // A node that only its blobs are missing from can serve, and is not waited for.
        const bool enough = check->form != Form::full && check->store_up;
        if (check->waiting == 0 || enough) answer();
    };
    const bool store_asked =
        store_question_.ask(home, check->begin, [check, heard](const Result<bool>& up) {
            check->writable = !up || *up;
            check->store_up = up.has_value() && *up;
            check->store_ms = check->elapsed_ms();
            heard();
        });
    // Nothing that the blobs say makes a node well whose store does not answer.
    if (!store_asked && check->form != Form::full) return answer();
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

Health::Standing Health::standing_of(const Check& check) const {
    const Engine::Figures figures = engine_.figures();
    Standing standing;
    standing.store_up = check.store_up;
    standing.journal_waiting = figures.journal_waiting;
    standing.journal_up = figures.journal_waiting < options_.journal_waiting_max &&
                          figures.journal_stuck_for < stuck_too_long;
    standing.journal_well = figures.journal_stuck_for < stuck_long;
    standing.stuck_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(figures.journal_stuck_for).count();
    standing.disk_free = disk_free_;
    standing.disk_full = standing.disk_free >= 0 && standing.disk_free < disk_free_least;
    standing.disk_low = standing.disk_free >= 0 && standing.disk_free < disk_free_low;
    return standing;
}

std::string Health::report(const Check& check, const Standing& standing) const {
    const bool well = !standing.disk_low && standing.journal_well && check.blobs_up;
    return fmt::format(
        R"({{"status":"{}","components":{{)"
        R"("store":{{"status":"{}","kind":"{}","answeredAfterMs":{},"writable":{}}},)"
        R"("bus":{{"status":"UP","kind":"memory"}},)"
        R"("cache":{{"status":"UP","kind":"memory"}},)"
        R"("journal":{{"status":"{}","kind":"direct","waiting":{},"stuckForMs":{}}},)"
        R"("blob":{{"status":"{}","kind":"{}","answeredAfterMs":{}}},)"
        R"("disk":{{"status":"{}","freeBytes":{},"totalBytes":{}}}}}}})",
        word(standing.up(), well), word(check.store_up, true), options_.store_kind, check.store_ms,
        check.writable, word(standing.journal_up, standing.journal_well), standing.journal_waiting,
        standing.stuck_ms, word(check.blobs_up, true), options_.blob_kind, check.blobs_ms,
        word(!standing.disk_full, !standing.disk_low), standing.disk_free, disk_total_.load());
}

/// Kafka and Redis are told of where they are used, which they are not in this build.
std::string Health::actuator_report(const Standing& standing) const {
    return fmt::format(
        R"({{"status":"{}","components":{{)"
        R"("db":{{"status":"{}","details":{{"database":"{}"}}}},)"
        R"("diskSpace":{{"status":"{}","details":{{"total":{},"free":{},"threshold":{}}}}}}}}})",
        word(standing.up(), true), word(standing.store_up && standing.journal_up, true),
        options_.store_kind, word(!standing.disk_full, true), disk_total_.load(),
        standing.disk_free, disk_free_least);
}

}  // namespace chatcore::chatd
