#pragma once
// Threads:   any thread.
// Blocking:  no.
// Lifetime:  outlives the Engine.
// Errors:    none.
// Checked by: unit/system_test.cpp

#include <chrono>

#include "chatcore/domain/ids.h"

namespace chatcore {

/// The only source of time.
class Clock {
public:
    virtual ~Clock() = default;

    /// UTC now. May be set back by the operator; nothing that must be in order rests on it.
    virtual Timestamp now() const = 0;
    /// Time since some start, never set back: for durations and limits.
    virtual std::chrono::nanoseconds steady() const = 0;
};

}  // namespace chatcore
