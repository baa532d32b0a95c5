// Throws random commands at a whole engine and at a model of it, and says where they differ.
//
//   property --seed S [--trace]             one seed, again
//   property --seeds A..B                   all seeds from A, before B
//   property --minutes N                    as many as there is time for, from a random seed
//   property --store memory|sqlite          over which store; memory by default
//   property --commands N                   how many a seed
//   property --faults --seeds A..B          over stores that are broken on purpose: succeeds where
//                                           each of them is found

#include <charconv>
#include <chrono>
#include <random>
#include <string_view>

#include "contract/broken_store.h"
#include "contract/sqlite_subject.h"
#include "contract/store_subjects.h"
#include "property/run.h"

using namespace chatcore;
using contract::StoreFault;

namespace {

/// Those that a person notices by what they read, and what each is called. Left to the contract are
/// finding people by name, which is not thrown; the order of recommendations, which wants more
/// people than a run has; and a store that revives deleted rooms, whose removal never comes to an
/// end.
struct Fault {
    StoreFault fault;
    const char* name;
};
constexpr Fault faults[] = {
    {StoreFault::doubles_a_key, "doubles_a_key"},
    {StoreFault::ignores_the_digest, "ignores_the_digest"},
    {StoreFault::opens_twice, "opens_twice"},
    {StoreFault::ignores_the_context, "ignores_the_context"},
    {StoreFault::keeps_the_gone_active, "keeps_the_gone_active"},
    {StoreFault::counts_the_deleted, "counts_the_deleted"},
    {StoreFault::moves_pointers_nowhere, "moves_pointers_nowhere"},
    {StoreFault::hides_tombstones, "hides_tombstones"},
    {StoreFault::stops_early, "stops_early"},
    {StoreFault::miscounts_history, "miscounts_history"},
    {StoreFault::shifts_around, "shifts_around"},
    {StoreFault::lists_by_id, "lists_by_id"},
    {StoreFault::lists_what_was_left, "lists_what_was_left"},
    {StoreFault::misses_members, "misses_members"},
    {StoreFault::pins_backwards, "pins_backwards"},
    {StoreFault::loses_reactions, "loses_reactions"},
    {StoreFault::pins_without_end, "pins_without_end"},
    {StoreFault::searches_everybodys, "searches_everybodys"},
    {StoreFault::forgets_who_asked, "forgets_who_asked"},
    {StoreFault::befriends_one_side, "befriends_one_side"},
    {StoreFault::keeps_blocked_friends, "keeps_blocked_friends"},
    {StoreFault::posts_past_blocks, "posts_past_blocks"},
    {StoreFault::recommends_the_hidden, "recommends_the_hidden"},
    {StoreFault::notifies_twice, "notifies_twice"},
    {StoreFault::notifies_of_the_blocked, "notifies_of_the_blocked"},
    {StoreFault::opens_about_the_removed, "opens_about_the_removed"},
    {StoreFault::makes_some_groups, "makes_some_groups"},
    {StoreFault::forgets_who_lingers, "forgets_who_lingers"},
    {StoreFault::bookmarks_for_ever, "bookmarks_for_ever"},
    {StoreFault::shows_anybodys_bookmarks, "shows_anybodys_bookmarks"},
    {StoreFault::lists_bookmarks_by_message, "lists_bookmarks_by_message"},
    {StoreFault::keeps_deleted_bookmarks, "keeps_deleted_bookmarks"},
    {StoreFault::counts_ones_own_mentions, "counts_ones_own_mentions"},
    {StoreFault::counts_mentions_read, "counts_mentions_read"},
    {StoreFault::keeps_names_of_the_edited, "keeps_names_of_the_edited"},
    {StoreFault::miscounts_totals, "miscounts_totals"},
    {StoreFault::shows_the_blocked, "shows_the_blocked"},
    {StoreFault::lists_threads_of_the_blocked, "lists_threads_of_the_blocked"},
    {StoreFault::finds_the_blocked, "finds_the_blocked"},
    {StoreFault::previews_the_blocked, "previews_the_blocked"},
    {StoreFault::tells_changes_of_the_blocked, "tells_changes_of_the_blocked"},
    {StoreFault::hides_in_direct_rooms, "hides_in_direct_rooms"},
    {StoreFault::reads_ones_own, "reads_ones_own"},
    {StoreFault::bookmarks_the_blocked, "bookmarks_the_blocked"},
};

struct Arguments {
    std::uint64_t first = 0;
    std::uint64_t end = 100;
    int minutes = 0;
    int commands = 200;
    bool sqlite = false;
    bool faults = false;
    bool tracing = false;
    bool wrong = false;
};

std::uint64_t number(std::string_view text, bool& wrong) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) wrong = true;
    return value;
}

