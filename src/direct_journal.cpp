#include "direct_journal.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace chatcore {

struct DirectJournal::Shard {
    int index = 0;
    mutable std::mutex mutex;  // guards the queue; never held while the store works
    std::vector<Submission> queue;
    bool running = false;
    std::size_t under_way = 0;
    std::optional<std::chrono::nanoseconds> stuck_since;

    // Of the worker alone: the batch under way.
    std::vector<Change> changes;
    std::vector<Ticket> tickets;
    std::int64_t worker = 0;
    std::int64_t number = 0;
    bool retry = false;
    std::chrono::nanoseconds first_tried_at{};
    std::chrono::milliseconds pause{};
};

DirectJournal::DirectJournal(StorePool& pool, JournalSink& sink, Clock& clock, Random& random,
                             Telemetry& telemetry, const Limits& limits)
    : pool_(pool), sink_(sink), clock_(clock), telemetry_(telemetry), limits_(limits) {
    for (int i = 0; i < pool.writers(); ++i) {
        auto shard = std::make_unique<Shard>();
        shard->index = i;
        std::uint64_t bits = 0;
        random.fill({reinterpret_cast<std::uint8_t*>(&bits), sizeof bits});
        shard->worker = static_cast<std::int64_t>(bits & static_cast<std::uint64_t>(id_max));
        shards_.push_back(std::move(shard));
    }
}

DirectJournal::~DirectJournal() = default;

bool DirectJournal::submit(Submission& submission) {
    Shard& shard = *shards_[std::hash<RoomId>{}(submission.change.room) % shards_.size()];
    {
        const std::lock_guard lock(shard.mutex);
        if (shard.queue.size() >= limits_.journal_queue_max) return false;
        shard.queue.push_back(std::move(submission));
        if (shard.running) return true;
        shard.running = true;
    }
    pool_.writer(shard.index).post([this, &shard] { run(shard); });
    return true;
}

std::size_t DirectJournal::waiting() const {
    std::size_t all = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        all += shard->queue.size() + shard->under_way;
    }
    return all;
}

std::chrono::nanoseconds DirectJournal::stuck_for() const {
    const auto now = clock_.steady();
    std::chrono::nanoseconds longest{0};
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        if (shard->stuck_since) longest = std::max(longest, now - *shard->stuck_since);
    }
    return longest;
}

void DirectJournal::run(Shard& shard) {
    if (!shard.retry) {
        const std::lock_guard lock(shard.mutex);
        if (shard.queue.empty()) {
            shard.running = false;
            // With nothing to try, nobody would find out that the store is well again.
            shard.stuck_since.reset();
            return;
        }
        const std::size_t count = std::min(shard.queue.size(), limits_.batch_changes_max.value());
        shard.changes.reserve(count);
        shard.tickets.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            shard.changes.push_back(std::move(shard.queue[i].change));
            shard.tickets.push_back(std::move(shard.queue[i].ticket));
        }
        shard.queue.erase(shard.queue.begin(),
                          shard.queue.begin() + static_cast<std::ptrdiff_t>(count));
        ++shard.number;
        shard.under_way = count;
        shard.first_tried_at = clock_.steady();
        if (!shard.stuck_since) shard.stuck_since = shard.first_tried_at;
        shard.pause = limits_.journal_retry_first;
    }
    const auto begin = clock_.steady();
    Result<std::vector<Outcome>> outcomes = pool_.writer_store(shard.index)
                                                .apply(Batch{.worker = shard.worker,
                                                             .number = shard.number,
                                                             .retry = shard.retry,
                                                             .changes = shard.changes,
                                                             .limits = RuleLimits::of(limits_)});
    telemetry_.observe(Stage::commit, clock_.steady() - begin);
    const bool for_want_of_the_store = !outcomes && is_retryable(outcomes.error().code);
    if (outcomes || for_want_of_the_store) writes_fail_ = for_want_of_the_store;
    if (!outcomes && is_retryable(outcomes.error().code) &&
        clock_.steady() - shard.first_tried_at < limits_.journal_retry_total.value()) {
        retry_later(shard, outcomes.error());
        return;
    }
    settle(shard, std::move(outcomes));
    pool_.writer(shard.index).post([this, &shard] { run(shard); });
}

void DirectJournal::retry_later(Shard& shard, const Error& why) {
    if (!shard.retry) {
        telemetry_.log({.level = LogLevel::warning,
                        .text = "store refused a batch, trying again: " + why.cause});
    }
    telemetry_.add(Counter::batches_retried, 1);
    shard.retry = true;
    pool_.writer(shard.index).post_after(shard.pause, [this, &shard] { run(shard); });
    shard.pause = std::min(shard.pause * 2, std::chrono::milliseconds{1'000});
}

void DirectJournal::settle(Shard& shard, Result<std::vector<Outcome>> outcomes) {
    if (!outcomes) {
        telemetry_.log(
            {.level = LogLevel::error, .text = "a batch was given up: " + outcomes.error().cause});
    }
    telemetry_.add(Counter::batches_applied, outcomes ? 1 : 0);
    {
        const std::lock_guard lock(shard.mutex);
        shard.under_way = 0;
        if (outcomes) shard.stuck_since.reset();
    }
    std::vector<Settled> settled;
    settled.reserve(shard.changes.size());
    for (std::size_t i = 0; i < shard.changes.size(); ++i) {
        settled.push_back(Settled{std::move(shard.changes[i]), std::move(shard.tickets[i]),
                                  outcomes ? Result<Outcome>(std::move((*outcomes)[i]))
                                           : Result<Outcome>(unexpected(outcomes.error()))});
    }
    shard.changes.clear();
    shard.tickets.clear();
    shard.retry = false;
    sink_.settled(std::move(settled), pool_.writer_store(shard.index));
}

}  // namespace chatcore
