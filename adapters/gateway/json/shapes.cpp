#include "gateway/json/shapes.h"

#include <algorithm>

#include "gateway/json/error_sentence.h"
#include "gateway/json/names.h"

namespace chatcore::gateway {

namespace {

template <class T>
void nullable(JsonWriter& out, std::string_view name, const std::optional<T>& content) {
    out.key(name);
    if (content) {
        out.value(*content);
    } else {
        out.null();
    }
}

void text_or_null(JsonWriter& out, std::string_view name, std::string_view text) {
    out.key(name);
    if (text.empty()) {
        out.null();
    } else {
        out.value(text);
    }
}

void write_consultation(JsonWriter& out, const Consultation& consultation) {
    out.key("consultation")
        .begin_object()
        .member("status", name_of(consultation.state))
        .member("requesterId", consultation.requester)
        .member("recipientId", consultation.recipient);
    text_or_null(out, "title", consultation.title);
    nullable(out, "scheduledAt", consultation.scheduled_at);
    nullable(out, "startedAt", consultation.started_at);
    nullable(out, "endedAt", consultation.ended_at);
    nullable(out, "durationMinutes", duration_minutes(consultation));
    out.end_object();
}

void write_shared_fields(JsonWriter& out, const Room& room) {
    out.member("id", room.id).member("kind", name_of(room.kind));
    text_or_null(out, "title", room.title);
    out.member("open", room.open).key("context");
    if (room.context) {
        out.begin_object()
            .member("type", room.context->type)
            .member("id", room.context->id)
            .end_object();
    } else {
        out.null();
    }
    out.member("participantCount", room.participant_count).key("lastMessage");
    write_preview(out, room.preview ? &*room.preview : nullptr);
    out.member("lastActivityAt", room.last_activity_at).key("notice");
    write_notice(out, room.notice);
    if (!room.image_url.empty()) out.member("imageUrl", room.image_url);
    if (!room.metadata.empty()) out.key("metadata").raw(room.metadata);
    if (room.consultation) write_consultation(out, *room.consultation);
    out.member("position", room.head)
        .member("createdAt", room.created_at)
        .member("updatedAt", room.updated_at);
    if (room.deleted_at) out.member("deletedAt", *room.deleted_at);
}

void write_reactions(JsonWriter& out, const std::vector<Reaction>& reactions) {
    out.key("reactions").begin_array();
    for (const Reaction& reaction : reactions) {
        out.begin_object()
            .member("reaction", reaction.emoji)
            .member("count", static_cast<std::int64_t>(reaction.users.size()));
        out.key("userIds").begin_array();
        for (const UserId user : reaction.users) out.value(user);
        out.end_array().end_object();
    }
    out.end_array();
}

/// `readBy:{userId:true}`, where it is known who has read in the message's room.
void write_read_by(JsonWriter& out, const Message& message) {
    const auto [first, last] = std::equal_range(
        out.marks()->begin(), out.marks()->end(), ReadPointer{message.room, {}, {}},
        [](const ReadPointer& a, const ReadPointer& b) { return a.room < b.room; });
    if (first == last) return;
    out.key("readBy").begin_object();
    for (auto mark = first; mark != last; ++mark) {
        if (mark->position >= position_of(message.id))
            out.member(std::to_string(mark->user.value), true);
    }
    out.end_object();
}

void write_person_fields(JsonWriter& out, const Profile& profile) {
    out.member("nickname", profile.nickname);
    text_or_null(out, "profileImageUrl", profile.profile_image_url);
    out.member("role", name_of(profile.role)).member("statusText", profile.status_text);
    nullable(out, "lastSeenAt", profile.last_seen_at);
    if (!profile.external_id.empty()) out.member("externalId", profile.external_id);
}

/// Under which name an error's detail is told.
std::string_view detail_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::not_found:
            return "what";
        case ErrorCode::unavailable:
            return "part";
        case ErrorCode::refused_by_host:
            return "reason";
        default:
            return "field";
    }
}

