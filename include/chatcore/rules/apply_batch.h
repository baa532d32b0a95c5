#pragma once
// Decides a batch of changes on a WorkingSet. The one implementation of what is allowed in a room,
// for every store.

#include <span>
#include <vector>

#include "chatcore/domain/outcome.h"
#include "chatcore/ports/store.h"
#include "chatcore/rules/working_set.h"

namespace chatcore {

/// Loads what the batch needs, decides each change in order, saves. To be called inside a
/// transaction, which the caller commits when this succeeds and rolls back when it does not.
Result<std::vector<Outcome>> apply_batch(Rows& rows, const Batch& batch);

/// The header and members of a room that is opened, with `id` as drawn from the position counter.
struct NewRoom {
    Room room;
    std::vector<Member> members;
};
/// A consultation, pending, where that is what it is about.
NewRoom new_direct_room(RoomId id, const DirectKey& key, UserId opener, Timestamp now);
/// A direct room about itself: its context is a consultation whose id is the room's own, in
/// decimal.
NewRoom new_consultation_room(RoomId id, const NewConsultation& asked, Timestamp now);
NewRoom new_group_room(RoomId id, const NewGroup& group, Timestamp now);

}  // namespace chatcore
