#pragma once
// The time zones of a host that brings none.

#include "chatcore/ports/time_zones.h"

namespace chatcore {

class UtcOnly final : public TimeZones {
public:
    bool known(std::string_view zone) const override { return zone.empty() || zone == "UTC"; }
    Result<LocalTime> to_local(Timestamp at, std::string_view zone) const override {
        if (!known(zone)) return unexpected(ErrorCode::invalid_value, "timeZone");
        return LocalTime{at.time_since_epoch()};
    }
    Result<Timestamp> to_utc(LocalTime local, std::string_view zone) const override {
        if (!known(zone)) return unexpected(ErrorCode::invalid_value, "timeZone");
        return Timestamp{local.time_since_epoch()};
    }
};

/// Threads: any; it holds nothing.
inline const UtcOnly utc_only;

}  // namespace chatcore
