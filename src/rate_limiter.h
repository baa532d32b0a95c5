#pragma once
// Token buckets, one a person: a burst of `rate` at once, refilled by `rate` a second. What is
// refused costs nothing. Threads: any; striped locks.

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "chatcore/domain/ids.h"

namespace chatcore {

class RateLimiter {
public:
    /// Zero when one may pass, else how long until one may. `rate` 0 lets everything pass.
    std::chrono::milliseconds take(UserId user, int rate, std::chrono::nanoseconds now) {
        if (rate <= 0) return std::chrono::milliseconds{0};
        Stripe& stripe = stripes_[static_cast<std::size_t>(user.value) % stripes_.size()];
        const std::lock_guard lock(stripe.mutex);
        // Full buckets need not be remembered; forgetting all lets each person have one burst more.
        if (stripe.buckets.size() >= buckets_max / stripes_.size()) stripe.buckets.clear();
        auto [it, fresh] = stripe.buckets.try_emplace(user, Bucket{static_cast<double>(rate), now});
        Bucket& bucket = it->second;
        const double seconds = std::chrono::duration<double>(now - bucket.at).count();
        bucket.tokens = std::min(static_cast<double>(rate), bucket.tokens + seconds * rate);
        bucket.at = now;
        if (bucket.tokens >= 1.0) {
            bucket.tokens -= 1.0;
            return std::chrono::milliseconds{0};
        }
        return std::chrono::milliseconds{
            1 + static_cast<std::int64_t>((1.0 - bucket.tokens) * 1'000.0 / rate)};
    }

private:
    static constexpr std::size_t buckets_max = 1'000'000;
    struct Bucket {
        double tokens = 0;
        std::chrono::nanoseconds at{};
    };
    struct Stripe {
        std::mutex mutex;
        std::unordered_map<UserId, Bucket> buckets;
    };
    std::array<Stripe, 16> stripes_;
};

}  // namespace chatcore
