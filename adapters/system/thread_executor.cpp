#include "chatcore/adapters/thread_executor.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include <pthread.h>

namespace chatcore {
namespace {

/// Delays beyond this are as good as for ever, and the sum with any instant still fits.
constexpr std::chrono::milliseconds delay_max = std::chrono::hours{24 * 365 * 10};

/// A queue that grew beyond this in a burst gives its memory back once it is worked off.
constexpr std::size_t kept_capacity_max = 65'536;

}  // namespace

ThreadExecutor::ThreadExecutor(const std::string& name) : thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

ThreadExecutor::~ThreadExecutor() {
    stop();
}

// Where the executor has stopped, the task goes with the parameter that holds it: after the lock is
// released, since its destructor may post.
void ThreadExecutor::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        queue_.push_back(std::move(task));
        if (!asleep_) return;
        asleep_ = false;
    }
    wake_.notify_one();
}

void ThreadExecutor::post_after(std::chrono::milliseconds delay, Task task) {
    if (delay <= std::chrono::milliseconds{0}) return post(std::move(task));
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        const Instant due = std::chrono::steady_clock::now() + std::min(delay, delay_max);
        timers_.push_back({due, timers_made_++, std::move(task)});
        std::push_heap(timers_.begin(), timers_.end(), Later{});
        // The sleeper's own alarm is early enough, unless this is now the first to ring.
        if (!asleep_ || timers_.front().due < due) return;
        asleep_ = false;
    }
    wake_.notify_one();
}

void ThreadExecutor::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        asleep_ = false;
        halted_.store(true, std::memory_order_relaxed);
    }
    wake_.notify_one();
    {
        const std::lock_guard lock(join_mutex_);  // of several callers, each returns after the end
        assert(std::this_thread::get_id() != thread_.get_id());
        if (thread_.joinable()) thread_.join();
    }
    std::vector<Task> tasks_left;
    std::vector<Timer> timers_left;
    const std::lock_guard lock(mutex_);  // released before what was left is destroyed
    tasks_left.swap(queue_);
    timers_left.swap(timers_);
}

/// A task that throws ends the process here.
void ThreadExecutor::run() noexcept {
    std::vector<Task> batch;
    while (take(batch)) {
        for (Task& waiting : batch) {
            if (halted_.load(std::memory_order_relaxed)) break;
            Task task = std::move(waiting);
            task();
        }
        batch.clear();
        if (batch.capacity() > kept_capacity_max) batch.shrink_to_fit();
    }
}

/// Waits for something to do; false when there will be nothing more.
bool ThreadExecutor::take(std::vector<Task>& batch) {
    std::unique_lock lock(mutex_);
    while (true) {
        if (stopping_) return false;
        take_due_timers(batch);
        if (batch.empty()) {
            batch.swap(queue_);
        } else {
            std::move(queue_.begin(), queue_.end(), std::back_inserter(batch));
            queue_.clear();
        }
        if (!batch.empty()) return true;
        asleep_ = true;
        if (timers_.empty()) {
            wake_.wait(lock);
        } else {
            const Instant due = timers_.front().due;  // a copy: the heap moves while this waits
            wake_.wait_until(lock, due);
        }
        asleep_ = false;
    }
}

void ThreadExecutor::take_due_timers(std::vector<Task>& batch) {
    if (timers_.empty()) return;
    const Instant now = std::chrono::steady_clock::now();
    while (!timers_.empty() && timers_.front().due <= now) {
        std::pop_heap(timers_.begin(), timers_.end(), Later{});
        batch.push_back(std::move(timers_.back().task));
        timers_.pop_back();
    }
}

}  // namespace chatcore
