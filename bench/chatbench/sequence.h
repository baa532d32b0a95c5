#pragma once
// What one receiver has seen of one sender: everything once and in order, or what was wrong.

#include <cstdint>
#include <vector>

namespace bench {

/// What was wrong, counted over all receivers. `lost` is known only when the run has drained.
struct Faults {
    std::uint64_t lost = 0;
    std::uint64_t doubles = 0;
    std::uint64_t order_errors = 0;

    void merge(const Faults& other) noexcept {
        lost += other.lost;
        doubles += other.doubles;
        order_errors += other.order_errors;
    }
};

class Sequence {
public:
    /// Takes note of message `number`; messages are numbered from 0 without gaps. A number that is
    /// skipped and comes later is an error of order; one that has come already is a double.
    void see(std::uint32_t number, Faults& faults) {
        if (number == next_) [[likely]] {
            ++next_;
        } else if (number > next_) {
            missing_.push_back({next_, number});
            next_ = number + 1;
        } else if (fill_gap(number)) {
            ++faults.order_errors;
        } else {
            ++faults.doubles;
        }
    }

    /// How many of the `sent` have not come.
    [[nodiscard]] std::uint64_t outstanding(std::uint32_t sent) const noexcept {
        std::uint64_t sum = sent > next_ ? sent - next_ : 0U;
        for (const Gap& gap : missing_) sum += gap.end - gap.begin;
        return sum;
    }

private:
    struct Gap {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };

    // Takes the number out of the gap that it belongs to; false if it is in none.
    bool fill_gap(std::uint32_t number) {
        for (Gap& gap : missing_) {
            if (number < gap.begin || number >= gap.end) continue;
            const Gap after{number + 1, gap.end};
            gap.end = number;
            if (after.begin < after.end) missing_.push_back(after);
            return true;
        }
        return false;
    }

    std::uint32_t next_ = 0;
    std::vector<Gap> missing_;  // empty unless something is wrong
};

}  // namespace bench
