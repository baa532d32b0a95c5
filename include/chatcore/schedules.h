#pragma once
// Messages to be posted later: making, listing, editing and cancelling them. What posts them is the
// engine's own.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <optional>
#include <string>

#include "chatcore/caller.h"
#include "chatcore/domain/schedule.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
class TimeZones;

struct ScheduleRequest {
    RoomId room;
    std::string content;  ///< as a post's
    Timestamp at;         ///< of the first occurrence
    Repeat repeat = Repeat::none;
    std::string time_zone;  ///< in which it repeats, by its name in the tz database; empty: UTC
};

/// What is given replaces what was. `at`, `repeat` and `time_zone` make a new beginning: its wall
/// clock is kept from then on.
struct ScheduleEdit {
    std::optional<RoomId> room;
    std::optional<std::string> content;
    std::optional<Timestamp> at;
    std::optional<Repeat> repeat;
    std::optional<std::string> time_zone;
};

/// Sent means posted as the owner's message, within a second of its time, exactly once, and no read
/// pointer moves. What fell due while nothing ran is sent when something does: once, however many
/// occurrences passed by.
class Schedules {
public:
    /// `zones` may be nullptr: then there is UTC only.
    Schedules(Node& node, const TimeZones* zones);
    ~Schedules();

    /// Errors: `in_the_past` (scheduledAt), `invalid_value` (timeZone), `too_many`
    /// (limits.schedules_open_max); as a post there would be answered now.
    void create(Caller caller, ScheduleRequest request, Completion<Schedule> done);
    /// One's own, the newest first, ended ones too; those below `before`. Errors: `malformed`
    /// (limit outside 1 to 100).
    void list(Caller caller, std::optional<ScheduleId> before, int limit,
              Completion<Page<Schedule>> done);
    /// Errors: as create; `not_found` (schedule) also for somebody else's; `wrong_state` for one
    /// that has ended, or that is being sent at this moment.
    void edit(Caller caller, ScheduleId schedule, ScheduleEdit edit, Completion<Schedule> done);
    /// Once it is answered, nothing of it is sent any more. A second time changes nothing. Errors:
    /// `not_found` (schedule), `wrong_state`.
    void cancel(Caller caller, ScheduleId schedule, Completion<Schedule> done);

private:
    Node& node_;
    const TimeZones& zones_;
};

}  // namespace chatcore
