#include <algorithm>
#include <deque>

#include "chatcore/testing.h"

namespace chatcore::testing {

std::uint64_t Dice::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
    return bits ^ (bits >> 31);
}

/// Shared by the executor that fills it and the scheduler that empties it; either may go first.
class Scheduler::Queue {
public:
    explicit Queue(std::string of) : name(std::move(of)) {}

    struct Delayed {
        std::chrono::nanoseconds due;
        std::uint64_t number = 0;
        Task task;
    };
    /// Orders a heap whose front is due first.
    static bool later(const Delayed& a, const Delayed& b) {
        return a.due != b.due ? a.due > b.due : a.number > b.number;
    }

    bool ready(std::chrono::nanoseconds now) const {
        if (now < busy_until) return false;
        return !tasks.empty() || (!delayed.empty() && delayed.front().due <= now);
    }
    /// When it could next do something; `max` for never.
    std::chrono::nanoseconds next() const {
        if (!tasks.empty()) return busy_until;
        if (delayed.empty()) return std::chrono::nanoseconds::max();
        return std::max(busy_until, delayed.front().due);
    }
    Task take(std::chrono::nanoseconds now) {
        while (!delayed.empty() && delayed.front().due <= now) {
            std::pop_heap(delayed.begin(), delayed.end(), later);
            tasks.push_back(std::move(delayed.back().task));
            delayed.pop_back();
        }
        Task task = std::move(tasks.front());
        tasks.pop_front();
        return task;
    }

    const std::string name;
    std::deque<Task> tasks;
    std::vector<Delayed> delayed;
    std::chrono::nanoseconds busy_until{};
    bool stopped = false;
};

class Scheduler::StepExecutor final : public Executor {
public:
    StepExecutor(Scheduler& scheduler, std::shared_ptr<Queue> queue)
        : scheduler_(scheduler), queue_(std::move(queue)) {}
    ~StepExecutor() override { stop(); }

    void post(Task task) override {
        if (!queue_->stopped) queue_->tasks.push_back(std::move(task));
    }
    void post_after(std::chrono::milliseconds delay, Task task) override {
        if (queue_->stopped) return;
        if (delay <= std::chrono::milliseconds{0}) return post(std::move(task));
        queue_->delayed.push_back(
            {scheduler_.now_ + delay, scheduler_.delayed_++, std::move(task)});
        std::push_heap(queue_->delayed.begin(), queue_->delayed.end(), Queue::later);
    }
    void stop() override {
        if (std::exchange(queue_->stopped, true)) return;
        std::erase(scheduler_.queues_, queue_);
        // Destroying a task may post: what is destroyed is no longer in the queue by then.
        const std::deque<Task> tasks = std::exchange(queue_->tasks, {});
        const std::vector<Queue::Delayed> delayed = std::exchange(queue_->delayed, {});
    }

private:
    Scheduler& scheduler_;
    std::shared_ptr<Queue> queue_;
};

class Scheduler::StoppedClock final : public Clock {
public:
    explicit StoppedClock(const Scheduler& scheduler) : scheduler_(scheduler) {}

    Timestamp now() const override {
        constexpr std::chrono::hours since_1970{24 * 365 * 50};
        return Timestamp{since_1970 +
                         std::chrono::floor<std::chrono::milliseconds>(scheduler_.now_)};
    }
    std::chrono::nanoseconds steady() const override { return scheduler_.now_; }

private:
    const Scheduler& scheduler_;
};

class Scheduler::DiceRandom final : public Random {
public:
    explicit DiceRandom(std::uint64_t seed) : dice_(seed) {}

    void fill(std::span<std::uint8_t> bytes) override {
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(dice_.next());
    }

private:
    Dice dice_;
};

Scheduler::Scheduler(std::uint64_t seed) : dice_(seed) {}
Scheduler::~Scheduler() = default;

std::unique_ptr<Executor> Scheduler::make_executor(std::string name) {
    queues_.push_back(std::make_shared<Queue>(std::move(name)));
    return std::make_unique<StepExecutor>(*this, queues_.back());
}

std::unique_ptr<Clock> Scheduler::make_clock() {
    return std::make_unique<StoppedClock>(*this);
}

std::unique_ptr<Random> Scheduler::make_random() {
    return std::make_unique<DiceRandom>(dice_.next());
}

bool Scheduler::step() {
    // Counted first and chosen then, so that nothing is allocated a step.
    std::size_t ready = 0;
    for (const auto& queue : queues_) ready += queue->ready(now_) ? 1 : 0;
    if (ready == 0) return false;
    std::size_t choice = dice_.below(ready);
    for (const auto& candidate : queues_) {
        if (!candidate->ready(now_) || choice-- > 0) continue;
        const std::shared_ptr<Queue> queue = candidate;  // its executor may go within the task
        Task task = queue->take(now_);
        last_ = queue->name;
        running_ = queue.get();
        task();
        running_ = nullptr;
        return true;
    }
    return false;
}

std::chrono::nanoseconds Scheduler::next() const {
    auto first = std::chrono::nanoseconds::max();
    for (const auto& queue : queues_) first = std::min(first, queue->next());
    return first;
}

bool Scheduler::skip_to_next() {
    const auto first = next();
    if (first == std::chrono::nanoseconds::max()) return false;
    now_ = std::max(now_, first);
    return true;
}

void Scheduler::advance(std::chrono::nanoseconds by) {
    now_ += by;
}

void Scheduler::run_for(std::chrono::nanoseconds duration) {
    const auto end = now_ + duration;
    while (true) {
        while (step()) {
        }
        const auto first = next();
        if (first > end) break;
        now_ = std::max(now_, first);
    }
    now_ = std::max(now_, end);
}

void Scheduler::settle() {
    while (step()) {
    }
}

void Scheduler::stall(std::chrono::nanoseconds duration) {
    Queue* queue = running_;
    if (queue == nullptr && !queues_.empty()) queue = dice_.one_of(queues_).get();
    if (queue != nullptr) queue->busy_until = std::max(queue->busy_until, now_ + duration);
}

}  // namespace chatcore::testing
