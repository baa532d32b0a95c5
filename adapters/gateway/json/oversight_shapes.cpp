#include "gateway/json/oversight_shapes.h"

#include "gateway/json/names.h"
#include "gateway/json/shapes.h"

namespace chatcore::gateway {

namespace {

void write_reported(JsonWriter& out, const ReportedMessage& message) {
    out.begin_object()
        .member("id", message.id)
        .member("roomId", message.room)
        .member("senderId", message.sender)
        .member("type", name_of(message.type))
        .member("content", message.content);
    write_attachments(out, message.attachments);
    write_forwarded(out, message.forwarded_from);
    out.member("createdAt", message.created_at).key("editedAt");
    if (message.edited_at) {
        out.value(*message.edited_at);
    } else {
        out.null();
    }
    out.end_object();
}

}  // namespace

void write_report(JsonWriter& out, const Report& report) {
    out.begin_object().member("id", report.id).member("reporterId", report.reporter);
    if (report.reporter_profile) out.member("reporterNickname", report.reporter_profile->nickname);
    out.member("reason", report.reason).member("comment", report.comment);
    if (report.target.kind == ReportKind::message) out.member("messageId", report.target.id);
    if (report.target.kind == ReportKind::user) out.member("userId", report.target.id);
    if (report.room) out.member("roomId", *report.room);
    if (report.message) {
        out.key("message");
        write_reported(out, *report.message);
    }
    out.member("createdAt", report.at).end_object();
}

}  // namespace chatcore::gateway
