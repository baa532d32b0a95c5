// Runs seeds and says which of them break a promise.
//
//   simulation --seed S [--trace]        one seed, again
//   simulation --seeds A..B              all seeds from A, before B
//   simulation --minutes N               as many as there is time for, with a line of progress
//   simulation --broken NAME --seeds A..B   succeeds where the breach is found

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>
#include <string_view>

#include <fmt/format.h>

#include "simulation.h"

using namespace chatcore::simulation;

namespace {

struct Arguments {
    Options options;
    std::uint64_t first = 0;
    std::uint64_t end = 100;
    int minutes = 0;
    std::size_t lines = 60;  ///< of a failing seed's trace
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
        if (name == "--trace") {
            given.options.tracing = true;
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
        } else if (name == "--steps") {
            given.options.steps = static_cast<int>(number(value, given.wrong));
        } else if (name == "--lines") {
            given.lines = number(value, given.wrong);
        } else if (name == "--minutes") {
            given.minutes = static_cast<int>(number(value, given.wrong));
        } else if (name == "--broken") {
            const auto breach = breach_named(value);
            given.wrong = given.wrong || !breach;
            given.options.breach = breach.value_or(Breach::none);
        } else {
            given.wrong = true;
        }
    }
    return given;
}

void print(std::uint64_t seed, const Verdict& verdict, const Arguments& given) {
    // A second run, which is the same, tells how it came to that.
    Options again = given.options;
    again.tracing = true;
    const Verdict traced = simulate(seed, again);
    const std::size_t all = traced.trace.size();
    const std::size_t from = given.options.tracing ? 0 : all - std::min(all, given.lines);
    for (std::size_t i = from; i < all; ++i) fmt::print("{}\n", traced.trace[i]);
    fmt::print("seed {}: {}\n", seed, *verdict.violation);
    if (traced.violation != verdict.violation) fmt::print("seed {} does not replay\n", seed);
}

int run(const Arguments& given) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    std::uint64_t first = given.first;
    std::uint64_t end = given.end;
    if (given.minutes > 0) {
        first = std::random_device{}();
        end = UINT64_MAX;
    }
    std::uint64_t seeds = 0;
    Tally all;
    for (std::uint64_t seed = first; seed < end; ++seed) {
        if (given.minutes > 0 && seconds() > given.minutes * 60.0) break;
        const Verdict verdict = simulate(seed, given.options);
        ++seeds;
        all.add(verdict.tally);
        if (verdict.violation && given.options.breach != Breach::none) {
            fmt::print("{} is found by seed {}, after {} seeds: {}\n",
                       name_of(given.options.breach), seed, seeds, *verdict.violation);
            return 0;
        }
        if (verdict.violation) {
            print(seed, verdict, given);
            return 1;
        }
        if (given.minutes > 0 && seeds % 100 == 0) {
            fmt::print("\r{} seeds, {} tasks, {:.0f} s", seeds, all.tasks, seconds());
            std::fflush(stdout);
        }
        if (given.options.tracing) {
            for (const std::string& line : verdict.trace) fmt::print("{}\n", line);
        }
    }
    fmt::print(
        "{}{} seeds from {}: {} tasks, {} crashes, {} messages, {} posted again, {} batches tried "
        "again, {} scheduled, {} rooms deleted, {} consultations completed, {} events told, {} "
        "gaps read, {} resumptions, {} "
        "of them truncated, "
        "{:.1f} s\n",
        given.minutes > 0 ? "\n" : "", seeds, first, all.tasks, all.crashes, all.messages,
        all.reposts, all.retries, all.scheduled, all.deleted, all.consultations, all.events,
        all.gaps, all.resumed, all.truncated, seconds());
    return given.options.breach == Breach::none ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments given = read(argc, argv);
    if (given.wrong) {
        fmt::print(stderr,
                   "usage: simulation [--seed S | --seeds A..B | --minutes N] [--steps N] "
                   "[--broken NAME] [--trace] [--lines N]\n");
        return 2;
    }
    return run(given);
}
