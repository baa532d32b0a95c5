#pragma once
// The machine's clocks.

#include "chatcore/ports/clock.h"

namespace chatcore {

/// The kernel's CLOCK_REALTIME and CLOCK_MONOTONIC (clock_gettime(2)). Threads: any.
class SystemClock final : public Clock {
public:
    Timestamp now() const override;
    std::chrono::nanoseconds steady() const override;
};

}  // namespace chatcore
