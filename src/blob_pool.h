#pragma once
// The store of blobs, and the workers that may wait for it. Shared by the engine and the uploads
// under way, which connections may hold for longer. Threads: any thread hands work in.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chatcore/domain/attachment.h"
#include "chatcore/ports/blob_store.h"
#include "chatcore/ports/executor.h"

namespace chatcore {

/// How many uploads, or downloads, are under way, in all and of each person. Threads: any; a short
/// lock.
class Places {
public:
    /// False where there is none left, or the person has their share.
    bool take(UserId person, int max, int share) {
        const std::lock_guard lock(mutex_);
        const auto held = held_.find(person);
        const int own = held == held_.end() ? 0 : held->second;
        if (taken_ >= max || own >= share) return false;
        ++taken_;
        ++held_[person];
        return true;
    }
    void give_back(UserId person) {
        const std::lock_guard lock(mutex_);
        --taken_;
        if (const auto held = held_.find(person); --held->second == 0) held_.erase(held);
    }

private:
    std::mutex mutex_;
    int taken_ = 0;
    std::unordered_map<UserId, int> held_;
};

class BlobPool {
public:
    BlobPool(std::unique_ptr<BlobStore> store, std::vector<std::unique_ptr<Executor>> workers)
        : store_(std::move(store)), workers_(std::move(workers)) {}

    BlobStore& store() { return *store_; }
    /// One for each upload, so that its pieces stay in order, and for each single question.
    Executor& next_worker() {
        return *workers_[next_.fetch_add(1, std::memory_order_relaxed) % workers_.size()];
    }
    void stop() {
        for (const auto& worker : workers_) worker->stop();
    }

    Places uploads;
    Places downloads;

private:
    std::unique_ptr<BlobStore> store_;
    std::vector<std::unique_ptr<Executor>> workers_;
    std::atomic<std::size_t> next_{0};
};

}  // namespace chatcore