/// What went wrong inside is for the log; clients hear the same of each.
ErrorCode told_code(const Error& error) {
    const bool inside = error.code == ErrorCode::corrupt || error.code == ErrorCode::newer_schema;
    return inside ? ErrorCode::internal : error.code;
}

}  // namespace

void write_attachments(JsonWriter& out, const std::vector<Attachment>& attachments) {
    out.key("attachments").begin_array();
    for (const Attachment& attachment : attachments) {
        out.begin_object()
            .member("url", attachment.url)
            .member("name", attachment.name)
            .member("size", attachment.size_bytes)
            .member("contentType", attachment.content_type)
            .end_object();
    }
    out.end_array();
}

void write_forwarded(JsonWriter& out, const std::optional<Original>& original) {
    if (!original) return;
    out.key("forwardedFrom")
        .begin_object()
        .member("id", original->id)
        .member("roomId", original->room)
        .member("senderId", original->sender)
        .member("content", original->content)
        .end_object();
}

void write_message(JsonWriter& out, const Message& message, std::string_view temp_id) {
    out.begin_object()
        .member("id", message.id)
        .member("roomId", message.room)
        .member("senderId", message.sender)
        .member("senderNickname", message.sender_nickname)
        .member("type", name_of(message.type))
        .member("content", message.content);
    write_attachments(out, message.attachments);
    out.member("clientKey", message.key.to_string());
    if (!temp_id.empty()) out.member("tempId", temp_id);
    if (message.parent) out.member("parentId", *message.parent);
    if (message.reply_count > 0) out.member("threadCount", message.reply_count);
    write_forwarded(out, message.forwarded_from);
    write_reactions(out, message.reactions);
    if (message.pin) {
        out.key("pinned")
            .begin_object()
            .member("by", message.pin->by)
            .member("at", message.pin->at)
            .end_object();
    }
    if (message.bookmarked) out.member("bookmarked", *message.bookmarked);
    if (!message.mentions.empty()) {
        out.key("mentions").begin_array();
        for (const Mention& mention : message.mentions) {
            out.begin_object().member("userId", mention.user);
            if (mention.names_all()) out.member("all", true);
            out.member("start", int{mention.start})
                .member("length", int{mention.length})
                .end_object();
        }
        out.end_array();
    }
    if (!message.metadata.empty()) out.key("metadata").raw(message.metadata);
    out.member("seq", message.seq)
        .member("changedAt", message.changed_at)
        .member("createdAt", message.created_at);
    nullable(out, "editedAt", message.edited_at);
    out.member("editCount", int{message.edit_count});
    nullable(out, "deletedAt", message.deleted_at);
    if (!message.moves_pointer) out.member("movesPointer", false);
    if (out.marks() != nullptr) write_read_by(out, message);
    out.end_object();
}

void write_preview(JsonWriter& out, const Preview* preview) {
    if (preview == nullptr) {
        out.null();
        return;
    }
    out.begin_object()
        .member("id", preview->id)
        .member("senderId", preview->sender)
        .member("senderNickname", preview->sender_nickname)
        .member("type", name_of(preview->type))
        .member("content", preview->content)
        .member("createdAt", preview->created_at)
        .end_object();
}

void write_notice(JsonWriter& out, const std::optional<Notice>& notice) {
    if (!notice) {
        out.null();
        return;
    }
    out.begin_object()
        .member("content", notice->content)
        .member("by", notice->by)
        .member("at", notice->at)
        .end_object();
}

void write_room(JsonWriter& out, const RoomView& view) {
    out.begin_object();
    write_shared_fields(out, view.room);
    out.member("unreadCount", view.unread_count)
        .member("readPosition", view.read_position)
        .member("favorite", view.favorite)
        .member("muted", view.muted)
        .member("role", name_of(view.role));
    if (!view.active) out.member("isActive", false);
    if (view.peer_profile) {
        out.key("peer");
        write_profile(out, *view.peer_profile);
    } else if (view.peer) {
        out.key("peer").begin_object().member("id", *view.peer).end_object();
    }
    out.end_object();
}

void write_room(JsonWriter& out, const Room& room) {
    out.begin_object();
    write_shared_fields(out, room);
    out.end_object();
}

