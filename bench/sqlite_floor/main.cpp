// sqlite_floor: how many rows of posts a second a bare loop puts into SQLite, durable at each
// commit.

#include <cstdio>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/json.h"
#include "common/net.h"
#include "sqlite_floor/insert_loop.h"

int main(int argc, char** argv) {
    CLI::App app("Inserts rows of posts into SQLite, as fast as it takes them");
    bench::InsertLoop loop;
    loop.schema_folder = BENCH_SCHEMA_FOLDER;
    loop.file = "sqlite-floor.db";
    std::vector<std::size_t> batches{512, 64, 1};
    std::string json_file;
    app.add_option("--schema", loop.schema_folder, "folder of the product's *.sql")
        ->capture_default_str();
    app.add_option("--file", loop.file, "database to make, and to remove")->capture_default_str();
    app.add_option("--batch", batches, "rows a transaction; several are run one after the other")
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--seconds", loop.seconds, "of each")->check(CLI::Range(0.1, 600.0));
    app.add_option("--rows", loop.rows_max, "stop after so many rows");
    app.add_option("--rooms", loop.rooms)->check(CLI::Range(1, 1000000));
    app.add_option("--members", loop.members, "of each room, taking turns")
        ->check(CLI::Range(1, 1000));
    app.add_option("--content-bytes", loop.content_bytes)->check(CLI::Range(0, 100000));
    app.add_option("--synchronous", loop.synchronous)
        ->check(CLI::IsMember({"FULL", "NORMAL", "OFF"}));
    app.add_option("--pragma", loop.pragmas, "name=value, set first");
    app.add_option("--json", json_file, "write the result of the last batch size here");
    CLI11_PARSE(app, argc, argv);

    for (const std::size_t batch : batches) {
        loop.batch = batch;
        const bench::InsertResult result = bench::run_insert_loop(loop);
        bench::JsonObject json;
        json.add("kind", "sqlite_floor")
            .add("label", fmt::format("floor batches-of-{}", batch))
            .add("batch", std::uint64_t{batch})
            .add("rowsPerSecond", result.rows_per_s())
            .add("rows", result.rows)
            .add("seconds", result.seconds)
            .add("batchMicros", result.seconds * 1e6 / static_cast<double>(result.batches))
            .add("synchronous", loop.synchronous)
            .add("columns", result.columns);
        fmt::print("{}", json.text());
        if (json_file.empty()) continue;
        std::FILE* file = std::fopen(json_file.c_str(), "w");
        if (file == nullptr) bench::die(fmt::format("cannot write {}", json_file));
        fmt::print(file, "{}", json.text());
        std::fclose(file);
    }
    return 0;
}
