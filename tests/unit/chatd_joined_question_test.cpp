#include <string>

#include <doctest/doctest.h>

#include "joined_question.h"

using namespace chatcore;
using namespace chatcore::chatd;
using namespace std::chrono_literals;

namespace {

/// Runs what is posted at once, and counts it.
class AtOnce final : public Executor {
public:
    int posts = 0;

    void post(Task task) override {
        ++posts;
        task();
    }
    void post_after(std::chrono::milliseconds, Task task) override { post(std::move(task)); }
    void stop() override {}
};

/// A part that answers when the test says so.
struct Part {
    std::vector<JoinedQuestion::Heard> asked;
    AtOnce shards[2];
    JoinedQuestion question{
        [this](int, JoinedQuestion::Heard heard) { asked.push_back(std::move(heard)); },
        [this](int home) -> Executor& { return shards[home]; }, 1s};
    int told = 0;
    int told_up = 0;

    bool ask(int home, JoinedQuestion::Time now) {
        return question.ask(home, now, [this](const Result<bool>& up) {
            ++told;
            told_up += up.has_value() && *up ? 1 : 0;
        });
    }
};

}  // namespace

TEST_CASE("all who ask meanwhile are told the answer to one question, on their own executors") {
    Part part;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 1'000; ++i) REQUIRE(part.ask(i % 2, start + std::chrono::milliseconds{i}));
    REQUIRE(part.ask(1, start + 999ms));
    REQUIRE(part.asked.size() == 1);
    CHECK(part.told == 0);
    part.asked[0](true);
    CHECK(part.told == 1'001);
    CHECK(part.told_up == 1'001);
    CHECK(part.shards[0].posts == 500);
    CHECK(part.shards[1].posts == 501);
}

TEST_CASE("an answered question is put anew") {
    Part part;
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(part.ask(0, start));
    part.asked[0](true);
    REQUIRE(part.ask(0, start));
    REQUIRE(part.asked.size() == 2);
    part.asked[1](unexpected(ErrorCode::unavailable));
    CHECK(part.told == 2);
    CHECK(part.told_up == 1);
}

TEST_CASE("nobody joins a question that is old, until it is answered") {
    Part part;
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(part.ask(0, start));
    CHECK_FALSE(part.ask(0, start + 1s));
    CHECK(part.asked.size() == 1);
    part.asked[0](true);
    CHECK(part.told == 1);
    CHECK(part.ask(0, start + 2s));
    CHECK(part.asked.size() == 2);
}
