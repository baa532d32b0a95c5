#include "chatcore/task.h"

#include <array>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

using namespace chatcore;

static_assert(!std::is_copy_constructible_v<Task>);
static_assert(!std::is_copy_assignable_v<Task>);
static_assert(std::is_nothrow_move_constructible_v<Task>);
static_assert(!std::is_constructible_v<Task, int>);
static_assert(!std::is_constructible_v<UniqueFunction<int(int)>, std::string (*)(std::string)>);

namespace {

/// Counts how many of it live and how many times it was called.
struct Counted {
    int* living;
    int* calls;

    Counted(int* living_count, int* call_count) : living(living_count), calls(call_count) {
        ++*living;
    }
    Counted(Counted&& other) noexcept : living(other.living), calls(other.calls) { ++*living; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    Counted& operator=(Counted&&) = delete;
    ~Counted() { --*living; }
    void operator()() { ++*calls; }
};

/// The same, too big to be kept inside.
struct BigCounted : Counted {
    using Counted::Counted;
    std::array<char, 200> ballast{};
};

/// The same, small but with a move that may throw, so not kept inside either.
struct ThrowingMove {
    int* calls;
    explicit ThrowingMove(int* count) : calls(count) {}
    ThrowingMove(ThrowingMove&& other) noexcept(false) : calls(other.calls) {}
    void operator()() { ++*calls; }
};

}  // namespace

TEST_SUITE("task") {
    TEST_CASE("an empty function says so") {
        Task task;
        CHECK_FALSE(static_cast<bool>(task));
        task = [] {};
        CHECK(static_cast<bool>(task));
    }

    TEST_CASE_TEMPLATE("a callable is called through moves and destroyed once", Callable, Counted,
                       BigCounted) {
        int living = 0;
        int calls = 0;
        {
            Task first = Callable(&living, &calls);
            CHECK(living == 1);
            first();
            Task second = std::move(first);
            CHECK_FALSE(static_cast<bool>(first));
            CHECK(living == 1);
            second();
            first = std::move(second);
            first();
            CHECK(calls == 3);
            CHECK(living == 1);
        }
        CHECK(living == 0);
    }

    TEST_CASE_TEMPLATE("assigning destroys what was there", Callable, Counted, BigCounted) {
        int old_living = 0;
        int new_living = 0;
        int calls = 0;
        Task task = Callable(&old_living, &calls);
        task = Callable(&new_living, &calls);
        CHECK(old_living == 0);
        CHECK(new_living == 1);
        task = Task{};
        CHECK(new_living == 0);
        CHECK_FALSE(static_cast<bool>(task));
    }

    TEST_CASE("moving onto itself changes nothing") {
        int living = 0;
        int calls = 0;
        Task task = Counted(&living, &calls);
        Task& same = task;
        task = std::move(same);
        REQUIRE(static_cast<bool>(task));
        task();
        CHECK(calls == 1);
        CHECK(living == 1);
    }

    TEST_CASE("a callable whose move may throw is kept on the heap, and works") {
        int calls = 0;
        Task task = ThrowingMove(&calls);
        Task moved = std::move(task);
        moved();
        CHECK(calls == 1);
    }

    TEST_CASE("a callable may own what cannot be copied, and keep state between calls") {
        UniqueFunction<int(int)> add = [sum = std::make_unique<int>(0)](int n) {
            return *sum += n;
        };
        CHECK(add(2) == 2);
        CHECK(add(3) == 5);
    }

    TEST_CASE("arguments that can only be moved are passed on, references stay references") {
        UniqueFunction<std::size_t(std::unique_ptr<std::string>, std::vector<int>&)> append =
            [](std::unique_ptr<std::string> text, std::vector<int>& seen) {
                seen.push_back(static_cast<int>(text->size()));
                return seen.size();
            };
        std::vector<int> seen;
        CHECK(append(std::make_unique<std::string>("abc"), seen) == 1);
        CHECK(seen == std::vector<int>{3});
    }

    TEST_CASE("a completion is given its answer") {
        int got = 0;
        Completion<int> done = [&got](Result<int> answer) { got = answer ? *answer : -1; };
        done(7);
        CHECK(got == 7);
        done(unexpected(ErrorCode::timeout));
        CHECK(got == -1);
    }
}
