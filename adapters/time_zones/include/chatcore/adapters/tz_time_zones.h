#pragma once
// The time zones of the system's tz database.

#include "chatcore/ports/time_zones.h"

namespace chatcore {

/// Reads the database once, at the first question of the process; where there is none, no zone but
/// UTC is known. Threads: any.
class TzTimeZones final : public TimeZones {
public:
    bool known(std::string_view zone) const override;
    Result<LocalTime> to_local(Timestamp at, std::string_view zone) const override;
    Result<Timestamp> to_utc(LocalTime local, std::string_view zone) const override;
};

}  // namespace chatcore
