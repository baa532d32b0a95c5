#pragma once
// The journal that is the store itself: what has come in while the last transaction ran becomes the
// next one (group commit, without a timer). One shard per writer; a room is always of the same
// shard, so it has one order. Threads: any thread submits; a shard's batches run on its writer.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "chatcore/limits.h"
#include "chatcore/ports/clock.h"
#include "chatcore/ports/journal.h"
#include "chatcore/ports/random.h"
#include "chatcore/ports/telemetry.h"

#include "store_pool.h"

namespace chatcore {

class DirectJournal final : public Journal {
public:
    DirectJournal(StorePool& pool, JournalSink& sink, Clock& clock, Random& random,
                  Telemetry& telemetry, const Limits& limits);
    ~DirectJournal() override;

    bool submit(Submission& submission) override;
    std::size_t waiting() const override;
    std::chrono::nanoseconds stuck_for() const override;

    /// Whether the last batch failed for want of the store itself (a full disk, say), and nobody
    /// has said since that it can be written again. Any thread.
    bool writes_fail() const { return writes_fail_; }
    void well_again() { writes_fail_ = false; }

private:
    struct Shard;

    void run(Shard& shard);
    void retry_later(Shard& shard, const Error& why);
    void settle(Shard& shard, Result<std::vector<Outcome>> outcomes);

    StorePool& pool_;
    JournalSink& sink_;
    Clock& clock_;
    Telemetry& telemetry_;
    const Limits& limits_;
    std::atomic<bool> writes_fail_ = false;
    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace chatcore
