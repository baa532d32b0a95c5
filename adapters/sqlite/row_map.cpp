#include "row_map.h"

#include <algorithm>

#include "chatcore/wire.h"

namespace chatcore::sqlite {

std::optional<Preview> preview_from(Cursor& row) {
    if (row.null()) {
        row.skip(5);
        return std::nullopt;
    }
    Preview preview;
    preview.id = row.id<MessageId>();
    preview.sender = row.id<UserId>();
    preview.type = row.enumerator<MessageType>();
    preview.content = row.text();
    preview.created_at = row.time();
    return preview;
}

MessageTotals totals_from(Cursor& row) {
    MessageTotals totals;
    totals.all = row.integer();
    totals.media = row.integer();
    totals.files = row.integer();
    return totals;
}

Room room_from(Cursor& row) {
    Room room;
    room.id = row.id<RoomId>();
    room.kind = row.enumerator<RoomKind>();
    room.open = row.flag();
    Context context;
    context.type = row.text();
    context.id = row.text();
    if (!context.type.empty()) room.context = std::move(context);
    if (row.null()) {
        row.skip(2);
    } else {
        const auto low = row.id<UserId>();
        room.direct = DirectKey{low, row.id<UserId>(), room.context};
    }
    room.created_by = row.id<UserId>();
    room.created_at = row.time();
    room.metadata = row.text();
    room.title = row.text();
    room.updated_at = row.time();
    room.changed_at = row.id<Position>();
    room.participant_count = row.integer();
    room.last_seq = row.integer();
    room.head = row.id<Position>();
    room.last_activity_at = row.time();
    room.preview = preview_from(row);
    if (row.null()) {
        row.skip(3);
    } else {
        Notice& notice = room.notice.emplace();
        notice.content = row.text();
        notice.by = row.id<UserId>();
        notice.at = row.time();
    }
    room.pin_count = static_cast<std::int32_t>(row.integer());
    room.deleted_at = row.optional_time();
    room.totals = totals_from(row);
    room.image_url = row.text();
    room.consultation = wire::decode_consultation(row.bytes());
    return room;
}

Member member_from(Cursor& row) {
    Member member;
    member.room = row.id<RoomId>();
    member.user = row.id<UserId>();
    member.role = row.enumerator<MemberRole>();
    member.active = row.flag();
    member.removed = row.flag();
    member.silent = row.flag();
    member.joined_at = row.time();
    member.left_at = row.optional_time();
    member.read_position = row.id<Position>();
    member.read_seq = row.integer();
    member.read_at = row.optional_time();
    member.changed_at = row.id<Position>();
    member.banned = row.flag();
    member.gagged_until = row.optional_time();
    member.favorite = row.flag();
    member.muted = row.flag();
    member.read_told_at = row.id<Position>();
    return member;
}

ClientKey key_from(Cursor& row) {
    const std::string bytes = row.bytes();
    ClientKey key;
    std::copy_n(bytes.begin(), std::min(bytes.size(), key.bytes.size()), key.bytes.begin());
    return key;
}

Message message_from(Cursor& row) {
    Message message;
    message.id = row.id<MessageId>();
    message.room = row.id<RoomId>();
    message.seq = row.integer();
    message.sender = row.id<UserId>();
    message.type = row.enumerator<MessageType>();
    message.content = row.text();
    message.key = key_from(row);
    if (row.null()) {
        row.skip();
    } else {
        message.parent = row.id<MessageId>();
    }
    message.attachments = wire::decode_attachments(row.bytes());
    message.mentions = wire::decode_mentions(row.bytes());
    message.metadata = row.text();
    message.reply_count = row.integer();
    message.changed_at = row.id<Position>();
    message.created_at = row.time();
    message.edited_at = row.optional_time();
    message.edit_count = static_cast<std::int32_t>(row.integer());
    message.deleted_at = row.optional_time();
    message.forwarded_from = wire::decode_original(row.bytes());
    message.reactions = wire::decode_reactions(row.bytes());
    if (row.null()) {
        row.skip(2);
    } else {
        Pin& pin = message.pin.emplace();
        pin.by = row.id<UserId>();
        pin.at = row.time();
    }
    message.moves_pointer = row.flag();
    return message;
}

Profile profile_from(Cursor& row) {
    Profile profile;
    profile.id = row.id<UserId>();
    profile.nickname = row.text();
    profile.profile_image_url = row.text();
    profile.role = row.enumerator<UserRole>();
    profile.status_text = row.text();
    profile.last_seen_at = row.optional_time();
    profile.external_id = row.text();
    return profile;
}

Account account_from(Cursor& row) {
    Account account;
    account.profile = profile_from(row);
    account.email = row.text();
    account.password_hash = row.text();
    account.created_at = row.time();
    account.disabled = row.flag();
    return account;
}

Schedule schedule_from(Cursor& row) {
    Schedule schedule;
    schedule.id = row.id<ScheduleId>();
    schedule.owner = row.id<UserId>();
    schedule.room = row.id<RoomId>();
    schedule.content = row.text();
    schedule.first_local = LocalTime{std::chrono::milliseconds{row.integer()}};
    schedule.due_at = row.time();
    schedule.repeat = row.enumerator<Repeat>();
    schedule.time_zone = row.text();
    schedule.occurrence = row.integer();
    schedule.claimed = row.flag();
    schedule.state = row.enumerator<ScheduleState>();
    schedule.created_at = row.time();
    if (row.null()) {
        row.skip();
    } else {
        // One of a later version is not known here.
        schedule.failure = error_code_named(row.text()).value_or(ErrorCode::internal);
    }
    return schedule;
}

Upload upload_from(Cursor& row) {
    Upload upload;
    upload.id = row.id<AttachmentId>();
    upload.uploader = row.id<UserId>();
    upload.name = row.text();
    upload.size_bytes = row.integer();
    upload.content_type = row.text();
    upload.created_at = row.time();
    upload.uses = row.integer();
    upload.unused_until = row.optional_time();
    upload.condemned = row.flag();
    return upload;
}

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

RegisteredContext context_from(Cursor& row) {
    RegisteredContext found;
    found.context.type = row.text();
    found.context.id = row.text();
    found.owner = row.id<UserId>();
    found.title = row.text();
    found.metadata = row.text();
    found.created_at = row.time();
    found.updated_at = row.time();
    return found;
}

}  // namespace chatcore::sqlite
