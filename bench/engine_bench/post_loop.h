#pragma once
// Posts through the engine in this process: no network, a bus without neighbours, SQLite as the
// product opens it.

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/histogram.h"

namespace bench {

struct PostLoop {
    std::string file;  ///< database to make; left for the caller to look into and to remove
    std::size_t rooms = 100;
    std::size_t in_flight =
        1024;  ///< posts under way, over all rooms; about half of them are in each batch
    std::size_t content_bytes = 128;
    double warmup_s = 0.5;
    double seconds = 3;
    bool synced = true;  ///< synchronous=FULL; otherwise NORMAL
};

struct PostLoopResult {
    std::uint64_t posts = 0;         ///< completed within the measured time
    std::uint64_t acknowledged = 0;  ///< completed over all
    std::uint64_t errors = 0;
    std::uint64_t order_errors = 0;  ///< a message whose seq does not follow its room's last one
    std::string first_error;
    double seconds = 0;
    double posts_per_batch = 0;
    double user_s = 0;  ///< CPU of the process while measuring
    double system_s = 0;
    Histogram latency;  ///< from post to completion

    [[nodiscard]] double posts_per_s() const { return static_cast<double>(posts) / seconds; }
};

/// Ends the program, saying why, where the engine does not start.
PostLoopResult run_post_loop(const PostLoop& loop);

}  // namespace bench
