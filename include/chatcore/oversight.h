#pragma once
// Reporting what one should not have to see, and what those who run the place look at.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <optional>
#include <string>

#include "chatcore/caller.h"
#include "chatcore/domain/report.h"
#include "chatcore/ports/oversight_store.h"
#include "chatcore/task.h"

namespace chatcore {

class Store;
struct Node;

struct ReportRequest {
    ReportTarget target;
    std::optional<RoomId> room;  ///< where a person misbehaved; of a message its own counts
    std::string reason;          ///< 1 to `report_reason_code_points_max` code points
    std::string comment;         ///< up to `report_comment_code_points_max`
};

class Oversight {
public:
    explicit Oversight(Node& node) : node_(node) {}

    /// Hands a report in; a second one of the same target gives the first. A message is kept with
    /// it as it is now. Errors: `malformed`, `empty` (reason), `too_long` (reason, comment),
    /// `not_found` (message, user: what is not there, or may not be read), `not_a_member` (room),
    /// `invalid_value` (userId: oneself), `too_many` (reports).
    void report(Caller caller, ReportRequest request, Completion<Filed> done);

    // For admins and the host, which the caller has checked.

    /// Newest first, below `before` (0: from the newest); limit 1 to 100, else `malformed`. With
    /// `about`, those of this target.
    void reports(Caller caller, ReportId before, int limit, std::optional<ReportTarget> about,
                 Completion<Page<Report>> done);
    void totals(Caller caller, Completion<Totals> done);

private:
    Result<Report> seen(Store& store, Caller caller, ReportRequest&& request) const;

    Node& node_;
};

}  // namespace chatcore
