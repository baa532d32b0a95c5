#include "sqlite_oversight.h"

#include <algorithm>

#include "chatcore/wire.h"

#include "oversight_sql.h"
#include "row_map.h"
#include "social_sql.h"

namespace chatcore::sqlite {

namespace {

Report report_from(Cursor& row) {
    Report report;
    report.id = row.id<ReportId>();
    report.reporter = row.id<UserId>();
    report.at = row.time();
    report.target.kind = row.enumerator<ReportKind>();
    report.target.id = row.integer();
    if (row.null()) {
        row.skip();
    } else {
        report.room = row.id<RoomId>();
    }
    report.reason = row.text();
    report.comment = row.text();
    if (report.target.kind != ReportKind::message || row.null()) return report;
    ReportedMessage& message = report.message.emplace();
    message.id = MessageId{report.target.id};
    message.room = report.room.value_or(RoomId{});
    message.sender = row.id<UserId>();
    message.type = row.enumerator<MessageType>();
    message.content = row.text();
    message.attachments = wire::decode_attachments(row.bytes());
    message.forwarded_from = wire::decode_original(row.bytes());
    message.created_at = row.time();
    message.edited_at = row.optional_time();
    return report;
}

}  // namespace

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

Status SqliteOversightStore::insert(const Report& report) {
    if (!report.message) {
        return insert_.run(report.id, report.reporter, report.at, report.target.kind,
                           report.target.id, report.room, report.reason, report.comment, nullptr,
                           nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    }
    const ReportedMessage& message = *report.message;
    return insert_.run(report.id, report.reporter, report.at, report.target.kind, report.target.id,
                       message.room, report.reason, report.comment, message.sender, message.type,
                       message.content, Blob::of(wire::encode(message.attachments)),
                       Blob::of(wire::encode(message.forwarded_from)), message.created_at,
                       message.edited_at);
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
    Status status = insert(filed.report);
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
