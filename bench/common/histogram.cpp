#include "common/histogram.h"

#include <algorithm>
#include <cmath>

namespace bench {

void Histogram::merge(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < bucket_count; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
}

double Histogram::mean() const noexcept {
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::upper_end(std::size_t index) noexcept {
    if (index < 128) return index;
    const std::size_t shift = (index >> sub_bits) - 1;
    const std::uint64_t first = static_cast<std::uint64_t>((index & 63U) + 64U) << shift;
    return first + ((std::uint64_t{1} << shift) - 1);
}

std::uint64_t Histogram::percentile(double quantile) const noexcept {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(quantile * static_cast<double>(count_));
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
        seen += counts_[i];
        if (seen >= rank) return std::min(upper_end(i), max_);
    }
    return max_;
}

}  // namespace bench
