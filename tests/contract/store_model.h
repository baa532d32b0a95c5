#pragma once
// Drives two stores with the same random changes and compares everything that they answer; and
// recounts, by a few lines that share nothing with the rules, who is in, what is unread and what
// was counted, so that a mistake made alike in both shows as well.

#include <cstdint>

#include "contract/store_world.h"

namespace chatcore::contract {

struct ModelRun {
    std::uint64_t seed = 1;
    int steps = 1'000;  ///< batches
};

/// The reference first. Findings name the seed and the step.
Findings check_against_model(const StoreSubjectFactory& reference,
                             const StoreSubjectFactory& tested, const ModelRun& run);

}  // namespace chatcore::contract
