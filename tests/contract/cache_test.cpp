#include <map>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>

#include "chatcore/adapters/memory_cache.h"

#include "contract/cache_contract.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

class SetClock final : public Clock {
public:
    Timestamp now() const override { return Timestamp{}; }
    std::chrono::nanoseconds steady() const override { return time; }

    std::chrono::nanoseconds time = 1h;
};

class MemorySubject final : public contract::CacheSubject {
public:
    Cache& cache() override { return cache_; }
    Cache& other_cache() override { return other_; }
    std::chrono::milliseconds tick() override { return 20s; }
    void advance(std::chrono::milliseconds time) override { clock_.time += time; }

private:
    SetClock clock_;
    std::shared_ptr<MemoryCacheSpace> space_ = std::make_shared<MemoryCacheSpace>(clock_);
    MemoryCache cache_{space_};
    MemoryCache other_{space_};
};

enum class Fault {
    none,
    never_expires,
    expires_by_set,
    keeps_the_longest,
    forgets_members,
    answers_after,
    drops_the_set,
    cuts_names,
    shares_nothing,
    takes_the_last_number,
    answers_with_the_new,
    keeps_numbers,
    lists_backwards,
    keeps_the_first,
    answers_with_all,
    keeps_lists,
    renews_no_list,
    drops_nothing,
};

/// A cache in a few lines, with a fault of one's choice.
class FaultyCaches final : public contract::CacheSubject {
public:
    explicit FaultyCaches(Fault fault)
        : fault_(fault),
          cache_(*this, own_),
          other_(*this, faults(Fault::shares_nothing) ? others_ : own_) {}

    Cache& cache() override { return cache_; }
    Cache& other_cache() override { return other_; }
    std::chrono::milliseconds tick() override { return 20s; }
    void advance(std::chrono::milliseconds time) override { now_ += time; }

private:
    using Sets = std::map<std::string, std::map<std::string, std::chrono::milliseconds>>;

    using Numbers = std::map<std::pair<std::string, std::string>,
                             std::pair<std::int64_t, std::chrono::milliseconds>>;
    struct List {
        std::vector<std::string> values;
        std::chrono::milliseconds until{};
    };
    using Lists = std::map<std::string, List>;
    struct Shelf {
        Sets sets;
        Numbers numbers;
        Lists lists;
    };

    class FaultyCache final : public Cache {
    public:
        FaultyCache(FaultyCaches& all, Shelf& shelf)
            : all_(all), sets_(shelf.sets), numbers_(shelf.numbers), lists_(shelf.lists) {}

        Result<std::vector<bool>> add(std::span<const SetEntry> entries,
                                      std::chrono::milliseconds time_to_live) override {
            expire();
            std::vector<bool> answers;
            for (const SetEntry& entry : entries) {
                auto& set = sets_[name(entry.set)];
                const bool empty = set.empty();
                auto& end = set[name(entry.member)];
                const auto until = all_.now_ + time_to_live;
                end = all_.faults(Fault::keeps_the_longest) ? std::max(end, until) : until;
                if (all_.faults(Fault::expires_by_set)) {
                    for (auto& [other, others_end] : set) others_end = until;
                }
                if (all_.faults(Fault::forgets_members) && set.size() > 1) {
                    set.erase(std::next(set.begin()), set.end());
                }
                answers.push_back(all_.faults(Fault::answers_after) ? set.empty() : empty);
            }
            return answers;
        }
        Result<std::vector<bool>> remove(std::span<const SetEntry> entries) override {
            expire();
            std::vector<bool> answers;
            for (const SetEntry& entry : entries) {
                if (all_.faults(Fault::drops_the_set)) sets_.erase(name(entry.set));
                sets_[name(entry.set)].erase(name(entry.member));
                answers.push_back(sets_[name(entry.set)].empty());
            }
            return answers;
        }
        Result<std::vector<bool>> any(std::span<const std::string> sets) override {
            expire();
            std::vector<bool> answers;
            for (const std::string& set : sets) answers.push_back(!sets_[name(set)].empty());
            return answers;
        }
        Result<std::vector<std::optional<std::int64_t>>> raise(
            std::span<const Pointer> pointers, std::chrono::milliseconds time_to_live) override {
            std::vector<std::optional<std::int64_t>> answers;
            for (const Pointer& pointer : pointers) {
                const auto key = std::pair(pointer.set, pointer.name);
                auto known = numbers_.find(key);
                if (known != numbers_.end() && known->second.second <= all_.now_ &&
                    !all_.faults(Fault::keeps_numbers)) {
                    numbers_.erase(known);
                    known = numbers_.end();
                }
                std::optional<std::int64_t> before;
                if (known != numbers_.end()) before = known->second.first;
                const bool last = all_.faults(Fault::takes_the_last_number);
                const std::int64_t next =
                    last ? pointer.value : std::max(pointer.value, before.value_or(pointer.value));
                numbers_[key] = {next, all_.now_ + time_to_live};
                answers.push_back(before && all_.faults(Fault::answers_with_the_new) ? next
                                                                                     : before);
            }
            return answers;
        }

