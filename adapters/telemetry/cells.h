#pragma once
// Where counts are kept between scrapes.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "chatcore/ports/telemetry.h"

namespace chatcore {

/// Upper bounds of the histograms' buckets, from a tenth of a millisecond to ten seconds.
inline constexpr std::array<double, 16> bucket_bounds_s = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
    0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
inline constexpr std::size_t bucket_count = bucket_bounds_s.size() + 1;  ///< and what is above

/// The bucket that a duration belongs to: the first whose bound is not below it.
std::size_t bucket_of(std::chrono::nanoseconds duration);

/// One thread's share, or that of a few. On cache lines of its own.
struct alignas(128) Cell {
    struct Durations {
        std::array<std::atomic<std::int64_t>, bucket_count> buckets{};
        std::atomic<std::int64_t> sum_ns{0};
    };
    std::array<std::atomic<std::int64_t>, counter_count> counters{};
    std::array<Durations, stage_count> stages{};
};

/// What all cells have together.
struct Totals {
    struct Durations {
        std::array<std::int64_t, bucket_count> buckets{};
        std::int64_t sum_ns = 0;
    };
    std::array<std::int64_t, counter_count> counters{};
    std::array<Durations, stage_count> stages{};
};

/// Threads: any. Additions are relaxed: a scrape may miss what is being counted in its moment.
class Cells {
public:
    void add(Counter counter, std::int64_t n) {
        mine().counters[static_cast<std::size_t>(counter)].fetch_add(n, std::memory_order_relaxed);
    }
    void observe(Stage stage, std::chrono::nanoseconds duration);
    Totals totals() const;

private:
    static constexpr std::size_t cell_count = 16;  ///< threads that count at once, about
    Cell& mine();

    std::array<Cell, cell_count> cells_;
};

}  // namespace chatcore
