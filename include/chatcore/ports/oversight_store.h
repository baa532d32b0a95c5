#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout`, `corrupt`; nothing found is an empty answer.
// Checked by: contract/oversight_contract.h

#include "chatcore/domain/report.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// What those who run the place look at. Each write is durable when it returns.
class OversightStore {
public:
    virtual ~OversightStore() = default;

    /// Keeps the report under an id of its own, which is not looked at in `report`; where the
    /// reporter has reported this target before, gives that one and changes nothing. Of two at
    /// once, one is the first.
    virtual Result<Filed> file(const Report& report) = 0;
    /// Newest first, below `before`; 0 is the newest. With `about`, those of this target only.
    virtual Result<Page<Report>> reports(ReportId before, int limit,
                                         const std::optional<ReportTarget>& about) = 0;
    virtual Result<Totals> totals() = 0;
};

}  // namespace chatcore
