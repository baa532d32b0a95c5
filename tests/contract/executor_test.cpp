#include <algorithm>
#include <atomic>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/adapters/thread_executor.h"

#include "contract/executor_contract.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

/// Waits for threads in real time, so long that only an executor that never comes is given up.
template <class E>
class ThreadSubject final : public contract::ExecutorSubject {
public:
    explicit ThreadSubject(std::chrono::milliseconds patience = 20s) : patience_(patience) {}

    Executor& executor() override { return executor_; }
    bool work_until(const std::function<bool()>& condition) override {
        for (const auto end = now() + patience_; now() < end; std::this_thread::sleep_for(200us)) {
            if (condition()) return true;
        }
        return condition();
    }
    std::chrono::nanoseconds now() override {
        return std::chrono::steady_clock::now().time_since_epoch();
    }

private:
    std::chrono::milliseconds patience_;
    E executor_;
};

enum class Fault {
    none,
    runs_inside_post,
    newest_first,
    loses_some,
    ignores_delays,
    delays_unordered,
    runs_after_stop,
    keeps_tasks_at_stop,
    keeps_what_ran,
};

/// An executor on the test's own thread with a time of its own, and a fault of one's choice.
class SteppedSubject final : public contract::ExecutorSubject, Executor {
public:
    explicit SteppedSubject(Fault fault) : fault_(fault) {}

    Executor& executor() override { return *this; }
    bool threaded() const override { return false; }
    std::chrono::nanoseconds now() override { return now_; }
    bool work_until(const std::function<bool()>& condition) override {
        while (!condition()) {
            if (!step()) return false;
        }
        return true;
    }

    void post(Task task) override { post_after(0ms, std::move(task)); }
    void post_after(std::chrono::milliseconds delay, Task task) override {
        if (stopped_ && fault_ != Fault::runs_after_stop) return;
        if (fault_ == Fault::runs_inside_post && delay <= 0ms) return task();
        if (fault_ == Fault::loses_some && ++posted_ % 1'000 == 0) return;
        if (fault_ == Fault::ignores_delays) delay = 0ms;
        const auto due = now_ + std::max<std::chrono::nanoseconds>(delay, 0ms);
        const auto at = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
            if (fault_ == Fault::newest_first && delay <= 0ms) return other.due >= due;
            if (fault_ == Fault::delays_unordered && delay > 0ms) return other.due >= due;
            return other.due > due;
        });
        waiting_.insert(at, {due, std::move(task)});
    }
    void stop() override {
        stopped_ = true;
        if (fault_ == Fault::runs_after_stop || fault_ == Fault::keeps_tasks_at_stop) return;
        std::deque<Waiting> left;
        left.swap(waiting_);
    }

private:
    struct Waiting {
        std::chrono::nanoseconds due;
        Task task;
    };

    bool step() {
        if (waiting_.empty() || (stopped_ && fault_ != Fault::runs_after_stop)) return false;
        now_ = std::max(now_, waiting_.front().due);
        Task task = std::move(waiting_.front().task);
        waiting_.pop_front();
        task();
        if (fault_ == Fault::keeps_what_ran) kept_.push_back(std::move(task));
        return true;
    }

    Fault fault_;
    bool stopped_ = false;
    int posted_ = 0;
    std::chrono::nanoseconds now_ = 1h;
    std::deque<Waiting> waiting_;
    std::vector<Task> kept_;
};

contract::Findings findings_with(Fault fault) {
    return contract::check_executor_contract(
        [fault] { return std::make_unique<SteppedSubject>(fault); });
}

/// Two threads that take turns: each task runs, but not one at a time.
class PairOfThreads final : public Executor {
public:
    void post(Task task) override { next().post(std::move(task)); }
    void post_after(std::chrono::milliseconds delay, Task task) override {
        next().post_after(delay, std::move(task));
    }
    void stop() override {
        first_.stop();
        second_.stop();
    }

private:
    Executor& next() {
        return turn_.fetch_add(1) % 2 == 0 ? static_cast<Executor&>(first_) : second_;
    }

    std::atomic<unsigned> turn_ = 0;
    ThreadExecutor first_;
    ThreadExecutor second_;
};

}  // namespace

TEST_SUITE("executor contract") {
    TEST_CASE("a thread's executor keeps it") {
        const auto findings = contract::check_executor_contract(
            [] { return std::make_unique<ThreadSubject<ThreadExecutor>>(); });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("a stepped executor without a fault keeps it") {
        const auto findings = findings_with(Fault::none);
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("each broken executor is found out") {
        CHECK(findings_with(Fault::runs_inside_post).broke("later"));
        CHECK(findings_with(Fault::newest_first).broke("order"));
        CHECK(findings_with(Fault::loses_some).broke("order"));
        CHECK(findings_with(Fault::ignores_delays).broke("delay"));
        CHECK(findings_with(Fault::delays_unordered).broke("order of delays"));
        CHECK(findings_with(Fault::runs_after_stop).broke("stop"));
        CHECK(findings_with(Fault::keeps_tasks_at_stop).broke("stop"));
        CHECK(findings_with(Fault::keeps_what_ran).broke("destroys what ran"));
    }

    TEST_CASE("an executor of two threads is found out") {
        const auto findings = contract::check_executor_contract(
            [] { return std::make_unique<ThreadSubject<PairOfThreads>>(500ms); });
        CHECK(findings.broke("one at a time"));
    }
}
