#pragma once
// How often an address may connect: a token bucket each. Threads: the accepting loop's.

#include <algorithm>
#include <chrono>
#include <string>
#include <unordered_map>

namespace chatcore::gateway {

class ConnectRate {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Whether one more connection from there is welcome: `rate` at once, refilled by `rate` a
    /// second. What is turned away costs nothing. 0: always.
    bool take(const std::string& address, int rate, Time now) {
        if (rate <= 0 || address.empty()) return true;
        // Full buckets need not be remembered; forgetting all lets each have one burst more.
        if (buckets_.size() >= buckets_max) buckets_.clear();
        auto [it, fresh] = buckets_.try_emplace(address, Bucket{static_cast<double>(rate), now});
        Bucket& bucket = it->second;
        const double seconds = std::chrono::duration<double>(now - bucket.at).count();
        bucket.tokens = std::min(static_cast<double>(rate), bucket.tokens + seconds * rate);
        bucket.at = now;
        if (bucket.tokens < 1.0) return false;
        bucket.tokens -= 1.0;
        return true;
    }

private:
    static constexpr std::size_t buckets_max = 100'000;
    struct Bucket {
        double tokens = 0;
        Time at{};
    };
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace chatcore::gateway
