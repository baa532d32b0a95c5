#pragma once
// Whether somebody may post in rooms now, for what is posted later or several times. What comes in
// between is decided by the store.

#include <span>

#include "chatcore/ports/store.h"

#include "rules/posting_rules.h"

namespace chatcore {

/// What a post in the first of the rooms that would refuse it would be answered. What was posted
/// already, under the key in the same place, is answered whatever has become of its sender. At most
/// 100 rooms; as many keys, or none.
inline Status may_post(Store& store, UserId user, std::span<const RoomId> rooms,
                       std::span<const ClientKey> keys, Timestamp now) {
    Result<std::vector<PostStanding>> standings = store.messages().standings(user, rooms, keys);
    if (!standings) return unexpected(standings.error());
    for (const PostStanding& standing : *standings) {
        if (standing.posted) continue;
        const auto there = [](const auto& thing) { return thing ? &*thing : nullptr; };
        std::optional<Error> why =
            rules::why_no_post(there(standing.room), there(standing.member), standing.blocked, now);
        if (why) return Unexpected(std::move(*why));
    }
    return {};
}

}  // namespace chatcore
