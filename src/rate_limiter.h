#pragma once
// Token buckets, one a person, room or the like: a burst of `rate` at once, refilled by `rate` a
// second. What is refused costs nothing. Threads: any; striped locks.

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "chatcore/domain/ids.h"

namespace chatcore {

template <class Key>
class RateLimiter {
public:
    using Time = std::chrono::nanoseconds;

    /// Zero when one may pass, else how long until one may. `rate` 0 lets everything pass; it is
    /// of each `per`.
    std::chrono::milliseconds take(Key key, int rate, Time now,
                                   std::chrono::seconds per = std::chrono::seconds{1}) {
        if (rate <= 0) return std::chrono::milliseconds{0};
        Stripe& stripe = stripe_of(key);
        const std::lock_guard lock(stripe.mutex);
        // Full buckets need not be remembered; forgetting all lets each have one burst more.
        if (stripe.buckets.size() >= buckets_max / stripes_.size()) stripe.buckets.clear();
        auto [it, fresh] = stripe.buckets.try_emplace(key, Bucket{static_cast<double>(rate), now});
        Bucket& bucket = it->second;
        const double a_second = static_cast<double>(rate) / static_cast<double>(per.count());
        const double seconds = std::chrono::duration<double>(now - bucket.at).count();
        bucket.tokens = std::min(static_cast<double>(rate), bucket.tokens + seconds * a_second);
        bucket.at = now;
        if (bucket.tokens >= 1.0) {
            bucket.tokens -= 1.0;
            return std::chrono::milliseconds{0};
        }
        return std::chrono::milliseconds{
            1 + static_cast<std::int64_t>((1.0 - bucket.tokens) * 1'000.0 / a_second)};
    }

    /// So many more than was taken: whoever was let through once for all of them waits the longer
    /// for the next.
    void charge(Key key, int count) {
        Stripe& stripe = stripe_of(key);
        const std::lock_guard lock(stripe.mutex);
        if (const auto it = stripe.buckets.find(key); it != stripe.buckets.end())
            it->second.tokens -= count;
    }

    /// One that was taken, and for nothing. Never above the rate, at the next take.
    void give_back(Key key) {
        Stripe& stripe = stripe_of(key);
        const std::lock_guard lock(stripe.mutex);
        if (const auto it = stripe.buckets.find(key); it != stripe.buckets.end())
            it->second.tokens += 1.0;
    }

private:
    static constexpr std::size_t buckets_max = 1'000'000;
    struct Bucket {
        double tokens = 0;
        Time at{};
    };
    struct Stripe {
        std::mutex mutex;
        std::unordered_map<Key, Bucket> buckets;
    };
    Stripe& stripe_of(Key key) {
        return stripes_[static_cast<std::size_t>(key.value) % stripes_.size()];
    }
    std::array<Stripe, 16> stripes_;
};

}  // namespace chatcore
