#pragma once
// Threads:   any thread.
// Blocking:  no.
// Lifetime:  outlives the Engine.
// Errors:    none.
// Checked by: unit/system_test.cpp

#include <cstdint>
#include <span>

namespace chatcore {

/// The only source of chance. For tokens it must be unpredictable (a CSPRNG).
class Random {
public:
    virtual ~Random() = default;

    virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

}  // namespace chatcore
