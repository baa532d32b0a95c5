#pragma once
// The bare loop: rows of posts into the product's own table, so many in a transaction, and nothing
// else.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct InsertLoop {
    std::string schema_folder;
    std::string file;  ///< made anew, and removed at the end
    std::string synchronous = "FULL";
    /// Set first, as the product sets them.
    std::vector<std::string> pragmas{"cache_size=-65536", "temp_store=MEMORY"};
    std::size_t batch = 512;
    std::size_t rooms = 100;
    std::size_t members = 2;
    std::size_t content_bytes = 128;
    double seconds = 3;
    std::uint64_t rows_max = 0;  ///< stops after so many, 0 is when the time is over
};

struct InsertResult {
    std::uint64_t rows = 0;
    std::uint64_t batches = 0;
    double seconds = 0;
    std::string columns;

    [[nodiscard]] double rows_per_s() const { return static_cast<double>(rows) / seconds; }
};

InsertResult run_insert_loop(const InsertLoop& loop);

}  // namespace bench
