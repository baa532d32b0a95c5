#include "contract/cache_contract.h"

#include <array>
#include <limits>
#include <optional>

#include "chatcore/domain/ids.h"

namespace chatcore::contract {
namespace {

using Answers = std::vector<bool>;
using std::chrono::milliseconds;

constexpr milliseconds long_time = std::chrono::minutes{10};

/// The answers; none where the cache failed.
Answers or_none(const Result<Answers>& result) {
    return result ? *result : Answers{};
}

Answers add(Cache& cache, const std::vector<SetEntry>& entries, milliseconds time_to_live) {
    return or_none(cache.add(entries, time_to_live));
}
Answers remove(Cache& cache, const std::vector<SetEntry>& entries) {
    return or_none(cache.remove(entries));
}
Answers any(Cache& cache, const std::vector<std::string>& sets) {
    return or_none(cache.any(sets));
}

void adds_and_removes(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    findings.expect(any(cache, {"a", "b"}) == Answers{false, false}, "nothing lives at first");
    findings.expect(add(cache, {{"a", "1"}}, long_time) == Answers{true}, "the set was empty");
    findings.expect(any(cache, {"a", "b"}) == Answers{true, false}, "only that set lives");
    findings.expect(add(cache, {{"a", "2"}}, long_time) == Answers{false},
                    "the set was not empty before its second member");
    findings.expect(add(cache, {{"a", "1"}}, long_time) == Answers{false},
                    "renewing finds the set not empty");
    findings.expect(remove(cache, {{"a", "1"}}) == Answers{false}, "one member is left");
    findings.expect(any(cache, {"a"}) == Answers{true}, "a set with a member lives");
    findings.expect(remove(cache, {{"a", "2"}}) == Answers{true}, "none is left");
    findings.expect(any(cache, {"a"}) == Answers{false}, "a set without members does not live");
    findings.expect(add(cache, {{"a", "1"}}, long_time) == Answers{true}, "it was empty again");
}

void removes_what_is_not_there(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    findings.expect(remove(cache, {{"a", "1"}}) == Answers{true}, "an absent set is empty");
    add(cache, {{"a", "1"}}, long_time);
    findings.expect(remove(cache, {{"a", "2"}}) == Answers{false},
                    "removing an absent member leaves the set as it is");
    findings.expect(any(cache, {"a"}) == Answers{true}, "it lives on");
}

void answers_each_entry(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    add(cache, {{"b", "1"}}, long_time);
    findings.expect(add(cache, {{"a", "1"}, {"b", "2"}, {"c", "1"}, {"a", "2"}}, long_time) ==
                        Answers{true, false, true, false},
                    "each addition is answered in its place, one after the other");
    findings.expect(any(cache, {"c", "x", "a", "b", "a"}) == Answers{true, false, true, true, true},
                    "each set is answered in its place");
    findings.expect(remove(cache, {{"a", "1"}, {"c", "1"}, {"a", "2"}, {"b", "1"}}) ==
                        Answers{false, true, true, false},
                    "each removal is answered in its place, one after the other");
    findings.expect(cache.add({}, long_time).has_value() && add(cache, {}, long_time).empty(),
                    "adding nothing is no error");
    findings.expect(cache.remove({}).has_value() && cache.any({}).has_value(),
                    "asking nothing is no error");
}

void members_go_in_time(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    const milliseconds tick = subject->tick();
    add(cache, {{"a", "1"}, {"b", "1"}}, 2 * tick);
    add(cache, {{"b", "2"}}, 6 * tick);
    subject->advance(tick);
    findings.expect(any(cache, {"a", "b"}) == Answers{true, true}, "members live for their time");
    subject->advance(2 * tick);
    findings.expect(any(cache, {"a", "b"}) == Answers{false, true},
                    "a member goes when its time is over, and another of the set stays");
    findings.expect(add(cache, {{"a", "3"}}, 8 * tick) == Answers{true},
                    "a set whose members went was empty");
    findings.expect(remove(cache, {{"b", "2"}}) == Answers{true},
                    "a member that went does not keep the set alive");
}

void renewing_prolongs(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    const milliseconds tick = subject->tick();
    add(cache, {{"a", "1"}, {"a", "2"}}, 2 * tick);
    subject->advance(tick);
    add(cache, {{"a", "1"}}, 3 * tick);
    subject->advance(2 * tick);
    findings.expect(any(cache, {"a"}) == Answers{true}, "a renewed member lives on");
    findings.expect(remove(cache, {{"a", "1"}}) == Answers{true},
                    "the one beside it was not renewed with it");
    add(cache, {{"b", "1"}}, 6 * tick);
    add(cache, {{"b", "1"}}, tick);
    subject->advance(2 * tick);
    findings.expect(any(cache, {"b"}) == Answers{false},
                    "the last time given counts, also if less");
}

void caches_share(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& one = subject->cache();
    Cache& other = subject->other_cache();
    add(one, {{"a", "1"}}, long_time);
    findings.expect(any(other, {"a"}) == Answers{true}, "the other cache sees it");
    findings.expect(add(other, {{"a", "2"}}, long_time) == Answers{false}, "and adds beside it");
    findings.expect(remove(one, {{"a", "2"}}) == Answers{false}, "and back");
    findings.expect(remove(other, {{"a", "1"}}) == Answers{true}, "and removes it");
}

void names_are_bytes(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    const std::vector<std::string> names = {
        "", "a", "a:b", "a b", "a\r\n", std::string("a\0b", 3), "한", "\xFF\xFE", "A", "{a}", "a*"};
    for (const std::string& set : names) {
        for (const std::string& member : names) {
            const bool first = &member == &names.front();
            findings.expect(add(cache, {{set, member}}, long_time) == Answers{first},
                            "sets and members of similar names are kept apart");
        }
    }
    for (const std::string& set : names) {
        for (const std::string& member : names) {
            const bool last = &member == &names.back();
            findings.expect(remove(cache, {{set, member}}) == Answers{last},
                            "and found again by their names");
        }
    }
}

using Before = std::vector<std::int64_t>;
constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min();

Before raise(Cache& cache, const std::vector<Pointer>& pointers, milliseconds time_to_live) {
    Before before;
    const auto result = cache.raise(pointers, time_to_live);
    if (!result) return before;
    for (const std::optional<std::int64_t>& one : *result) before.push_back(one.value_or(nothing));
    return before;
}

void numbers_rise(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    findings.expect(raise(cache, {{"a", "x", 5}}, long_time) == Before{nothing},
                    "nothing stood there at first");
    findings.expect(raise(cache, {{"a", "x", 3}, {"a", "y", 1}, {"b", "x", 2}}, long_time) ==
                        Before{5, nothing, nothing},
                    "each name of each set has a number of its own");
    findings.expect(raise(cache, {{"a", "x", 9}, {"a", "x", 7}}, long_time) == Before{5, 9},
                    "a number never goes back");
    findings.expect(raise(subject->other_cache(), {{"a", "x", 9}}, long_time) == Before{9},
                    "the other cache sees it");
    const std::int64_t numbers[] = {-4, -6, id_max, 0};
    const std::int64_t before[] = {nothing, -4, -4, id_max};
    for (std::size_t i = 0; i < std::size(numbers); ++i) {
        const std::vector<Pointer> pointer(1, Pointer{"n", "x", numbers[i]});
        findings.expect(raise(cache, pointer, long_time) == Before(1, before[i]),
                        "numbers of 53 bits, and below 0");
    }
    findings.expect(raise(cache, {}, long_time).empty() && cache.raise({}, long_time).has_value(),
                    "raising nothing is no error");
    findings.expect(any(cache, {"a"}) == Answers{false}, "no set of members begins to live by it");
}

void numbers_go_in_time(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    const milliseconds tick = subject->tick();
    raise(cache, {{"a", "x", 5}}, 2 * tick);
    raise(cache, {{"a", "y", 5}}, 6 * tick);
    raise(cache, {{"a", "z", 5}}, 2 * tick);
    subject->advance(tick);
    findings.expect(raise(cache, {{"a", "z", 1}}, 4 * tick) == Before{5},
                    "numbers live their time");
    subject->advance(2 * tick);
    findings.expect(
        raise(cache, {{"a", "x", 1}, {"a", "y", 1}, {"a", "z", 1}}, tick) == Before{nothing, 5, 5},
        "each goes when its time is over, and is renewed alone");
}

using Lengths = std::vector<std::int64_t>;
using Values = std::vector<std::string>;

Lengths append(Cache& cache, const std::vector<ListEntry>& entries, milliseconds time_to_live,
               std::int64_t length_max = 100) {
    const auto result = cache.append(entries, time_to_live, length_max);
    return result ? *result : Lengths{-1};
}
Values read(Cache& cache, const std::string& list) {
    const auto result = cache.read({&list, 1});
    return result && result->size() == 1 ? result->front() : Values{"nothing was read"};
}

void lists_grow(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    findings.expect(read(cache, "a").empty(), "nothing is in a list at first");
    findings.expect(append(cache, {{"a", "1"}}, long_time) == Lengths{1}, "one is in it then");
    const Lengths grown = append(cache, {{"a", "2"}, {"b", "x"}, {"a", "2"}}, long_time);
    findings.expect(grown == Lengths{2, 1, 3},
                    "each is answered with the length of its list, one after the other");
    findings.expect(read(cache, "a") == Values{"1", "2", "2"},
                    "the values are kept in their order, equal ones too");
    findings.expect(read(cache, "b") == Values{"x"}, "each in its list");
    const Values asked = {"b", "x", "a", "b"};
    const auto found = cache.read(asked);
    const std::vector<Values> all = {{"x"}, {}, {"1", "2", "2"}, {"x"}};
    findings.expect(found && *found == all, "each list is answered in its place");
    findings.expect(append(subject->other_cache(), {{"a", "3"}}, long_time) == Lengths{4},
                    "the other cache appends to the same");
    const Lengths cut = append(cache, {{"a", "4"}, {"a", "5"}}, long_time, 3);
    findings.expect(cut == Lengths{3, 3}, "a list keeps to its length");
    findings.expect(read(cache, "a") == Values{"3", "4", "5"}, "of too many the oldest go");
    findings.expect(cache.append({}, long_time, 1).has_value(), "appending nothing is no error");
    findings.expect(cache.read({}).has_value() && cache.drop({}).has_value(),
                    "asking nothing is no error");
    findings.expect(any(cache, {"a"}) == Answers{false}, "no set of members begins to live by it");
    findings.expect(raise(cache, {{"a", "x", 1}}, long_time) == Before{nothing},
                    "no number is raised by it");
    add(cache, {{"a", "1"}}, long_time);
    findings.expect(read(cache, "a").size() == 3, "and no list by a set of its name");
}

void lists_are_dropped(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    append(cache, {{"a", "1"}, {"b", "1"}, {"c", "1"}}, long_time);
    const Values gone = {"a", "x", "c"};
    findings.expect(cache.drop(gone).has_value(), "dropping an absent list is no error");
    findings.expect(read(cache, "a").empty(), "what is dropped is gone");
    findings.expect(read(cache, "c").empty(), "all of it");
    findings.expect(read(cache, "b") == Values{"1"}, "and others are there");
    findings.expect(append(cache, {{"a", "2"}}, long_time) == Lengths{1}, "a list begins anew");
    findings.expect(read(cache, "a") == Values{"2"}, "with what was put there since");
    const std::string bytes("a\0\r\n{한\xFF", 9);
    append(cache, {{bytes, bytes}}, long_time);
    findings.expect(read(cache, bytes) == Values{bytes}, "names and values are bytes");
}

void lists_go_in_time(const CacheFactory& make, Findings& findings) {
    const auto subject = make();
    Cache& cache = subject->cache();
    const milliseconds tick = subject->tick();
    append(cache, {{"a", "1"}, {"b", "1"}}, 2 * tick);
    subject->advance(tick);
    append(cache, {{"a", "2"}}, 3 * tick);
    subject->advance(2 * tick);
    findings.expect(read(cache, "a") == Values{"1", "2"}, "appending renews the whole list");
    findings.expect(read(cache, "b").empty(), "the other goes when its time is over");
    findings.expect(append(cache, {{"b", "2"}}, tick) == Lengths{1}, "and begins anew");
    subject->advance(2 * tick);
    findings.expect(read(cache, "a").empty(), "a list goes as a whole");
}

constexpr std::array<Clause<CacheFactory>, 12> clauses = {{
    {"members", adds_and_removes},
    {"absent members", removes_what_is_not_there},
    {"each entry", answers_each_entry},
    {"time to live", members_go_in_time},
    {"renewing", renewing_prolongs},
    {"sharing", caches_share},
    {"names", names_are_bytes},
    {"numbers", numbers_rise},
    {"numbers in time", numbers_go_in_time},
    {"lists", lists_grow},
    {"dropping", lists_are_dropped},
    {"lists in time", lists_go_in_time},
}};

}  // namespace

Findings check_cache_contract(const CacheFactory& make) {
    return check_all(clauses, make);
}

}  // namespace chatcore::contract
