#pragma once
// When a schedule is due again. Pure.

#include <string>

#include "chatcore/domain/schedule.h"
#include "chatcore/ports/time_zones.h"

namespace chatcore {

/// The first occurrence after `after`: the wall clock of `first`, so many days, weeks or months
/// later, as an instant. In a month that is too short it is the last day, and the day of `first`
/// again in the next. `first` itself counts too. Of occurrences that fall together because the
/// clock skips a day, one is left. Errors: as the port's; `invalid_value` (repeat) for none, and
/// behind the year 9999.
Result<Timestamp> next_occurrence(LocalTime first, Repeat repeat, const std::string& zone,
                                  Timestamp after, const TimeZones& zones);

}  // namespace chatcore
