#pragma once
// Messages that are to be posted later, once or again and again.

#include <chrono>
#include <optional>
#include <string>

#include "chatcore/domain/ids.h"
#include "chatcore/error.h"

namespace chatcore {

/// What a clock on the wall shows, in some time zone, in milliseconds.
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

enum class Repeat : std::uint8_t { none, daily, weekly, monthly };

/// sent, cancelled and failed are ends; nothing leaves them.
enum class ScheduleState : std::uint8_t {
    scheduled,
    sent,       ///< its one occurrence, or its last one
    cancelled,  ///< by its owner, or because they are no longer in the room
    failed      ///< its one occurrence was refused
};

struct Schedule {
    ScheduleId id;
    UserId owner;
    RoomId room;
    std::string content;  ///< UTF-8, as a post's
    /// The wall clock of the first occurrence: every later one shows the same time of day, and a
    /// monthly one the same day, or its month's last.
    LocalTime first_local;
    /// When it is due; of an ended one, when it was.
    Timestamp due_at;
    Repeat repeat = Repeat::none;
    std::string time_zone;  ///< its name in the tz database (RFC 6557); empty: UTC
    /// Which occurrence `due_at` is: 1, 2, 3 … It rises by one with each that is over, and with
    /// nothing else, since the key of the post is made of it.
    std::int64_t occurrence = 1;
    /// The occurrence is being posted: nothing of it may change until that has ended.
    bool claimed = false;
    ScheduleState state = ScheduleState::scheduled;
    /// Why it failed, or was cancelled by nobody: what posting it was answered.
    std::optional<ErrorCode> failure = {};
    Timestamp created_at;

    bool operator==(const Schedule&) const = default;
};

}  // namespace chatcore
