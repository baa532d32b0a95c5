#pragma once
// Times as they come in: RFC 3339, section 5.6. Threads: any; pure.

#include <optional>
#include <string_view>

#include "chatcore/domain/ids.h"

namespace chatcore::gateway {

/// `2025-10-24T05:15:30.123Z`, or with an offset like `+09:00`; digits beyond milliseconds are cut.
/// Nullopt for anything else, and for days that are in no calendar.
std::optional<Timestamp> time_of(std::string_view text);

}  // namespace chatcore::gateway
