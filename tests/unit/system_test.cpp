#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chatcore/adapters/system_clock.h"
#include "chatcore/adapters/system_random.h"
#include "chatcore/adapters/thread_executor.h"

using namespace chatcore;
using namespace std::chrono_literals;

TEST_SUITE("system") {
    TEST_CASE("the clock says UTC, and its steady time never goes back") {
        SystemClock clock;
        const auto before =
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        const Timestamp now = clock.now();
        CHECK((now >= before && now < before + 1min));
        const auto start = clock.steady();
        auto last = start;
        for (int i = 0; i < 1'000; ++i) {
            const auto next = clock.steady();
            CHECK(next >= last);
            last = next;
        }
        std::this_thread::sleep_for(2ms);
        CHECK(clock.steady() - start >= 2ms);
    }

    TEST_CASE("random bytes fill what is asked, at any length, and do not repeat") {
        SystemRandom random;
        random.fill({});
        std::set<std::array<std::uint8_t, 16>> seen;
        for (int i = 0; i < 10'000; ++i) {
            std::array<std::uint8_t, 16> bytes{};
            random.fill(bytes);
            CHECK(seen.insert(bytes).second);
        }
        // The kernel gives at most 256 bytes without a break; longer spans must be full as well.
        std::vector<std::uint8_t> many(1'000'000);
        random.fill(many);
        std::array<int, 256> counts{};
        for (const std::uint8_t byte : many) ++counts[byte];
        // Each value is expected 3,906 times with a deviation of 62; ten of them is no chance.
        CHECK(*std::min_element(counts.begin(), counts.end()) > 3'280);
        CHECK(*std::max_element(counts.begin(), counts.end()) < 4'530);
        CHECK(
            std::any_of(many.end() - 16, many.end(), [](std::uint8_t byte) { return byte != 0; }));
    }

    TEST_CASE("several threads draw different bytes") {
        SystemRandom random;
        std::mutex mutex;
        std::set<std::array<std::uint8_t, 16>> seen;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 500; ++n) {
                    std::array<std::uint8_t, 16> bytes{};
                    random.fill(bytes);
                    const std::lock_guard lock(mutex);
                    seen.insert(bytes);
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(seen.size() == 2'000);
    }

    TEST_CASE("an executor is stopped by its destructor, and by several threads at once") {
        std::atomic<int> ran = 0;
        {
            ThreadExecutor executor("a name longer than the kernel keeps");
            executor.post_after(1h, [&] { ++ran; });
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) threads.emplace_back([&] { executor.stop(); });
            for (std::thread& thread : threads) thread.join();
        }
        CHECK(ran == 0);
    }

    TEST_CASE("a delay beyond all counting waits, and does not overflow") {
        std::atomic<int> ran = 0;
        ThreadExecutor executor;
        executor.post_after(std::chrono::milliseconds::max(), [&] { ran += 100; });
        executor.post_after(1ms, [&] { ++ran; });
        for (int i = 0; i < 5'000 && ran == 0; ++i) std::this_thread::sleep_for(1ms);
        CHECK(ran == 1);
    }

    TEST_CASE("a sleeping executor hears every post") {
        // Each round begins with the executor about to sleep, asleep, or just awake.
        ThreadExecutor executor;
        std::atomic<int> ran = 0;
        for (int round = 0; round < 5'000; ++round) {
            executor.post([&] { ++ran; });
            if (round % 3 == 0) std::this_thread::yield();
            const auto end = std::chrono::steady_clock::now() + 10s;
            while (ran <= round && std::chrono::steady_clock::now() < end) {
                if (round % 2 == 0) std::this_thread::yield();
            }
            REQUIRE(ran == round + 1);
        }
    }

    TEST_CASE("a task that throws ends the process") {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            std::set_terminate([] { std::_Exit(42); });
            ThreadExecutor executor;
            executor.post([] { throw std::runtime_error("not allowed"); });
            std::this_thread::sleep_for(10s);
            std::_Exit(0);
        }
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 42);
    }
}