void write_member(JsonWriter& out, const Member& member) {
    out.begin_object().member("userId", member.user).member("nickname", member.nickname);
    text_or_null(out, "profileImageUrl", member.profile_image_url);
    out.member("role", name_of(member.role))
        .member("isActive", member.active)
        .member("joinedAt", member.joined_at);
    nullable(out, "leftAt", member.left_at);
    out.member("readPosition", member.read_position);
    if (member.banned) out.member("banned", true);
    if (member.gagged_until) out.member("mutedUntil", *member.gagged_until);
    out.end_object();
}

void write_changes(JsonWriter& out, const Changes& changes) {
    out.key("items").begin_array();
    for (const State& state : changes.items) {
        out.begin_object();
        if (const auto* message = std::get_if<Message>(&state)) {
            out.member("kind", "message").member("position", message->changed_at).key("message");
            write_message(out, *message);
        } else if (const auto* member = std::get_if<Member>(&state)) {
            out.member("kind", "member").member("position", member->changed_at).key("member");
            write_member(out, *member);
        } else {
            const Room& room = std::get<Room>(state);
            out.member("kind", "room").member("position", room.changed_at).key("room");
            write_room(out, room);
        }
        out.end_object();
    }
    out.end_array().member("nextCursor", changes.next).member("hasMore", changes.has_more);
}

void write_profile_fields(JsonWriter& out, const Profile& profile) {
    out.member("id", profile.id);
    write_person_fields(out, profile);
}

void write_profile(JsonWriter& out, const Profile& profile) {
    out.begin_object();
    write_profile_fields(out, profile);
    out.end_object();
}

void write_account(JsonWriter& out, const Account& account) {
    out.begin_object().member("id", account.profile.id).member("email", account.email);
    write_person_fields(out, account.profile);
    if (account.disabled) out.member("disabled", true);
    out.end_object();
}

void write_schedule(JsonWriter& out, const Schedule& schedule) {
    out.begin_object()
        .member("id", schedule.id)
        .member("roomId", schedule.room)
        .member("content", schedule.content)
        .member("scheduledAt", schedule.due_at);
    if (schedule.repeat != Repeat::none) out.member("repeat", name_of(schedule.repeat));
    if (!schedule.time_zone.empty()) out.member("timeZone", schedule.time_zone);
    out.member("status", name_of(schedule.state));
    if (schedule.failure) {
        out.key("error")
            .begin_object()
            .member("code", chatcore::name_of(*schedule.failure))
            .member("message", sentence_of(*schedule.failure))
            .end_object();
    }
    out.end_object();
}

void write_context(JsonWriter& out, const RegisteredContext& context) {
    out.begin_object()
        .member("type", context.context.type)
        .member("id", context.context.id)
        .member("ownerId", context.owner);
    text_or_null(out, "title", context.title);
    if (!context.metadata.empty()) out.key("metadata").raw(context.metadata);
    out.member("createdAt", context.created_at)
        .member("updatedAt", context.updated_at)
        .end_object();
}

void write_error(JsonWriter& out, const Error& error, std::string_view request_id,
                 std::string_view sentence) {
    // Requests over HTTP all have a number, and frames have none.
    const Refused refused = request_id.empty() ? Refused::frame : Refused::request;
    out.begin_object();
    write_error_code(out, error,
                     sentence.empty() ? sentence_about(error, refused) : std::string(sentence));
    write_error_details(out, error);
    if (!request_id.empty()) out.member("requestId", request_id);
    out.end_object();
}

void write_error_code(JsonWriter& out, const Error& error, std::string_view sentence) {
    const ErrorCode code = told_code(error);
    out.member("code", chatcore::name_of(code))
        .member("message", code == error.code ? sentence : sentence_of(code));
}

void write_error_details(JsonWriter& out, const Error& error) {
    out.key("details").begin_object();
    if (!error.detail.empty()) out.member(detail_name(told_code(error)), error.detail);
    if (error.retry_after.count() > 0)
        out.member("retryAfterMs", std::int64_t{error.retry_after.count()});
    out.end_object();
}

}  // namespace chatcore::gateway
