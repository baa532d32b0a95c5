#pragma once
// What becomes of a call of a store.

#include "setting.h"

namespace chatcore::simulation {

inline Unexpected away() {
    return unexpected(ErrorCode::unavailable, "store", "a fault of the simulation");
}

/// Decides the fate of each call.
class Fate {
public:
    Fate(Setting& setting, Life& life) : setting_(setting), life_(life) {}

    bool read_fails() { return life_.dying || setting_.trips(setting_.faults.reads_fail); }

    bool write_fails() {
        if (life_.dying) return true;
        if (setting_.trips(setting_.faults.store_stalls)) {
            setting_.scheduler.stall(std::chrono::milliseconds{1 + setting_.dice.below(3'000)});
        }
        if (setting_.trips(setting_.faults.crash_before_apply)) {
            setting_.trace("  the node dies before it applies");
            life_.dying = true;
            return true;
        }
        return setting_.trips(setting_.faults.store_fails);
    }
    /// After the commit.
    bool end_unknown() {
        if (setting_.trips(setting_.faults.crash_after_apply)) {
            setting_.trace("  the node dies after its commit");
            life_.dying = true;
        }
        return life_.dying || setting_.trips(setting_.faults.store_unknown);
    }

    Setting& setting() { return setting_; }

private:
    Setting& setting_;
    Life& life_;
};

}  // namespace chatcore::simulation
