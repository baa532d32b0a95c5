#pragma once
// Numbers that look random and are the same at each run (SplitMix64). Threads: one.

#include <cstdint>

namespace bench {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// 0 to `sides` - 1.
    std::int64_t below(std::int64_t sides) {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t bits = state_;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
        return static_cast<std::int64_t>((bits ^ (bits >> 31)) % static_cast<std::uint64_t>(sides));
    }

private:
    std::uint64_t state_;
};

}  // namespace bench
