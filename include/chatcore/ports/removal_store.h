#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout` (may be tried again), `corrupt`; nothing found is an empty
//            answer.
// Checked by: contract/removal_contract.h

#include <optional>
#include <vector>

#include "chatcore/domain/room.h"
#include "chatcore/result.h"

namespace chatcore {

/// What deletions have left to do. A deleted room is gone for every reader at once; its rows go in
/// bounded pieces, each in a transaction of its own, so that nobody who writes waits long for them,
/// and whoever crashes in between, or does it at the same time, does no harm.
class RemovalStore {
public:
    virtual ~RemovalStore() = default;

    /// Rooms of removed contexts that are to be deleted and are not yet, at most `limit`: of one
    /// context, by id, or of all, by context (type, then id) and room id.
    virtual Result<std::vector<RoomId>> doomed(const std::optional<Context>& of, int limit) = 0;
    /// Whether `clear` would find something.
    virtual Result<bool> pending() = 0;
    /// Takes away up to `rows_max` rows of deleted rooms, of the one with the lowest id first:
    /// members (with their notifications of the room), schedules that are still to be sent (which
    /// are cancelled as `room_deleted`, unless one is being sent), messages with all that is at
    /// them. True where more is left, maybe. The room itself stays, as deleted.
    virtual Result<bool> clear(int rows_max) = 0;
};

}  // namespace chatcore
