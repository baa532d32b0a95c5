#pragma once
// The journal over a store, with the store in a test's hands.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"
#include "chatcore/ports/telemetry.h"

#include "contract/journal_contract.h"
#include "direct_journal.h"

namespace chatcore::contract {

/// What spoils the applies of a HeldStore.
class Hold {
public:
    void hold() {
        const std::lock_guard lock(mutex_);
        held_ = true;
    }
    void release() {
        const std::lock_guard lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    void fail_next(int applies, bool done) {
        const std::lock_guard lock(mutex_);
        failures_ = applies;
        done_ = done;
    }
    enum class Fate : std::uint8_t { well, lost, unknown };
    /// Waits while held.
    Fate pass() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !held_; });
        if (failures_ <= 0) return Fate::well;
        --failures_;
        return done_ ? Fate::unknown : Fate::lost;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    int failures_ = 0;
    bool done_ = false;
};

class HeldStore final : public Store {
public:
    HeldStore(std::unique_ptr<Store> inner, Hold& hold)
        : Store(inner->parts()), inner_(std::move(inner)), hold_(hold) {}

    Result<std::vector<Outcome>> apply(const Batch& batch) override {
        const Hold::Fate fate = hold_.pass();
        if (fate == Hold::Fate::lost) return unexpected(ErrorCode::timeout, "store");
        Result<std::vector<Outcome>> outcomes = inner_->apply(batch);
        if (fate == Hold::Fate::unknown) return unexpected(ErrorCode::timeout, "store");
        return outcomes;
    }
    Result<Opened> open_direct(const DirectKey& key, UserId opener, Timestamp now) override {
        return inner_->open_direct(key, opener, now);
    }
    Result<std::vector<Room>> open_groups(std::span<const NewGroup> groups,
                                          Timestamp now) override {
        return inner_->open_groups(groups, now);
    }
    Result<Opened> open_shared(const NewGroup& group, Timestamp now) override {
        return inner_->open_shared(group, now);
    }
    Result<Opened> open_consultation(const NewConsultation& asked, Timestamp now) override {
        return inner_->open_consultation(asked, now);
    }

private:
    std::unique_ptr<Store> inner_;
    Hold& hold_;
};

/// `keeper` is what the factory stands on, e.g. a directory; it goes last.
class DirectJournalSubject final : public JournalSubject {
public:
    DirectJournalSubject(std::unique_ptr<StoreFactory> stores, std::shared_ptr<void> keeper,
                         JournalSink& sink, int writers)
        : keeper_(std::move(keeper)), stores_(std::move(stores)), store_(open()) {
        limits_.journal_queue_max = 64;
        limits_.batch_changes_max = 16;
        limits_.journal_retry_first = std::chrono::milliseconds{1};
        limits_.journal_retry_total = std::chrono::milliseconds{300};
        std::vector<StorePool::Worker> workers;
        for (int i = 0; i < writers; ++i) {
            workers.push_back({std::make_unique<ThreadExecutor>("writer"),
                               std::make_unique<HeldStore>(open(), hold_)});
        }
        pool_ = std::make_unique<StorePool>(std::move(workers), std::vector<StorePool::Worker>{});
        journal_ =
            std::make_unique<DirectJournal>(*pool_, sink, clock_, random_, telemetry_, limits_);
    }
    ~DirectJournalSubject() override {
        hold_.release();
        pool_->stop();
    }

    Journal& journal() override { return *journal_; }
    Store& store() override { return *store_; }
    std::size_t queue_max() const override { return limits_.journal_queue_max; }
    void hold() override { hold_.hold(); }
    void release() override { hold_.release(); }
    void fail_next(int applies, bool done) override { hold_.fail_next(applies, done); }
    bool wait_until(const std::function<bool()>& condition) override {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        return true;
    }

    std::chrono::milliseconds patience{20'000};

private:
    std::unique_ptr<Store> open() {
        Result<std::unique_ptr<Store>> store = stores_->open();
        return store ? std::move(*store) : nullptr;
    }

    std::shared_ptr<void> keeper_;
    std::unique_ptr<StoreFactory> stores_;
    std::unique_ptr<Store> store_;
    Limits limits_;
    Hold hold_;
    SystemClock clock_;
    SystemRandom random_;
    NullTelemetry telemetry_;
    std::unique_ptr<StorePool> pool_;
    std::unique_ptr<DirectJournal> journal_;
};

}  // namespace chatcore::contract
