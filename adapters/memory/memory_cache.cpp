#include "chatcore/adapters/memory_cache.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace chatcore {
namespace {

using std::chrono::nanoseconds;

/// Lives beyond this are as good as for ever, and the sum with any time still fits.
constexpr std::chrono::milliseconds time_to_live_max = std::chrono::hours{24 * 365 * 10};

}  // namespace

struct MemoryCacheSpace::State {
    /// By the end of each member's life; the number tells equals apart, in the order of adding.
    using Ends = std::map<std::pair<nanoseconds, std::uint64_t>, SetEntry>;
    using Members = std::unordered_map<std::string, Ends::iterator>;

    State(const Clock& source, std::size_t most) : clock(source), members_max(most) {}

    /// Numbers, likewise by the end of their life.
    using Name = std::pair<std::string, std::string>;
    using NumberEnds = std::map<std::pair<nanoseconds, std::uint64_t>, Name>;
    struct Number {
        std::int64_t value = 0;
        NumberEnds::iterator end;
    };

    const Clock& clock;
    const std::size_t members_max;
    std::mutex mutex;  // guards what follows
    Ends ends;
    std::unordered_map<std::string, Members> sets;
    std::uint64_t added = 0;
    NumberEnds number_ends;
    std::map<Name, Number> numbers;

    /// Lists, likewise by the end of their life.
    using ListEnds = std::map<std::pair<nanoseconds, std::uint64_t>, std::string>;
    struct List {
        std::deque<std::string> values;
        ListEnds::iterator end;
    };
    ListEnds list_ends;
    std::map<std::string, List> lists;
    std::size_t listed = 0;  ///< values in all of them

    void forget_expired_lists(nanoseconds now) {
        while (!list_ends.empty() && list_ends.begin()->first.first <= now)
            forget_list(list_ends.begin());
    }
    void forget_list(ListEnds::iterator end) {
        const auto list = lists.find(end->second);
        listed -= list->second.values.size();
        lists.erase(list);
        list_ends.erase(end);
    }
    std::int64_t append(const ListEntry& entry, nanoseconds until, std::int64_t length_max) {
        auto [it, fresh] = lists.try_emplace(entry.list);
        List& list = it->second;
        if (!fresh) list_ends.erase(list.end);
        list.end = list_ends.emplace(std::pair{until, added++}, entry.list).first;
        list.values.push_back(entry.value);
        ++listed;
        while (std::ssize(list.values) > std::max<std::int64_t>(length_max, 1)) {
            list.values.pop_front();
            --listed;
        }
        const std::int64_t length = std::ssize(list.values);
        // One alone that is too long goes too.
        while (listed > members_max) forget_list(list_ends.begin());
        return length;
    }

    void forget_expired(nanoseconds now) {
        while (!ends.empty() && ends.begin()->first.first <= now) forget(ends.begin());
    }

    void forget(Ends::iterator end) {
        const auto set = sets.find(end->second.set);
        set->second.erase(end->second.member);
        if (set->second.empty()) sets.erase(set);
        ends.erase(end);
    }

    void put(const SetEntry& entry, nanoseconds until) {
        remove(entry);
        while (!ends.empty() && ends.size() >= members_max) forget(ends.begin());
        const auto end = ends.emplace(std::pair{until, added++}, entry).first;
        sets[entry.set].emplace(entry.member, end);
    }

    void forget_number(NumberEnds::iterator end) {
        numbers.erase(end->second);
        number_ends.erase(end);
    }

    std::optional<std::int64_t> raise(const Pointer& pointer, nanoseconds now, nanoseconds until) {
        while (!number_ends.empty() && number_ends.begin()->first.first <= now)
            forget_number(number_ends.begin());
        const Name name{pointer.set, pointer.name};
        std::optional<std::int64_t> before;
        if (const auto known = numbers.find(name); known != numbers.end()) {
            before = known->second.value;
            forget_number(known->second.end);
        }
        while (!number_ends.empty() && number_ends.size() >= members_max)
            forget_number(number_ends.begin());
        const auto end = number_ends.emplace(std::pair{until, added++}, name).first;
        numbers[name] = {std::max(pointer.value, before.value_or(pointer.value)), end};
        return before;
    }

    void remove(const SetEntry& entry) {
        const auto set = sets.find(entry.set);
        if (set == sets.end()) return;
        const auto member = set->second.find(entry.member);
        if (member != set->second.end()) forget(member->second);
    }
};

