#include "row_writes.h"

#include "chatcore/text.h"
#include "chatcore/wire.h"

namespace chatcore::sqlite {

namespace {

std::optional<std::string_view> kept(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

}  // namespace

Status insert_message(Statement& insert, const Message& message, std::uint64_t digest) {
    const std::optional<UserId> pinned_by =
        message.pin ? std::optional(message.pin->by) : std::nullopt;
    const std::optional<Timestamp> pinned_at =
        message.pin ? std::optional(message.pin->at) : std::nullopt;
    return insert.run(
        message.id, message.room, message.seq, message.sender, message.type, message.content,
        message.key, digest, message.parent, Blob::of(wire::encode(message.attachments)),
        Blob::of(wire::encode(message.mentions)), kept(message.metadata), message.reply_count,
        message.changed_at, message.created_at, message.edited_at, message.edit_count,
        message.deleted_at, Blob::of(wire::encode(message.forwarded_from)),
        Blob::of(wire::encode(message.reactions)), pinned_by, pinned_at, message.moves_pointer);
}

Status insert_member(Statement& insert, const Member& member) {
    return insert.run(member.room, member.user, member.role, member.active, member.removed,
                      member.silent, member.joined_at, member.left_at, member.read_position,
                      member.read_seq, member.read_at, member.changed_at, member.banned,
                      member.gagged_until, member.favorite, member.muted, member.read_told_at);
}

Status insert_account(Statement& insert, const Account& account) {
    const Profile& profile = account.profile;
    return insert.run(profile.id, account.email, profile.nickname, text::fold(profile.nickname),
                      profile.profile_image_url, profile.role, profile.status_text,
                      profile.last_seen_at, account.password_hash, account.created_at,
                      account.disabled, profile.external_id);
}

Status insert_consultation(Statement& insert, RoomId room, const Consultation& consultation) {
    return insert.run(room, Blob::of(wire::encode(consultation)), consultation.state,
                      consultation.requester, consultation.recipient);
}

Status insert_schedule(Statement& insert, const Schedule& schedule) {
    return insert.run(schedule.id, schedule.owner, schedule.room, schedule.content,
                      schedule.first_local.time_since_epoch().count(), schedule.due_at,
                      schedule.repeat, schedule.time_zone, schedule.occurrence, schedule.claimed,
                      schedule.state, schedule.created_at, kept_name(schedule.failure));
}

std::optional<std::string_view> kept_name(std::optional<ErrorCode> code) {
    return code ? std::optional(name_of(*code)) : std::nullopt;
}

Status insert_upload(Statement& insert, const Upload& upload) {
    return insert.run(upload.id, upload.uploader, upload.name, upload.size_bytes,
                      upload.content_type, upload.created_at, upload.uses, upload.unused_until,
                      upload.condemned);
}

Status insert_report(Statement& insert, const Report& report) {
    if (!report.message) {
        return insert.run(report.id, report.reporter, report.at, report.target.kind,
                          report.target.id, report.room, report.reason, report.comment, nullptr,
                          nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
    }
    const ReportedMessage& message = *report.message;
    return insert.run(report.id, report.reporter, report.at, report.target.kind, report.target.id,
                      message.room, report.reason, report.comment, message.sender, message.type,
                      message.content, Blob::of(wire::encode(message.attachments)),
                      Blob::of(wire::encode(message.forwarded_from)), message.created_at,
                      message.edited_at);
}

}  // namespace chatcore::sqlite
