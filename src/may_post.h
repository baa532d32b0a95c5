#pragma once
// Whether somebody may post in rooms now, for what is posted later or several times. What comes in
// between is decided by the store.

#include <span>

#include "chatcore/ports/store.h"

#include "rules/posting_rules.h"

namespace chatcore {

/// What a post in the first of the rooms that would refuse it would be answered. At most 100 rooms.
inline Status may_post(Store& store, UserId user, std::span<const RoomId> rooms, Timestamp now) {
    if (rooms.empty()) return {};
    Result<std::vector<RoomStanding>> standings = store.rooms().standings(user, rooms);
    if (!standings) return unexpected(standings.error());
    for (const RoomStanding& standing : *standings) {
        const auto there = [](const auto& thing) { return thing ? &*thing : nullptr; };
        std::optional<Error> why =
            rules::why_no_post(there(standing.room), there(standing.member), standing.blocked, now);
        if (why) return Unexpected(std::move(*why));
    }
    return {};
}

}  // namespace chatcore
