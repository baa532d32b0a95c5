#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `key_reused`, `room_deleted` (asked_before), `unavailable`, `timeout` (may be tried
//            again), `corrupt`; nothing found is an empty answer.
// Checked by: contract/consultation_contract.h, contract/store_model.h

#include <optional>
#include <vector>

#include "chatcore/domain/consultation.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

struct ConsultationQuery {
    std::optional<ConsultationState> state = {};  ///< those in it; nullopt: all
    RoomId before = {};                           ///< by room id, exclusive; 0: from the newest
    int limit = 50;                               ///< 1 to 100
};

/// Reads of consultations: the rooms that are one, each with its state. One that was deleted with
/// its room is none. One is found by its number with RoomReader::find.
class ConsultationReader {
public:
    virtual ~ConsultationReader() = default;

    /// Those that the person asked for, or was asked for, whether they have left the room or not;
    /// the newest first. The cursor is the last room's id in decimal.
    virtual Result<Page<Room>> of_person(UserId user, const ConsultationQuery& query) = 0;
    /// The direct room of two people about the key's context.
    virtual Result<std::optional<Room>> find(const DirectKey& key) = 0;
    /// What the person asked for under the key, as it is now. `key_reused` where its digest was
    /// another, `room_deleted` where it was deleted since: as Store::open_consultation answers,
    /// which looks again.
    virtual Result<std::optional<Room>> asked_before(UserId requester, const ClientKey& key,
                                                     std::uint64_t digest) = 0;
    /// Those that are scheduled or in progress, above `after` by room id, at most `limit`.
    virtual Result<std::vector<Room>> active(RoomId after, int limit) = 0;
};

}  // namespace chatcore
