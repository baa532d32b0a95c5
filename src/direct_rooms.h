#pragma once
// Opening direct rooms, by whichever way: what all of them ask, and tell. One about a consultation
// asks the other person for it: they are told, and so it counts as what is told to a whole room.

#include <optional>

#include "node.h"
#include "notifier.h"
#include "rates.h"

namespace chatcore {

inline bool is_consultation(const std::optional<Context>& context) {
    return context && context->type == consultation_context;
}

/// To be asked before `open_between`: takes from the bucket where a consultation would be made, and
/// says whether it did. Finding one again is free. On a writer. `too_many` (changes).
inline Result<bool> take_opening(Node& node, Store& store, UserId opener, const DirectKey& key) {
    if (!is_consultation(key.context)) return false;
    Result<std::optional<Room>> there = store.consultations().find(key);
    if (!there) return unexpected(there.error());
    if (*there) return false;
    if (Status taken = node.rates->take_change(opener); !taken) return unexpected(taken.error());
    return true;
}

/// `open` asks the store: a Result<Opened>; `taken`: one was taken from the bucket for it. On a
/// writer. Errors: `not_found` (user), `blocked`, and what `open` gives.
template <class Open>
Result<Opened> open_between(Node& node, Store& store, UserId opener, UserId other, bool taken,
                            Open open) {
    const UserId people[] = {opener, other};
    Result<bool> exist = node.profiles.exist(store, people);
    if (!exist) return unexpected(exist.error());
    if (!*exist) return unexpected(ErrorCode::not_found, "user");
    // Blocks are set on this same worker, so none comes in between.
    Result<bool> blocked = store.social().blocked_between(opener, other);
    if (!blocked) return unexpected(blocked.error());
    if (*blocked) return unexpected(ErrorCode::blocked);
    Result<Opened> opened = open();
    if (!opened) return opened;
    const Room& room = opened->room;
    if (opened->created) {
        node.telemetry.add(Counter::rooms_created, 1);
        if (room.consultation) node.notifier->consultation_opened(room);
    } else if (taken) {
        node.rates->give_back_change(opener);  // somebody was quicker: it asked for nothing
    }
    // Nobody has spoken in it yet: whoever opened it first may have ended before telling.
    if (opened->created || room.head == Position{}) {
        node.tell(
            {make_event(RoomGained{opener, room.id}), make_event(RoomGained{other, room.id})});
    }
    return opened;
}

}  // namespace chatcore
