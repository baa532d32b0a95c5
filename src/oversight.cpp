#include "chatcore/oversight.h"

#include "chatcore/text.h"

#include "node.h"
#include "rates.h"

namespace chatcore {

namespace {

Status check_text(const std::string& what, int code_points_max, const char* field) {
    if (!text::valid(what)) return unexpected(ErrorCode::malformed, field);
    if (text::code_points(what) > static_cast<std::size_t>(code_points_max))
        return unexpected(ErrorCode::too_long, field);
    return {};
}

Status check(const ReportRequest& request, UserId reporter) {
    Status status = check_text(request.reason, report_reason_code_points_max, "reason");
    if (status && text::blank(request.reason)) return unexpected(ErrorCode::empty, "reason");
    if (status) status = check_text(request.comment, report_comment_code_points_max, "comment");
    if (status && request.target == ReportTarget{ReportKind::user, reporter.value})
        return unexpected(ErrorCode::invalid_value, "userId");
    return status;
}

/// The message, where the reporter may read it, or could if they did not block its sender: who
/// blocks somebody first may still report afterwards what they wrote.
Result<std::optional<Message>> reportable(Store& store, MessageId id, UserId reporter) {
    Result<std::optional<Message>> shown = store.messages().find(id, reporter);
    if (!shown || *shown) return shown;
    Result<std::optional<Message>> hidden = store.messages().find(id, std::nullopt);
    if (!hidden || !*hidden) return hidden;
    Result<std::optional<Room>> room = store.rooms().find((*hidden)->room);
    if (!room) return unexpected(room.error());
    Result<std::optional<Member>> member = store.rooms().member((*hidden)->room, reporter);
    if (!member) return unexpected(member.error());
    const bool readable = *room && !(*room)->deleted_at && *member && (*member)->active;
    if (!readable) hidden->reset();
    return hidden;
}

}  // namespace

/// What is reported, as the reporter may see it.
Result<Report> Oversight::seen(Store& store, Caller caller, ReportRequest&& request) const {
    Report report;
    report.reporter = caller.user;
    report.at = node_.clock.now();
    report.target = request.target;
    report.room = request.room;
    report.reason = std::move(request.reason);
    report.comment = std::move(request.comment);
    if (report.target.kind == ReportKind::message) {
        Result<std::optional<Message>> found =
            reportable(store, MessageId{report.target.id}, caller.user);
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected(ErrorCode::not_found, "message");
        report.room = (*found)->room;
        report.message = ReportedMessage::of(**found);
        return report;
    }
    if (report.target.kind == ReportKind::user) {
        const UserId user{report.target.id};
        Result<bool> exists = node_.profiles.exist(store, {&user, 1});
        if (!exists) return unexpected(exists.error());
        if (!*exists) return unexpected(ErrorCode::not_found, "user");
    } else {
        report.room = RoomId{report.target.id};
    }
    if (report.room) {
        Result<std::optional<Member>> member = store.rooms().member(*report.room, caller.user);
        if (!member) return unexpected(member.error());
        // Who has left, or was put out, may still say why.
        if (!*member) return unexpected(ErrorCode::not_a_member);
    }
    return report;
}

void Oversight::report(Caller caller, ReportRequest request, Completion<Filed> done) {
    Status status = check(request, caller.user);
    if (status) status = node_.rates->take_report(caller.user);
    if (!status) {
        node_.answer<Filed>(caller.home, std::move(done), unexpected(status.error()));
        return;
    }
    node_.ask_writer<Filed>(
        caller.home,
        [this, caller, request = std::move(request)](Store& store) mutable -> Result<Filed> {
            Result<Report> report = seen(store, caller, std::move(request));
            if (!report) return unexpected(report.error());
            return store.oversight().file(*report);
        },
        std::move(done));
}

void Oversight::reports(Caller caller, ReportId before, int limit,
                        std::optional<ReportTarget> about, Completion<Page<Report>> done) {
    node_.ask<Page<Report>>(
        caller.home,
        [this, before, limit, about](Store& store) -> Result<Page<Report>> {
            if (limit < 1 || limit > 100) return unexpected(ErrorCode::malformed, "limit");
            Result<Page<Report>> page = store.oversight().reports(before, limit, about);
            if (!page) return page;
            std::vector<Profiles::Wanted> wanted;
            for (Report& report : page->items)
                wanted.push_back({report.reporter, &report.reporter_profile});
            node_.profiles.fill(store, wanted);
            return page;
        },
        std::move(done));
}

void Oversight::totals(Caller caller, Completion<Totals> done) {
    node_.ask<Totals>(
        caller.home, [](Store& store) { return store.oversight().totals(); }, std::move(done));
}

}  // namespace chatcore
