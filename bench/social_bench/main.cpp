// How long a page of recommendations takes in a large graph: prints figures, judges nothing.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <sqlite3.h>

#include "chatcore/adapters/sqlite_store.h"

#include "common/dice.h"

using namespace chatcore;

namespace {

struct Plan {
    int people = 100'000;
    int friends = 50;       ///< of an ordinary person, on average
    int own_friends = 500;  ///< of the person who asks
    int rounds = 20;
    std::string folder = "/tmp";
};

[[noreturn]] void die(const std::string& why) {
    std::fprintf(stderr, "social_bench: %s\n", why.c_str());
    std::exit(1);
}

void run(sqlite3* database, const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        die(sqlite3_errmsg(database));
}

/// Person 1 has many friends, everybody else some. Gives a person whose one friend has one other
/// friend, who knows many: nobody but that one is nearer than depth 3.
std::int64_t fill(const std::string& path, const Plan& plan) {
    sqlite3* database = nullptr;
    if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) die("cannot open the file");
    run(database, "BEGIN");
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(database, "INSERT OR IGNORE INTO friends VALUES (?1, ?2, 1), (?2, ?1, 1)",
                       -1, &insert, nullptr);
    const auto befriend = [&](std::int64_t one, std::int64_t other) {
        if (one == other) return;
        sqlite3_bind_int64(insert, 1, one);
        sqlite3_bind_int64(insert, 2, other);
        if (sqlite3_step(insert) != SQLITE_DONE) die(sqlite3_errmsg(database));
        sqlite3_reset(insert);
    };
    bench::Dice dice(42);
    for (std::int64_t person = 2; person <= plan.people; ++person) {
        for (int i = 0; i < plan.friends / 2; ++i)
            befriend(person, 2 + dice.below(plan.people - 1));
    }
    for (int i = 0; i < plan.own_friends; ++i) befriend(1, 2 + dice.below(plan.people - 1));
    // A person of whom nobody is near: one friend, who has one friend, who knows the graph.
    const std::int64_t lonely = plan.people + 1;
    befriend(lonely, lonely + 1);
    befriend(lonely + 1, lonely + 2);
    for (int i = 0; i < plan.own_friends; ++i)
        befriend(lonely + 2, 2 + dice.below(plan.people - 1));
    sqlite3_finalize(insert);
    run(database, "COMMIT");
    run(database, "ANALYZE");
    sqlite3_close(database);
    return lonely;
}

void measure(Store& store, const Plan& plan, UserId user, const RecommendationQuery& query,
             const char* what) {
    std::vector<double> times;
    std::size_t found = 0;
    for (int round = 0; round < plan.rounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        const auto people = store.social().recommendations(user, query);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        if (!people) die(people.error().cause);
        found = people->size();
        times.push_back(took.count());
    }
    std::sort(times.begin(), times.end());
    std::printf("%-40s skip %4d: %3zu people, median %6.1f ms, slowest %6.1f ms\n", what,
                query.skip, found, times[times.size() / 2], times.back());
}

}  // namespace

int main(int argc, char** argv) {
    Plan plan;
    CLI::App app{"Times recommendations by the SQLite store."};
    app.add_option("--people", plan.people)->check(CLI::Range(1'000, 10'000'000));
    app.add_option("--friends", plan.friends, "of an ordinary person")->check(CLI::Range(2, 1'000));
    app.add_option("--own-friends", plan.own_friends)->check(CLI::Range(1, 5'000));
    app.add_option("--rounds", plan.rounds)->check(CLI::Range(1, 1'000));
    app.add_option("--folder", plan.folder, "where the file is made, and removed");
    CLI11_PARSE(app, argc, argv);

    const std::filesystem::path path =
        std::filesystem::path(plan.folder) / "chatcore-social-bench.db";
    std::filesystem::remove(path);
    SqliteOptions options;
    options.path = path.string();
    options.synchronous = SqliteOptions::Synchronous::normal;
    UserId lonely;
    {
        SqliteStoreFactory factory(options);
        if (auto made = factory.open(); !made) die(made.error().cause);
    }
    lonely.value = fill(path.string(), plan);
    {
        SqliteStoreFactory factory(options);
        auto store = factory.open();
        if (!store) die(store.error().cause);
        for (const int skip : {0, 500, RecommendationQuery::skip_max}) {
            measure(**store, plan, UserId{1}, {.skip = skip, .limit = 50}, "many friends");
        }
        for (const int skip : {0, RecommendationQuery::skip_max})
            measure(**store, plan, UserId{2}, {.skip = skip, .limit = 50}, "an ordinary person");
        measure(**store, plan, lonely, {.skip = 0, .limit = 50}, "nobody near, many at depth 3");
    }
    std::filesystem::remove(path);
    std::filesystem::remove(path.string() + "-wal");
    std::filesystem::remove(path.string() + "-shm");
    return 0;
}
