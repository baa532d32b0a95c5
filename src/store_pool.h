#pragma once
// Workers that may block, each with a store of its own. Writers apply, one per journal shard;
// readers answer questions. Threads: any thread hands work in; the work runs on the worker's
// executor.

#include <atomic>
#include <memory>
#include <vector>

#include "chatcore/ports/executor.h"
#include "chatcore/ports/store.h"

namespace chatcore {

using StoreTask = UniqueFunction<void(Store&)>;

class StorePool {
public:
    struct Worker {
        std::unique_ptr<Executor> executor;
        std::unique_ptr<Store> store;
    };

    StorePool(std::vector<Worker> writers, std::vector<Worker> readers)
        : writers_(std::move(writers)), readers_(std::move(readers)) {}

    int writers() const { return static_cast<int>(writers_.size()); }
    Executor& writer(int i) { return *writers_[static_cast<std::size_t>(i)].executor; }
    Store& writer_store(int i) { return *writers_[static_cast<std::size_t>(i)].store; }

    /// Runs a question on the next reader.
    void read(StoreTask task) {
        Worker& worker =
            readers_[next_reader_.fetch_add(1, std::memory_order_relaxed) % readers_.size()];
        run(worker, std::move(task));
    }
    /// Runs a write that no room orders (openings, accounts) on the first writer, so that writers
    /// never wait for each other inside a database with one.
    void write(StoreTask task) { run(writers_.front(), std::move(task)); }

    void stop() {
        for (Worker& worker : writers_) worker.executor->stop();
        for (Worker& worker : readers_) worker.executor->stop();
    }

private:
    static void run(Worker& worker, StoreTask task) {
        worker.executor->post(
            [store = worker.store.get(), task = std::move(task)]() mutable { task(*store); });
    }

    std::vector<Worker> writers_;
    std::vector<Worker> readers_;
    std::atomic<std::size_t> next_reader_{0};
};

}  // namespace chatcore
