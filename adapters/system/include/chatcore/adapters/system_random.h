#pragma once
// The kernel's random numbers.

#include "chatcore/ports/random.h"

namespace chatcore {

/// getrandom(2): fit for tokens and keys. Nothing is buffered, so that a fork does not repeat what
/// its parent drew; 16 bytes cost well under a microsecond. Threads: any.
class SystemRandom final : public Random {
public:
    /// Ends the process where the kernel gives nothing: no caller could go on safely.
    void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace chatcore