Arguments read(int argc, char** argv) {
    Arguments given;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--trace" || name == "--faults") {
            (name == "--trace" ? given.tracing : given.faults) = true;
            continue;
        }
        if (++i == argc) {
            given.wrong = true;
            break;
        }
        const std::string_view value = argv[i];
        if (name == "--seed") {
            given.first = number(value, given.wrong);
            given.end = given.first + 1;
        } else if (name == "--seeds") {
            const auto dots = value.find("..");
            given.wrong = given.wrong || dots == std::string_view::npos;
            given.first = number(value.substr(0, dots), given.wrong);
            if (!given.wrong) given.end = number(value.substr(dots + 2), given.wrong);
        } else if (name == "--minutes") {
            given.minutes = static_cast<int>(number(value, given.wrong));
        } else if (name == "--commands") {
            given.commands = static_cast<int>(number(value, given.wrong));
        } else if (name == "--store") {
            given.sqlite = value == "sqlite";
            given.wrong = given.wrong || (value != "sqlite" && value != "memory");
        } else {
            given.wrong = true;
        }
    }
    return given;
}

property::Report run_seed(std::uint64_t seed, const Arguments& given, StoreFault fault) {
    std::unique_ptr<contract::StoreSubject> subject;
    if (fault != StoreFault::none) {
        subject = contract::make_broken(fault);
    } else if (given.sqlite) {
        subject = std::make_unique<contract::SqliteSubject>();
    } else {
        subject = std::make_unique<contract::MemorySubject>();
    }
    return property::Run(seed, *subject).run(given.commands);
}

int find_faults(const Arguments& given) {
    int unseen = 0;
    for (const Fault& fault : faults) {
        bool found = false;
        for (std::uint64_t seed = given.first; seed < given.end && !found; ++seed) {
            const property::Report report = run_seed(seed, given, fault.fault);
            found = !report.failure.empty();
            if (found) fmt::print("{} is found by seed {}: {}\n", fault.name, seed, report.failure);
        }
        if (found) continue;
        fmt::print("{} is not found\n", fault.name);
        ++unseen;
    }
    return unseen == 0 ? 0 : 1;
}

int find_differences(const Arguments& given) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    const std::uint64_t first = given.minutes > 0 ? std::random_device{}() : given.first;
    const std::uint64_t end = given.minutes > 0 ? UINT64_MAX : given.end;
    std::uint64_t seeds = 0;
    property::Report all;
    for (std::uint64_t seed = first; seed < end; ++seed) {
        if (given.minutes > 0 && seconds() > given.minutes * 60.0) break;
        const property::Report report = run_seed(seed, given, StoreFault::none);
        ++seeds;
        all.done += report.done;
        all.refused += report.refused;
        for (const auto& [code, times] : report.codes) all.codes[code] += times;
        const bool failed = !report.failure.empty();
        const std::size_t lines = report.trace.size();
        const std::size_t shown = given.tracing ? lines
                                  : failed      ? std::min<std::size_t>(lines, 30)
                                                : 0;
        for (std::size_t i = lines - shown; i < lines; ++i) fmt::print("{}\n", report.trace[i]);
        if (!failed) continue;
        fmt::print("seed {}: {}\n", seed, report.failure);
        return 1;
    }
    fmt::print("{} seeds from {}: {} commands and reads done, {} refused, {:.1f} s\n", seeds, first,
               all.done, all.refused, seconds());
    for (const auto& [code, times] : all.codes) fmt::print("  {} {}\n", name_of(code), times);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments given = read(argc, argv);
    if (given.wrong) {
        fmt::print(
            stderr,
            "usage: property [--seed S | --seeds A..B | --minutes N] [--store memory|sqlite] "
            "[--commands N] [--faults] [--trace]\n");
        return 2;
    }
    return given.faults ? find_faults(given) : find_differences(given);
}
