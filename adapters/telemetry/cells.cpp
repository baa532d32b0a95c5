#include "cells.h"

#include <algorithm>

namespace chatcore {

std::size_t bucket_of(std::chrono::nanoseconds duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto bound = std::lower_bound(bucket_bounds_s.begin(), bucket_bounds_s.end(), seconds);
    return static_cast<std::size_t>(bound - bucket_bounds_s.begin());
}

void Cells::observe(Stage stage, std::chrono::nanoseconds duration) {
    Cell::Durations& durations = mine().stages[static_cast<std::size_t>(stage)];
    durations.buckets[bucket_of(duration)].fetch_add(1, std::memory_order_relaxed);
    durations.sum_ns.fetch_add(duration.count(), std::memory_order_relaxed);
}

Cell& Cells::mine() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t index =
        threads.fetch_add(1, std::memory_order_relaxed) % cell_count;
    return cells_[index];
}

Totals Cells::totals() const {
    Totals totals;
    for (const Cell& cell : cells_) {
        for (std::size_t i = 0; i < totals.counters.size(); ++i) {
            totals.counters[i] += cell.counters[i].load(std::memory_order_relaxed);
        }
        for (std::size_t stage = 0; stage < totals.stages.size(); ++stage) {
            const Cell::Durations& from = cell.stages[stage];
            Totals::Durations& to = totals.stages[stage];
            for (std::size_t i = 0; i < bucket_count; ++i) {
                to.buckets[i] += from.buckets[i].load(std::memory_order_relaxed);
            }
            to.sum_ns += from.sum_ns.load(std::memory_order_relaxed);
        }
    }
    return totals;
}

}  // namespace chatcore
