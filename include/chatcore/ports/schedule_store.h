#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `too_many` (create), `conflict` (a fence that is out of date; nothing was written),
//            `unavailable`, `timeout`, `corrupt`; nothing found is an empty answer.
// Checked by: contract/schedule_contract.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/schedule.h"
#include "chatcore/ports/lease_store.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// Names one occurrence of one schedule.
struct Occurrence {
    ScheduleId schedule;
    std::int64_t number = 0;

    bool operator==(const Occurrence&) const = default;
};

/// What became of an occurrence.
struct Progress {
    Occurrence over;
    /// The state from now on; `scheduled` goes with `next_at`, the others end it.
    ScheduleState state = ScheduleState::sent;
    Timestamp next_at;
    /// Becomes the schedule's.
    std::optional<ErrorCode> failure = {};

    bool operator==(const Progress&) const = default;
};

/// Scheduled messages. No room orders them, so this writes for itself; each write is durable when
/// it returns.
///
/// An occurrence is claimed, posted, and advanced over. What is claimed cannot be edited or
/// cancelled, so that a post that is made again after a crash is the same post; and it stays
/// claimed until it is advanced over, by whoever holds the lease then.
class ScheduleStore {
public:
    virtual ~ScheduleStore() = default;

    /// Keeps a new one, whose `id` is not looked at, and gives its id (ids ascend from 1).
    /// `too_many` where its owner has `open_max` in state scheduled already.
    virtual Result<ScheduleId> create(const Schedule& schedule, int open_max) = 0;
    virtual Result<std::optional<Schedule>> find(ScheduleId schedule) = 0;
    /// The person's, of every state, the newest (greatest id) first; those below `before`, where it
    /// is given. The page's cursor is the id to give next. limit: 1 to 100.
    virtual Result<Page<Schedule>> list(UserId owner, std::optional<ScheduleId> before,
                                        int limit) = 0;
    /// Replaces room, content, first_local, due_at, repeat and time_zone of the schedule with this
    /// id, and sets its state to `scheduled` or `cancelled`: editing and cancelling. Only where it
    /// is in state scheduled, not claimed, and at this occurrence; false where it is not, and then
    /// nothing changed.
    virtual Result<bool> update(const Schedule& schedule) = 0;
    /// Those in state scheduled whose due_at is not after `now`, the earliest first (then by id),
    /// claimed or not; at most `limit`.
    virtual Result<std::vector<Schedule>> due(Timestamp now, int limit) = 0;
    /// Claims those of the occurrences that are still to come, due at `now` at the latest, and
    /// gives them as they are from now on; claimed before is as good. Others are left out.
    virtual Result<std::vector<Schedule>> claim(std::span<const Occurrence> occurrences,
                                                Timestamp now, const Fence& fence) = 0;
    /// Ends claimed occurrences, in one transaction. For each in order whether it was done: not
    /// where the schedule has come to another occurrence, or to an end, or is not claimed.
    virtual Result<std::vector<bool>> advance(std::span<const Progress> progress,
                                              const Fence& fence) = 0;
};

}  // namespace chatcore