        Result<std::vector<std::int64_t>> append(std::span<const ListEntry> entries,
                                                 std::chrono::milliseconds time_to_live,
                                                 std::int64_t length_max) override {
            std::vector<std::int64_t> lengths;
            for (const ListEntry& entry : entries) {
                expire_lists();
                auto [it, fresh] = lists_.try_emplace(name(entry.list));
                auto& [values, until] = it->second;
                if (fresh || !all_.faults(Fault::renews_no_list)) until = all_.now_ + time_to_live;
                const bool backwards = all_.faults(Fault::lists_backwards);
                values.insert(backwards ? values.begin() : values.end(), entry.value);
                const bool first = all_.faults(Fault::keeps_the_first);
                while (std::ssize(values) > length_max)
                    values.erase(first ? values.end() - 1 : values.begin());
                lengths.push_back(std::ssize(values));
            }
            if (all_.faults(Fault::answers_with_all)) lengths.assign(1, std::ssize(lengths));
            return lengths;
        }
        Result<std::vector<std::vector<std::string>>> read(
            std::span<const std::string> lists) override {
            expire_lists();
            std::vector<std::vector<std::string>> found;
            for (const std::string& list : lists) found.push_back(lists_[name(list)].values);
            std::erase_if(lists_, [](const auto& one) { return one.second.values.empty(); });
            return found;
        }
        Status drop(std::span<const std::string> lists) override {
            if (all_.faults(Fault::drops_nothing)) return {};
            for (const std::string& list : lists) lists_.erase(name(list));
            return {};
        }

    private:
        void expire_lists() {
            if (all_.faults(Fault::keeps_lists)) return;
            std::erase_if(lists_, [&](const auto& one) { return one.second.until <= all_.now_; });
        }
        std::string name(const std::string& text) const {
            return all_.faults(Fault::cuts_names) ? std::string(text.c_str()) : text;
        }
        void expire() {
            if (all_.faults(Fault::never_expires)) return;
            for (auto& [set, members] : sets_) {
                std::erase_if(members,
                              [&](const auto& member) { return member.second <= all_.now_; });
            }
        }

        FaultyCaches& all_;
        Sets& sets_;
        Numbers& numbers_;
        Lists& lists_;
    };

    bool faults(Fault fault) const { return fault_ == fault; }

    Fault fault_;
    std::chrono::milliseconds now_ = 1h;
    Shelf own_;
    Shelf others_;
    FaultyCache cache_;
    FaultyCache other_;
};

contract::Findings findings_with(Fault fault) {
    return contract::check_cache_contract(
        [fault] { return std::make_unique<FaultyCaches>(fault); });
}

}  // namespace

