#pragma once
// A thread that works through a queue.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "chatcore/ports/executor.h"

namespace chatcore {

/// One thread, a queue and timers. Tasks may block; while one does, the others wait.
/// The queue has no bound of its own: whoever posts bounds what it posts (see Limits).
/// Threads: any may post; `stop` and the destructor not from a task of this executor.
class ThreadExecutor final : public Executor {
public:
    /// `name` is what ps and debuggers show of the thread, its first 15 bytes. Throws
    /// std::system_error where the machine has no thread to give.
    explicit ThreadExecutor(const std::string& name = "chatcore");
    ~ThreadExecutor() override;
    ThreadExecutor(const ThreadExecutor&) = delete;
    ThreadExecutor& operator=(const ThreadExecutor&) = delete;

    void post(Task task) override;
    void post_after(std::chrono::milliseconds delay, Task task) override;
    void stop() override;

private:
    using Instant = std::chrono::steady_clock::time_point;

    struct Timer {
        Instant due;
        std::uint64_t number = 0;  ///< keeps the order of posting among equals
        Task task;
    };
    /// Orders a heap whose front is what is due first.
    struct Later {
        bool operator()(const Timer& a, const Timer& b) const {
            return a.due != b.due ? a.due > b.due : a.number > b.number;
        }
    };

    void run() noexcept;
    bool take(std::vector<Task>& batch);
    void take_due_timers(std::vector<Task>& batch);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Task> queue_;
    std::vector<Timer> timers_;  ///< a heap by Later
    std::uint64_t timers_made_ = 0;
    bool asleep_ = false;
    bool stopping_ = false;
    std::atomic<bool> halted_ =
        false;  ///< as stopping_, to be asked between tasks without the lock

    std::mutex join_mutex_;
    std::thread thread_;  ///< last: it uses the rest
};

}  // namespace chatcore
