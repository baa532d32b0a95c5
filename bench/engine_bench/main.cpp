// engine_bench: what of a bare loop's inserts is left when each row is a post through the engine.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/json.h"
#include "common/net.h"
#include "common/process.h"
#include "engine_bench/post_loop.h"
#include "sqlite_floor/database.h"
#include "sqlite_floor/insert_loop.h"

namespace {

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// CPU of everybody else on the machine since this was made, in seconds.
class Others {
public:
    [[nodiscard]] double busy_s() const {
        return std::max(0.0, machine_s() - machine_ - (own_s() - own_));
    }

private:
    static double machine_s() {
        const auto machine = bench::cpu_of_machine();
        return machine ? machine->busy_s : 0.0;
    }
    static double own_s() {
        const bench::CpuTime own = bench::cpu_of_self();
        return own.user_s + own.system_s;
    }

    double machine_ = machine_s();
    double own_ = own_s();
};

void remove_database(const std::string& file) {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
}

// What is in the file afterwards must be what was acknowledged, to the row.
void check_rows(const std::string& file, std::uint64_t acknowledged) {
    bench::Database db(file);
    sqlite3_stmt* count = db.prepare("SELECT count(*) FROM messages");
    db.check(::sqlite3_step(count), "count");
    const auto rows = static_cast<std::uint64_t>(::sqlite3_column_int64(count, 0));
    ::sqlite3_finalize(count);
    if (rows != acknowledged) {
        bench::die(
            fmt::format("{} posts were acknowledged, and {} are stored", acknowledged, rows));
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Posts through the engine in process, against a bare loop of inserts");
    bench::PostLoop posts;
    bench::InsertLoop inserts;
    inserts.schema_folder = BENCH_SCHEMA_FOLDER;
    std::string dir = ".";
    std::string json_file;
    std::size_t times = 3;
    bool normal = false;
    app.add_option("--dir", dir, "folder for the databases")->check(CLI::ExistingDirectory);
    app.add_option("--times", times, "of each, alternating")
        ->check(CLI::Range(1, 99))
        ->capture_default_str();
    app.add_option("--seconds", posts.seconds, "of each")
        ->check(CLI::Range(0.1, 600.0))
        ->capture_default_str();
    app.add_option("--rooms", posts.rooms)->check(CLI::Range(1, 100000))->capture_default_str();
    app.add_option("--in-flight", posts.in_flight, "posts under way")
        ->check(CLI::Range(1, 60000))
        ->capture_default_str();
    app.add_option("--content-bytes", posts.content_bytes)
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--batch", inserts.batch, "rows a transaction of the bare loop")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_flag("--normal", normal, "synchronous=NORMAL for both");
    app.add_option("--json", json_file);
    CLI11_PARSE(app, argc, argv);

    posts.file = dir + "/engine-bench.db";
    posts.synced = !normal;
    inserts.file = dir + "/engine-bench-floor.db";
    inserts.synchronous = normal ? "NORMAL" : "FULL";
    inserts.seconds = posts.seconds;
    inserts.rooms = posts.rooms;
    inserts.content_bytes = posts.content_bytes;

    std::vector<double> engine;
    std::vector<double> floor;
    std::vector<double> batches;
    std::vector<double> p99;
    std::vector<double> others;
    for (std::size_t i = 0; i < times; ++i) {
        const Others neighbours;
        floor.push_back(bench::run_insert_loop(inserts).rows_per_s());
        remove_database(posts.file);
        const bench::PostLoopResult result = bench::run_post_loop(posts);
        check_rows(posts.file, result.acknowledged);
        remove_database(posts.file);
        if (result.errors + result.order_errors > 0) {
            bench::die(fmt::format("{} posts failed ({}), {} out of order", result.errors,
                                   result.first_error, result.order_errors));
        }
        engine.push_back(result.posts_per_s());
        batches.push_back(result.posts_per_batch);
        others.push_back(neighbours.busy_s());
        p99.push_back(static_cast<double>(result.latency.percentile(0.99)) / 1e3);
        fmt::print(stderr,
                   "floor {:.0f}/s, engine {:.0f}/s in batches of {:.0f}, ratio {:.2f}, "
                   "CPU {:.2f} s user {:.2f} s system, others {:.2f} s\n",
                   floor.back(), engine.back(), batches.back(), engine.back() / floor.back(),
                   result.user_s, result.system_s, others.back());
    }
    bench::JsonObject json;
    json.add("kind", "engine")
        .add("label", "engine")
        .add("rowsPerSecond", median(engine))
        .add("floorRowsPerSecond", median(floor))
        .add("ratio", median(engine) / median(floor))
        .add("postsPerBatch", median(batches))
        .add("floorBatch", std::uint64_t{inserts.batch})
        .add("completionP99Micros", median(p99))
        .add("synchronous", inserts.synchronous)
        .add_array("engineRuns", engine)
        .add_array("floorRuns", floor)
        .add_array("othersBusySeconds", others);
    if (json_file.empty()) {
        fmt::print("{}", json.text());
        return 0;
    }
    std::FILE* file = std::fopen(json_file.c_str(), "w");
    if (file == nullptr) bench::die(fmt::format("cannot write {}", json_file));
    fmt::print(file, "{}", json.text());
    return std::fclose(file) == 0 ? 0 : 1;
}