MemoryCacheSpace::MemoryCacheSpace(const Clock& clock, std::size_t members_max)
    : state_(std::make_unique<State>(clock, members_max)) {}

MemoryCacheSpace::~MemoryCacheSpace() = default;

MemoryCache::MemoryCache(std::shared_ptr<MemoryCacheSpace> space) : space_(std::move(space)) {}

Result<std::vector<bool>> MemoryCache::add(std::span<const SetEntry> entries,
                                           std::chrono::milliseconds time_to_live) {
    MemoryCacheSpace::State& state = space_->state();
    std::vector<bool> were_empty;
    were_empty.reserve(entries.size());
    const std::lock_guard lock(state.mutex);
    const nanoseconds now = state.clock.steady();
    const nanoseconds until =
        now + std::clamp<std::chrono::milliseconds>(time_to_live, {}, time_to_live_max);
    for (const SetEntry& entry : entries) {
        // Asked anew for each: with no time to live, what was just put is over already.
        state.forget_expired(now);
        were_empty.push_back(!state.sets.contains(entry.set));
        state.put(entry, until);
    }
    return were_empty;
}

Result<std::vector<bool>> MemoryCache::remove(std::span<const SetEntry> entries) {
    MemoryCacheSpace::State& state = space_->state();
    std::vector<bool> are_empty;
    are_empty.reserve(entries.size());
    const std::lock_guard lock(state.mutex);
    state.forget_expired(state.clock.steady());
    for (const SetEntry& entry : entries) {
        state.remove(entry);
        are_empty.push_back(!state.sets.contains(entry.set));
    }
    return are_empty;
}

Result<std::vector<bool>> MemoryCache::any(std::span<const std::string> sets) {
    MemoryCacheSpace::State& state = space_->state();
    std::vector<bool> alive;
    alive.reserve(sets.size());
    const std::lock_guard lock(state.mutex);
    state.forget_expired(state.clock.steady());
    for (const std::string& set : sets) alive.push_back(state.sets.contains(set));
    return alive;
}

Result<std::vector<std::optional<std::int64_t>>> MemoryCache::raise(
    std::span<const Pointer> pointers, std::chrono::milliseconds time_to_live) {
    MemoryCacheSpace::State& state = space_->state();
    std::vector<std::optional<std::int64_t>> before;
    before.reserve(pointers.size());
    const std::lock_guard lock(state.mutex);
    const nanoseconds now = state.clock.steady();
    const nanoseconds until =
        now + std::clamp<std::chrono::milliseconds>(time_to_live, {}, time_to_live_max);
    for (const Pointer& pointer : pointers) before.push_back(state.raise(pointer, now, until));
    return before;
}

Result<std::vector<std::int64_t>> MemoryCache::append(std::span<const ListEntry> entries,
                                                      std::chrono::milliseconds time_to_live,
                                                      std::int64_t length_max) {
    MemoryCacheSpace::State& state = space_->state();
    std::vector<std::int64_t> lengths;
    lengths.reserve(entries.size());
    const std::lock_guard lock(state.mutex);
    const nanoseconds now = state.clock.steady();
    const nanoseconds until =
        now + std::clamp<std::chrono::milliseconds>(time_to_live, {}, time_to_live_max);
    for (const ListEntry& entry : entries) {
        state.forget_expired_lists(now);
        lengths.push_back(state.append(entry, until, length_max));
    }
    return lengths;
}

Result<std::vector<std::vector<std::string>>> MemoryCache::read(
    std::span<const std::string> lists) {
    MemoryCacheSpace::State& state = space_->state();
    std::vector<std::vector<std::string>> found;
    found.reserve(lists.size());
    const std::lock_guard lock(state.mutex);
    state.forget_expired_lists(state.clock.steady());
    for (const std::string& name : lists) {
        const auto list = state.lists.find(name);
        found.emplace_back();
        if (list == state.lists.end()) continue;
        found.back().assign(list->second.values.begin(), list->second.values.end());
    }
    return found;
}

Status MemoryCache::drop(std::span<const std::string> lists) {
    MemoryCacheSpace::State& state = space_->state();
    const std::lock_guard lock(state.mutex);
    for (const std::string& name : lists) {
        const auto list = state.lists.find(name);
        if (list != state.lists.end()) state.forget_list(list->second.end);
    }
    return {};
}

}  // namespace chatcore
