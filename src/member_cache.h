#pragma once
// Who is known not to be, or to be, an active member: what lets the hot path refuse early without
// asking the store. It may be wrong for as long as an entry lives (2 s); the store decides again
// inside the batch's transaction, so it can let a change through that is refused later, and never
// lets a message in. Threads: any; striped locks, each held for one look-up.

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "chatcore/domain/ids.h"
#include "chatcore/limits.h"
#include "chatcore/rules/working_set.h"

namespace chatcore {

class MemberCache {
public:
    explicit MemberCache(const Limits& limits) : limits_(limits) {}

    /// Whether the person is an active member; nullopt where nobody has said so lately.
    std::optional<bool> find(RoomId room, UserId user, std::chrono::nanoseconds now) const;
    void put(RoomId room, UserId user, bool active, std::chrono::nanoseconds now);
    void clear();

private:
    struct Entry {
        bool active = false;
        std::chrono::nanoseconds until{};
    };
    struct Stripe {
        mutable std::mutex mutex;
        std::unordered_map<MemberKey, Entry, MemberKeyHash> entries;
    };
    static constexpr std::size_t stripe_count = 64;
    const Stripe& stripe(RoomId room, UserId user) const {
        return stripes_[MemberKeyHash{}({room, user}) >> 7 & (stripe_count - 1)];
    }

    const Limits& limits_;
    std::array<Stripe, stripe_count> stripes_;
};

}  // namespace chatcore
