#include "hash_queue.h"

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/testing.h"

using namespace chatcore;

namespace {

/// A queue whose workers stand still until the test lets them.
struct Bench {
    testing::Scheduler scheduler{1};
    HashQueue queue;
    std::vector<std::string> ran;
    std::map<std::string, int> gave_way;

    explicit Bench(int waiting_max, int workers = 1) : queue(make(workers), waiting_max) {}

    void add(const std::string& address, int times = 1) {
        for (int i = 0; i < times; ++i) {
            queue.add(address, [this, address](bool may) {
                if (may) {
                    ran.push_back(address);
                } else {
                    ++gave_way[address];
                }
            });
        }
    }

private:
    std::vector<std::unique_ptr<Executor>> make(int workers) {
        std::vector<std::unique_ptr<Executor>> made;
        for (int i = 0; i < workers; ++i) made.push_back(scheduler.make_executor("hash"));
        return made;
    }
};

int count(const std::vector<std::string>& all, const std::string& one) {
    return static_cast<int>(std::count(all.begin(), all.end(), one));
}

}  // namespace

TEST_CASE("lines are served in turn, however long one is") {
    Bench bench(64);
    bench.add("a", 10);
    bench.add("b", 2);
    bench.add("c");
    bench.scheduler.settle();
    const std::vector<std::string> begin(bench.ran.begin(), bench.ran.begin() + 5);
    CHECK(begin == std::vector<std::string>{"a", "b", "c", "a", "b"});
    CHECK(bench.ran.size() == 13);
    CHECK(bench.gave_way.empty());
}

TEST_CASE("one address alone may have all the room there is, and no more") {
    Bench bench(64);
    bench.add("a", 100);
    CHECK(bench.gave_way["a"] == 36);
    bench.scheduler.settle();
    CHECK(bench.ran.size() == 64);
}

TEST_CASE("who comes to a full queue takes the place of the last of the longest line") {
    Bench bench(64);
    bench.add("attacker", 100);
    bench.add("ari");
    bench.add("bora", 3);
    CHECK(bench.gave_way["ari"] == 0);
    CHECK(bench.gave_way["bora"] == 0);
    CHECK(bench.gave_way["attacker"] == 40);
    bench.add("attacker", 50);
    CHECK(bench.gave_way["attacker"] == 90);
    bench.scheduler.settle();
    CHECK(bench.ran.size() == 64);
    CHECK(count(bench.ran, "ari") == 1);
    CHECK(count(bench.ran, "bora") == 3);
    CHECK(bench.ran[1] == "ari");  // after the one that came before
}

TEST_CASE("shares even out, and then nobody pushes anybody") {
    Bench bench(10);
    bench.add("a", 10);
    bench.add("b", 20);
    CHECK(bench.gave_way["a"] == 5);
    CHECK(bench.gave_way["b"] == 15);
    Bench many(4);
    for (const char* address : {"a", "b", "c", "d", "e"}) many.add(address);
    CHECK(many.gave_way == std::map<std::string, int>{{"e", 1}});
    many.scheduler.settle();
    CHECK(many.ran == std::vector<std::string>{"a", "b", "c", "d"});
    many.add("e");
    many.scheduler.settle();
    CHECK(many.ran.back() == "e");
}

TEST_CASE("with several workers each job runs once") {
    Bench bench(100, 3);
    for (int i = 0; i < 20; ++i) bench.add("p" + std::to_string(i % 7), 3);
    bench.scheduler.settle();
    CHECK(bench.ran.size() == 60);
}
