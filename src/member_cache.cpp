#include "member_cache.h"

namespace chatcore {

std::optional<bool> MemberCache::find(RoomId room, UserId user,
                                      std::chrono::nanoseconds now) const {
    const Stripe& stripe = this->stripe(room, user);
    const std::lock_guard lock(stripe.mutex);
    const auto it = stripe.entries.find({room, user});
    if (it == stripe.entries.end() || it->second.until < now) return std::nullopt;
    return it->second.active;
}

void MemberCache::put(RoomId room, UserId user, bool active, std::chrono::nanoseconds now) {
    Stripe& stripe = const_cast<Stripe&>(this->stripe(room, user));
    const std::lock_guard lock(stripe.mutex);
    // Forgetting everything now and then is cheaper than keeping an order, and costs one look-up an
    // entry.
    if (stripe.entries.size() >= limits_.member_cache_entries_max / stripe_count)
        stripe.entries.clear();
    stripe.entries[{room, user}] = Entry{active, now + limits_.member_cache_ttl.value()};
}

void MemberCache::clear() {
    for (Stripe& stripe : stripes_) {
        const std::lock_guard lock(stripe.mutex);
        stripe.entries.clear();
    }
}

}  // namespace chatcore
