#pragma once
// One run: a cluster, its people and their devices, faults for a while and then none; and what was
// found.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "setting.h"

namespace chatcore::simulation {

struct Options {
    int steps = 1'500;
    Breach breach = Breach::none;
    bool tracing = false;
};

struct Verdict {
    std::optional<std::string> violation;
    std::deque<std::string> trace;
    Tally tally;
};

/// The same seed and options give the same verdict.
Verdict simulate(std::uint64_t seed, const Options& options);

}  // namespace chatcore::simulation
