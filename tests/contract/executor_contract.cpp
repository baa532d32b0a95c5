#include "contract/executor_contract.h"

#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace chatcore::contract {
namespace {

using std::chrono::milliseconds;

/// The order in which tasks ran. Filled by the executor, read by the test.
class Record {
public:
    void add(int number) {
        const std::lock_guard lock(mutex_);
        numbers_.push_back(number);
    }
    std::vector<int> numbers() const {
        const std::lock_guard lock(mutex_);
        return numbers_;
    }
    std::size_t size() const { return numbers().size(); }

private:
    mutable std::mutex mutex_;
    std::vector<int> numbers_;
};

std::vector<int> counting_to(int end) {
    std::vector<int> numbers;
    for (int i = 0; i < end; ++i) numbers.push_back(i);
    return numbers;
}

void keeps_order(const ExecutorFactory& make, Findings& findings) {
    constexpr int tasks = 2'000;
    Record record;
    const auto subject = make();
    for (int i = 0; i < tasks; ++i) {
        subject->executor().post([&record, i] { record.add(i); });
    }
    findings.expect(subject->work_until([&] { return record.size() == tasks; }), "all tasks run");
    findings.expect(record.numbers() == counting_to(tasks), "they run in the order of posting");
    subject->executor().stop();
}

void runs_later(const ExecutorFactory& make, Findings& findings) {
    static thread_local bool posting = false;
    std::atomic<bool> inside = false;
    std::atomic<int> ran = 0;
    const auto subject = make();
    Executor& executor = subject->executor();
    const auto task = [&] {
        if (posting) inside = true;
        ++ran;
    };
    const auto post_both = [&executor, task] {
        posting = true;
        executor.post(task);
        executor.post_after(milliseconds{0}, task);
        posting = false;
    };
    post_both();
    executor.post(post_both);
    findings.expect(subject->work_until([&] { return ran == 4; }), "all tasks run");
    findings.expect(!inside, "no task runs inside the call that posts it");
    executor.stop();
}

void one_at_a_time(const ExecutorFactory& make, Findings& findings) {
    constexpr int posters = 4;
    constexpr int tasks = 2'000;
    const auto subject = make();
    if (!subject->threaded()) return;
    Executor& executor = subject->executor();
    std::atomic<int> running = 0;
    std::atomic<bool> overlapped = false;
    std::atomic<int> ran = 0;
    std::array<std::vector<int>, posters> orders;
    std::array<std::mutex, posters> order_mutexes;
    std::vector<std::thread> threads;
    for (std::size_t poster = 0; poster < posters; ++poster) {
        threads.emplace_back([&, poster] {
            for (int i = 0; i < tasks; ++i) {
                executor.post([&, poster, i] {
                    if (++running != 1) overlapped = true;
                    {
                        const std::lock_guard lock(order_mutexes[poster]);
                        orders[poster].push_back(i);
                    }
                    // Long enough now and then that another task would be seen beside it.
                    if (i % 500 == 0) std::this_thread::sleep_for(milliseconds{1});
                    --running;
                    ++ran;
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    findings.expect(subject->work_until([&] { return ran == posters * tasks; }), "all tasks run");
    executor.stop();
    findings.expect(!overlapped, "no two tasks run at the same time");
    for (const std::vector<int>& order : orders) {
        findings.expect(order == counting_to(tasks), "each thread's tasks run in its order");
    }
}

void waits_for_the_delay(const ExecutorFactory& make, Findings& findings) {
    const auto subject = make();
    std::atomic<int> ran = 0;
    std::atomic<int> early = 0;
    for (const int delay_ms : {1, 5, 20, 60}) {
        const auto due = subject->now() + milliseconds{delay_ms};
        subject->executor().post_after(milliseconds{delay_ms}, [&, due] {
            if (subject->now() < due) ++early;
            ++ran;
        });
    }
    findings.expect(subject->work_until([&] { return ran == 4; }), "delayed tasks run in the end");
    findings.expect(early == 0, "none runs before its delay has passed");
    subject->executor().stop();
}

void delays_order_tasks(const ExecutorFactory& make, Findings& findings) {
    constexpr int equal = 50;
    const auto subject = make();
    Executor& executor = subject->executor();
    Record record;
    // Posted by one task, so that all of them are posted before the first can run.
    executor.post([&] {
        executor.post_after(milliseconds{60}, [&] { record.add(equal + 2); });
        executor.post_after(milliseconds{40}, [&] { record.add(equal + 1); });
        for (int i = 0; i < equal; ++i) {
            executor.post_after(milliseconds{10}, [&record, i] { record.add(i + 1); });
        }
        executor.post([&] { record.add(0); });
    });
    findings.expect(subject->work_until([&] { return record.size() == equal + 3; }),
                    "delayed tasks run in the end");
    findings.expect(record.numbers() == counting_to(equal + 3),
                    "what is due first runs first, and equals in the order of posting");
    executor.stop();
}

void no_delay_is_a_post(const ExecutorFactory& make, Findings& findings) {
    const auto subject = make();
    Executor& executor = subject->executor();
    Record record;
    executor.post([&] {
        executor.post([&] { record.add(0); });
        executor.post_after(milliseconds{0}, [&] { record.add(1); });
        executor.post_after(milliseconds{-5}, [&] { record.add(2); });
        executor.post([&] { record.add(3); });
    });
    findings.expect(subject->work_until([&] { return record.size() == 4; }), "all tasks run");
    findings.expect(record.numbers() == counting_to(4), "they run in the order of posting");
    executor.stop();
}

/// Counts its destructions; a moved-from one counts for nothing.
class Token {
public:
    explicit Token(std::atomic<int>& destroyed) : destroyed_(&destroyed) {}
    Token(Token&& other) noexcept : destroyed_(std::exchange(other.destroyed_, nullptr)) {}
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    Token& operator=(Token&&) = delete;
    ~Token() {
        if (destroyed_ != nullptr) ++*destroyed_;
    }

private:
    std::atomic<int>* destroyed_;
};

void destroys_what_ran(const ExecutorFactory& make, Findings& findings) {
    const auto subject = make();
    std::atomic<int> destroyed = 0;
    std::atomic<int> ran = 0;
    for (int i = 0; i < 100; ++i) {
        subject->executor().post([&ran, token = Token(destroyed)] { ++ran; });
    }
    findings.expect(subject->work_until([&] { return ran == 100 && destroyed == 100; }),
                    "a task goes, with what it holds, once it has run");
    subject->executor().stop();
}

void stops(const ExecutorFactory& make, Findings& findings) {
    const auto subject = make();
    Executor& executor = subject->executor();
    std::atomic<int> destroyed = 0;
    std::atomic<int> ran = 0;
    std::atomic<bool> started = false;
    std::atomic<bool> ended = false;
    std::atomic<bool> go_on = false;
    const bool threaded = subject->threaded();
    executor.post([&, threaded] {
        started = true;
        // Held here until `stop` is under way, so that what follows is left in the queue.
        while (threaded && !go_on) std::this_thread::sleep_for(milliseconds{1});
        std::this_thread::sleep_for(milliseconds{threaded ? 30 : 0});
        ended = true;
    });
    findings.expect(subject->work_until([&] { return started.load(); }), "the first task starts");
    for (int i = 0; i < 10; ++i) {
        executor.post([&ran, token = Token(destroyed)] { ++ran; });
        executor.post_after(milliseconds{1 + i}, [&ran, token = Token(destroyed)] { ++ran; });
    }
    go_on = true;
    executor.stop();
    findings.expect(ended, "stop waits for the task that runs");
    // A thread may have got to some of them between the first task's end and its look at `stop`;
    // what ran ran, the others are destroyed uncalled.
    const int ran_at_stop = ran;
    findings.expect(destroyed == 20, "what is left is destroyed by the time stop returns");
    executor.post([&ran, token = Token(destroyed)] { ++ran; });
    executor.post_after(milliseconds{1}, [&ran, token = Token(destroyed)] { ++ran; });
    findings.expect(destroyed == 22, "what is posted after stop is destroyed");
    if (threaded) {
        std::this_thread::sleep_for(milliseconds{40});
    } else {
        subject->work_until([&] { return ran != ran_at_stop; });
    }
    findings.expect(ran == ran_at_stop, "nothing runs after stop");
    executor.stop();
    findings.expect(ran == ran_at_stop, "stopping twice is as once");
}

void destructors_may_post(const ExecutorFactory& make, Findings& findings) {
    struct PostsAtEnd {
        Executor* executor;
        std::atomic<int>* ran;
        PostsAtEnd(Executor* where, std::atomic<int>* count) : executor(where), ran(count) {}
        PostsAtEnd(PostsAtEnd&& other) noexcept
            : executor(std::exchange(other.executor, nullptr)), ran(other.ran) {}
        PostsAtEnd(const PostsAtEnd&) = delete;
        PostsAtEnd& operator=(const PostsAtEnd&) = delete;
        PostsAtEnd& operator=(PostsAtEnd&&) = delete;
        ~PostsAtEnd() {
            if (executor != nullptr) executor->post([count = ran] { ++*count; });
        }
    };
    const auto subject = make();
    Executor& executor = subject->executor();
    std::atomic<int> ran = 0;
    executor.post([held = PostsAtEnd(&executor, &ran)] {});
    findings.expect(subject->work_until([&] { return ran == 1; }), "a task's end may post another");
    executor.post_after(std::chrono::hours{1}, [held = PostsAtEnd(&executor, &ran)] {});
    executor.stop();
    executor.post([held = PostsAtEnd(&executor, &ran)] {});
    findings.expect(ran == 1, "after stop it posts in vain, and does no harm");
}

constexpr std::array<Clause<ExecutorFactory>, 9> clauses = {{
    {"order", keeps_order},
    {"later", runs_later},
    {"one at a time", one_at_a_time},
    {"delay", waits_for_the_delay},
    {"order of delays", delays_order_tasks},
    {"no delay", no_delay_is_a_post},
    {"destroys what ran", destroys_what_ran},
    {"stop", stops},
    {"destructors may post", destructors_may_post},
}};

}  // namespace

Findings check_executor_contract(const ExecutorFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract
