#include "sqlite_oversight.h"

#include <algorithm>

#include "oversight_sql.h"
#include "row_map.h"
#include "row_writes.h"
#include "social_sql.h"

namespace chatcore::sqlite {

SqliteOversightStore::SqliteOversightStore(Connection& connection,
                                           TransactionStatements& transactions, WriteLine& line)
    : transactions_(transactions),
      line_(line),
      draw_id_(connection, sql::draw_id),
      insert_(connection, sql::insert_report),
      report_of_(connection, sql::report_of),
      reports_(connection, sql::reports),
      reports_about_(connection, sql::reports_about),
      totals_(connection, sql::deployment_totals) {}

Result<ReportId> SqliteOversightStore::draw_id() {
    Cursor row(draw_id_, std::string_view("reports"));
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::corrupt, "store", "the counter of reports is gone");
    return row.id<ReportId>();
}

Result<Filed> SqliteOversightStore::file(const Report& report) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    {
        Cursor row(report_of_, report.reporter, report.target.kind, report.target.id);
        Result<bool> before = row.next();
        if (!before) return unexpected(before.error());
        if (*before) return Filed{report_from(row), false};
    }
    Result<ReportId> id = draw_id();
    if (!id) return unexpected(id.error());
    Filed filed{report, true};
    filed.report.id = *id;
    filed.report.reporter_profile.reset();
    Status status = insert_report(insert_, filed.report);
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return filed;
}

Result<Page<Report>> SqliteOversightStore::reports(ReportId before, int limit,
                                                   const std::optional<ReportTarget>& about) {
    limit = std::max(limit, 1);
    const std::int64_t below = before == ReportId{} ? id_max + 1 : before.value;
    Page<Report> page;
    const auto fill = [&](Cursor& rows) -> Result<Page<Report>> {
        Result<bool> more = fill_from(rows, limit, page.items, report_from);
        if (!more) return unexpected(more.error());
        if (*more) page.next_cursor = std::to_string(page.items.back().id.value);
        return std::move(page);
    };
    if (about) {
        Cursor rows(reports_about_, below, limit + 1, about->kind, about->id);
        return fill(rows);
    }
    Cursor rows(reports_, below, limit + 1);
    return fill(rows);
}

Result<Totals> SqliteOversightStore::totals() {
    Cursor row(totals_);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    Totals totals;
    totals.people = row.integer();
    totals.rooms = row.integer();
    totals.messages = row.integer();
    totals.reports = row.integer();
    return totals;
}

}  // namespace chatcore::sqlite
