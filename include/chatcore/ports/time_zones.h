#pragma once
// Threads:   any, several at once.
// Blocking:  no; the first call may read the zones from the disk.
// Lifetime:  outlives the Engine.
// Errors:    `invalid_value` (timeZone) for a name that is not known.
// Checked by: unit/recurrence_test.cpp

#include <string_view>

#include "chatcore/domain/schedule.h"
#include "chatcore/result.h"

namespace chatcore {

/// The time zones of the tz database, by their names (`Asia/Seoul`; letters in their own case). The
/// empty name is UTC.
class TimeZones {
public:
    virtual ~TimeZones() = default;

    virtual bool known(std::string_view zone) const = 0;
    virtual Result<LocalTime> to_local(Timestamp at, std::string_view zone) const = 0;
    /// A local time that the clock skips (it is set forward) is moved forward by what is skipped:
    /// 02:30 becomes 03:30. One that it shows twice (it is set back) is the first of the two.
    virtual Result<Timestamp> to_utc(LocalTime local, std::string_view zone) const = 0;
};

}  // namespace chatcore
