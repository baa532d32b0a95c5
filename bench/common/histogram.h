#pragma once
// Latencies in nanoseconds, counted in buckets as wide as 1/64 of their value, so that a percentile
// is wrong by less than 1.6 % and recording one costs a shift and an increment. Threads: one
// writer; merge what several have written when they are done.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bench {

class Histogram {
public:
    void record(std::uint64_t value) noexcept {
        ++counts_[index_of(value)];
        ++count_;
        sum_ += value;
        if (value > max_) max_ = value;
    }

    void merge(const Histogram& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
    /// 0 where nothing was recorded.
    [[nodiscard]] double mean() const noexcept;
    /// The value that the share `quantile` (0 to 1) of all records does not exceed: the upper end
    /// of its bucket, never above `max()`. 0 where nothing was recorded.
    [[nodiscard]] std::uint64_t percentile(double quantile) const noexcept;

private:
    static constexpr unsigned sub_bits = 6;
    static constexpr std::size_t bucket_count = (64 - sub_bits) * 64 + 64;

    static std::size_t index_of(std::uint64_t value) noexcept {
        const auto width = static_cast<unsigned>(std::bit_width(value));
        const unsigned shift = width > sub_bits + 1 ? width - (sub_bits + 1) : 0;
        return (static_cast<std::size_t>(shift) << sub_bits) + (value >> shift);
    }
    static std::uint64_t upper_end(std::size_t index) noexcept;

    std::array<std::uint64_t, bucket_count> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace bench
