#pragma once
// Opening direct rooms, by whichever way: what all of them ask, and tell. A new one is told to the
// other person, and so it counts as what is told to a whole room.

#include <optional>

#include "node.h"
#include "notifier.h"
#include "rates.h"

namespace chatcore {

inline bool is_consultation(const std::optional<Context>& context) {
    return context && context->type == consultation_context;
}

/// To be asked before `open_between`: takes from the bucket for a new room, and says whether it
/// did. Who may make none just now finds one again all the same. On a writer. `too_many` (changes).
inline Result<bool> take_opening(Node& node, Store& store, const Caller& opener,
                                 const DirectKey& key) {
    const Status taken = node.rates->take_change(opener);
    if (taken) return !opener.is_admin;
    Result<std::optional<Room>> there = store.consultations().find(key);
    if (!there) return unexpected(there.error());
    if (!*there) return unexpected(taken.error());
    return false;
}

/// What `open` gives, where both people are there and may open a room.
template <class Open>
Result<Opened> open_if_allowed(Node& node, Store& store, UserId opener, UserId other, Open open) {
    const UserId people[] = {opener, other};
    Result<bool> exist = node.profiles.exist(store, people);
    if (!exist) return unexpected(exist.error());
    if (!*exist) return unexpected(ErrorCode::not_found, "user");
    // Blocks are set on this same worker, so none comes in between.
    Result<bool> blocked = store.social().blocked_between(opener, other);
    if (!blocked) return unexpected(blocked.error());
    if (*blocked) return unexpected(ErrorCode::blocked);
    return open();
}

/// `open` asks the store: a Result<Opened>; `taken`: one was taken from the bucket for it. On a
/// writer. Errors: `not_found` (user), `blocked`, and what `open` gives.
template <class Open>
Result<Opened> open_between(Node& node, Store& store, UserId opener, UserId other, bool taken,
                            Open open) {
    Result<Opened> opened = open_if_allowed(node, store, opener, other, std::move(open));
    if (taken && (!opened || !opened->created)) node.rates->give_back_change(opener);
    if (!opened) return opened;
    const Room& room = opened->room;
    if (opened->created) {
        node.telemetry.add(Counter::rooms_created, 1);
        if (room.consultation) node.notifier->consultation_opened(room);
    }
    // Nobody has spoken in it yet: whoever opened it first may have ended before telling.
    if (opened->created || room.head == Position{}) {
        node.tell(
            {make_event(RoomGained{opener, room.id}), make_event(RoomGained{other, room.id})});
    }
    return opened;
}

}  // namespace chatcore
