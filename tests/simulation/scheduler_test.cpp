#include <vector>

#include <doctest/doctest.h>

#include "chatcore/testing.h"

#include "contract/executor_contract.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

class ScheduledSubject final : public contract::ExecutorSubject {
public:
    Executor& executor() override { return *executor_; }
    bool threaded() const override { return false; }
    std::chrono::nanoseconds now() override { return scheduler_.now(); }
    bool work_until(const std::function<bool()>& condition) override {
        while (!condition()) {
            if (!scheduler_.step() && !scheduler_.skip_to_next()) return false;
        }
        return true;
    }

private:
    testing::Scheduler scheduler_{1};
    std::unique_ptr<Executor> executor_ = scheduler_.make_executor("one");
};

/// Which of three executors worked, step by step.
std::vector<int> order_of(std::uint64_t seed) {
    testing::Scheduler scheduler(seed);
    std::vector<std::unique_ptr<Executor>> executors;
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
        executors.push_back(scheduler.make_executor("one of three"));
        for (int n = 0; n < 10; ++n) executors.back()->post([&order, i] { order.push_back(i); });
    }
    scheduler.settle();
    return order;
}

}  // namespace

TEST_SUITE("scheduler") {
    TEST_CASE("its executors keep the contract of executors") {
        const auto findings =
            contract::check_executor_contract([] { return std::make_unique<ScheduledSubject>(); });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("the same seed gives the same order, and another one another") {
        CHECK(order_of(7) == order_of(7));
        CHECK(order_of(7) != order_of(8));
        CHECK(order_of(7).size() == 30);
    }

    TEST_CASE("a stalled executor waits while the others work") {
        testing::Scheduler scheduler(3);
        const auto slow = scheduler.make_executor("slow");
        const auto quick = scheduler.make_executor("quick");
        std::vector<int> order;
        slow->post([&] { scheduler.stall(50ms); });
        slow->post([&] { order.push_back(1); });
        scheduler.settle();
        quick->post_after(10ms, [&] { order.push_back(2); });
        scheduler.run_for(20ms);
        CHECK(order == std::vector{2});
        scheduler.run_for(40ms);
        CHECK(order == std::vector{2, 1});
    }

    TEST_CASE("time goes on only when it is told to") {
        testing::Scheduler scheduler(4);
        const auto clock = scheduler.make_clock();
        const auto before = clock->now();
        scheduler.settle();
        CHECK(clock->now() == before);
        scheduler.run_for(1'500ms);
        CHECK(clock->now() - before == 1'500ms);
    }
}