TEST_SUITE("cache contract") {
    TEST_CASE("the memory cache keeps it") {
        const auto findings =
            contract::check_cache_contract([] { return std::make_unique<MemorySubject>(); });
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("a double without a fault keeps it") {
        const auto findings = findings_with(Fault::none);
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("each broken cache is found out") {
        CHECK(findings_with(Fault::never_expires).broke("time to live"));
        CHECK(findings_with(Fault::expires_by_set).broke("renewing"));
        CHECK(findings_with(Fault::keeps_the_longest).broke("renewing"));
        CHECK(findings_with(Fault::forgets_members).broke("members"));
        CHECK(findings_with(Fault::answers_after).broke("members"));
        CHECK(findings_with(Fault::drops_the_set).broke("absent members"));
        CHECK(findings_with(Fault::cuts_names).broke("names"));
        CHECK(findings_with(Fault::shares_nothing).broke("sharing"));
        CHECK(findings_with(Fault::takes_the_last_number).broke("numbers"));
        CHECK(findings_with(Fault::answers_with_the_new).broke("numbers"));
        CHECK(findings_with(Fault::keeps_numbers).broke("numbers in time"));
        CHECK(findings_with(Fault::lists_backwards).broke("lists"));
        CHECK(findings_with(Fault::keeps_the_first).broke("lists"));
        CHECK(findings_with(Fault::answers_with_all).broke("lists"));
        CHECK(findings_with(Fault::keeps_lists).broke("lists in time"));
        CHECK(findings_with(Fault::renews_no_list).broke("lists in time"));
        CHECK(findings_with(Fault::drops_nothing).broke("dropping"));
    }
}

TEST_SUITE("memory cache") {
    TEST_CASE("lists that are too many are forgotten, the one that would go first at first") {
        SetClock clock;
        MemoryCache cache(std::make_shared<MemoryCacheSpace>(clock, 3));
        const std::vector<ListEntry> some = {{"a", "1"}, {"a", "2"}};
        const std::vector<ListEntry> other = {{"b", "1"}};
        REQUIRE(cache.append(some, 10ms, 9).has_value());
        REQUIRE(cache.append(other, 30ms, 9).has_value());
        const std::vector<std::string> both = {"a", "b"};
        CHECK(cache.read(both)->front().size() == 2);
        REQUIRE(cache.append(other, 30ms, 9).has_value());
        CHECK(cache.read(both)->front().empty());
        CHECK(cache.read(both)->back().size() == 2);
    }

    TEST_CASE("a member goes at the very end of its time") {
        SetClock clock;
        MemoryCache cache(std::make_shared<MemoryCacheSpace>(clock));
        const std::vector<SetEntry> entry = {{"a", "1"}};
        const std::vector<std::string> set = {"a"};
        REQUIRE(cache.add(entry, 10ms).has_value());
        clock.time += 10ms - 1ns;
        CHECK(cache.any(set)->front());
        clock.time += 1ns;
        CHECK_FALSE(cache.any(set)->front());
    }

    TEST_CASE("no time to live, or less, is over at once; the longest does not overflow") {
        SetClock clock;
        MemoryCache cache(std::make_shared<MemoryCacheSpace>(clock));
        const std::vector<SetEntry> entries = {{"a", "1"}, {"a", "2"}};
        const std::vector<std::string> set = {"a"};
        for (const auto time : {0ms, -1ms, std::chrono::milliseconds::min()}) {
            const auto answers = cache.add(entries, time);
            REQUIRE(answers.has_value());
            CHECK((*answers == std::vector<bool>{true, true}));
            CHECK_FALSE(cache.any(set)->front());
        }
        REQUIRE(cache.add(entries, std::chrono::milliseconds::max()).has_value());
        clock.time += 24h * 365;
        CHECK(cache.any(set)->front());
    }

    TEST_CASE("a full cache forgets what would go first") {
        SetClock clock;
        MemoryCache cache(std::make_shared<MemoryCacheSpace>(clock, 3));
        const auto add = [&](const std::string& set, std::chrono::milliseconds time) {
            const std::vector<SetEntry> entry = {{set, "1"}};
            REQUIRE(cache.add(entry, time).has_value());
        };
        add("first", 10ms);
        add("long", 30ms);
        add("short", 5ms);
        add("long", 40ms);  // renewing takes no more room
        const std::vector<std::string> sets = {"first", "long", "short", "last"};
        CHECK((*cache.any(sets) == std::vector<bool>{true, true, true, false}));
        add("last", 20ms);
        CHECK((*cache.any(sets) == std::vector<bool>{true, true, false, true}));
    }

    TEST_CASE("several threads use one space") {
        SetClock clock;
        const auto space = std::make_shared<MemoryCacheSpace>(clock, 10'000);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                MemoryCache cache(space);
                for (int n = 0; n < 1'000; ++n) {
                    const std::vector<SetEntry> entry = {
                        {"set" + std::to_string(n), std::to_string(i)}};
                    if (!cache.add(entry, 1h) || (n % 2 == 0 && !cache.remove(entry))) return;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        MemoryCache cache(space);
        std::vector<std::string> sets;
        for (int n = 0; n < 1'000; ++n) sets.push_back("set" + std::to_string(n));
        const auto alive = cache.any(sets);
        REQUIRE(alive.has_value());
        for (std::size_t n = 0; n < sets.size(); ++n) CHECK((*alive)[n] == (n % 2 == 1));
    }
}
