#pragma once
// A world that stands still: time, chance and work that happen only when a test says so, the same
// way for the same seed. Link chatcore::testing.
//
// Threads: one; nothing here may be shared between threads.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chatcore/ports/clock.h"
#include "chatcore/ports/executor.h"
#include "chatcore/ports/random.h"

namespace chatcore::testing {

/// Repeatable chance (SplitMix64). Not for secrets.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next();
    /// 0 to `sides - 1`; `sides` is at least 1.
    std::size_t below(std::size_t sides) { return static_cast<std::size_t>(next() % sides); }
    /// True in `parts` of 1,000 throws.
    bool per_mille(int parts) { return static_cast<int>(next() % 1'000) < parts; }
    template <class T>
    T& one_of(std::vector<T>& things) {
        return things[below(things.size())];
    }

private:
    std::uint64_t state_;
};

/// Runs the tasks of any number of executors one at a time. Which executor is next is thrown with
/// the dice; within one executor the port's order holds. Time stands still while tasks run.
class Scheduler {
public:
    explicit Scheduler(std::uint64_t seed);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// What they give must not outlive the scheduler. Executors are named for traces.
    std::unique_ptr<Executor> make_executor(std::string name);
    std::unique_ptr<Clock> make_clock();
    std::unique_ptr<Random> make_random();

    /// Runs one task that is due; false where none is.
    bool step();
    /// Sets the time to that of the next delayed task, or of the end of a stall; false where
    /// nothing waits.
    bool skip_to_next();
    /// When that would be; `max` where nothing waits.
    std::chrono::nanoseconds next() const;
    void advance(std::chrono::nanoseconds by);
    /// Runs everything that is due until the time is over, skipping idle times.
    void run_for(std::chrono::nanoseconds duration);
    /// Runs until nothing is due now.
    void settle();

    /// The executor whose task runs now works on nothing else for so long; outside of a task, one
    /// of the dice's choice.
    void stall(std::chrono::nanoseconds duration);
    /// The name of the executor whose task ran last.
    const std::string& last() const { return last_; }

    std::chrono::nanoseconds now() const { return now_; }
    Dice& dice() { return dice_; }

private:
    class Queue;
    class StepExecutor;
    class StoppedClock;
    class DiceRandom;

    Dice dice_;
    std::chrono::nanoseconds now_{std::chrono::hours{1}};
    std::uint64_t delayed_ = 0;  ///< numbers delayed tasks, for the order among equals
    std::vector<std::shared_ptr<Queue>> queues_;
    Queue* running_ = nullptr;
    std::string last_;
};

}  // namespace chatcore::testing
