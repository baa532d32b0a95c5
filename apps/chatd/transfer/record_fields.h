#pragma once
// Long because every kind of record stands in it.
// The members of each record in an export, by name and in order: the one place where they stand,
// for writing and reading alike. An archive is called with a name and a place. A member that has
// its type's empty value (0, false, "", the first of an enumeration, an empty list, nothing) is
// left out.

#include <concepts>
#include <string_view>
#include <type_traits>

#include "chatcore/domain/record.h"

namespace chatcore::chatd {

/// The names of an enumeration's values, in their order.
template <class Enum>
inline constexpr std::array<std::string_view, 0> enum_names{};
template <>
inline constexpr std::array<std::string_view, 2> enum_names<RoomKind>{"direct", "group"};
template <>
inline constexpr std::array<std::string_view, 3> enum_names<MemberRole>{"owner", "admin", "member"};
template <>
inline constexpr std::array<std::string_view, 3> enum_names<UserRole>{"user", "seller", "admin"};
template <>
inline constexpr std::array<std::string_view, 5> enum_names<MessageType>{"text", "image", "video",
                                                                         "file", "system"};
template <>
inline constexpr std::array<std::string_view, 4> enum_names<Repeat>{"none", "daily", "weekly",
                                                                    "monthly"};
template <>
inline constexpr std::array<std::string_view, 4> enum_names<ScheduleState>{"scheduled", "sent",
                                                                           "cancelled", "failed"};
template <>
inline constexpr std::array<std::string_view, 3> enum_names<ReportKind>{"message", "user", "room"};
template <>
inline constexpr std::array<std::string_view, 7> enum_names<NotificationKind>{
    "mention",         "reply",      "reaction",    "friend_request",
    "friend_accepted", "invitation", "consultation"};
template <>
inline constexpr std::array<std::string_view, 6> enum_names<ConsultationState>{
    "pending", "scheduled", "in_progress", "completed", "rejected", "cancelled"};

/// T, to be read or to be written.
template <class Given, class T>
concept Of = std::same_as<std::remove_const_t<Given>, T>;

template <class A>
void fields(A& a, Of<Context> auto& it) {
    a("type", it.type);
    a("id", it.id);
}
template <class A>
void fields(A& a, Of<DirectKey> auto& it) {
    a("low", it.low);
    a("high", it.high);
}
template <class A>
void fields(A& a, Of<Preview> auto& it) {
    a("id", it.id);
    a("sender", it.sender);
    a("type", it.type);
    a("content", it.content);
    a("createdAt", it.created_at);
}
template <class A>
void fields(A& a, Of<Notice> auto& it) {
    a("content", it.content);
    a("by", it.by);
    a("at", it.at);
}
template <class A>
void fields(A& a, Of<MessageTotals> auto& it) {
    a("all", it.all);
    a("media", it.media);
    a("files", it.files);
}
template <class A>
void fields(A& a, Of<Attachment> auto& it) {
    a("url", it.url);
    a("name", it.name);
    a("size", it.size_bytes);
    a("contentType", it.content_type);
}
template <class A>
void fields(A& a, Of<Mention> auto& it) {
    a("user", it.user);
    a("start", it.start);
    a("length", it.length);
}
template <class A>
void fields(A& a, Of<Reaction> auto& it) {
    a("emoji", it.emoji);
    a("users", it.users);
}
template <class A>
void fields(A& a, Of<Pin> auto& it) {
    a("by", it.by);
    a("at", it.at);
}
template <class A>
void fields(A& a, Of<Original> auto& it) {
    a("id", it.id);
    a("room", it.room);
    a("sender", it.sender);
    a("content", it.content);
}

template <class A>
void fields(A& a, Of<Account> auto& it) {
    a("id", it.profile.id);
    a("email", it.email);
    a("nickname", it.profile.nickname);
    a("profileImageUrl", it.profile.profile_image_url);
    a("role", it.profile.role);
    a("statusText", it.profile.status_text);
    a("lastSeenAt", it.profile.last_seen_at);
    a("externalId", it.profile.external_id);
    a("passwordHash", it.password_hash);
    a("createdAt", it.created_at);
    a("disabled", it.disabled);
}
/// Its name stands with the record.
template <class A>
void fields(A& a, Of<RegisteredContext> auto& it) {
    a("owner", it.owner);
    a("title", it.title);
    a("metadata", it.metadata);
    a("createdAt", it.created_at);
    a("updatedAt", it.updated_at);
}
template <class A>
void fields(A& a, Of<ContextRecord> auto& it) {
    a("type", it.context.type);
    a("id", it.context.id);
    a("registered", it.registered);
    a("removed", it.removed);
    a("cut", it.cut);
    a("pending", it.pending);
}
template <class A>
void fields(A& a, Of<Consultation> auto& it) {
    a("state", it.state);
    a("requester", it.requester);
    a("recipient", it.recipient);
    a("title", it.title);
    a("scheduledAt", it.scheduled_at);
    a("startedAt", it.started_at);
    a("endedAt", it.ended_at);
    a("movedAt", it.moved_at);
    a("saidAt", it.said_at);
}
template <class A>
void fields(A& a, Of<RequestKey> auto& it) {
    a("requester", it.requester);
    a("key", it.key);
    a("digest", it.digest);
}
template <class A>
void fields(A& a, Of<RoomRecord> auto& record) {
    auto& it = record.room;
    a("id", it.id);
    a("kind", it.kind);
    a("title", it.title);
    a("open", it.open);
    a("imageUrl", it.image_url);
    a("context", it.context);
    a("direct", it.direct);
    a("createdBy", it.created_by);
    a("metadata", it.metadata);
    a("createdAt", it.created_at);
    a("updatedAt", it.updated_at);
    a("changedAt", it.changed_at);
    a("deletedAt", it.deleted_at);
    a("notice", it.notice);
    a("pinCount", it.pin_count);
    a("participantCount", it.participant_count);
    a("lastSeq", it.last_seq);
    a("totals", it.totals);
    a("head", it.head);
    a("preview", it.preview);
    a("lastActivityAt", it.last_activity_at);
    a("consultation", it.consultation);
    a("toClear", record.to_clear);
    a("request", record.request);
    a("shared", record.shared);
}
template <class A>
void fields(A& a, Of<Member> auto& it) {
    a("room", it.room);
    a("user", it.user);
    a("role", it.role);
    a("active", it.active);
    a("removed", it.removed);
    a("banned", it.banned);
    a("silent", it.silent);
    a("joinedAt", it.joined_at);
    a("leftAt", it.left_at);
    a("readPosition", it.read_position);
    a("readSeq", it.read_seq);
    a("readAt", it.read_at);
    a("readToldAt", it.read_told_at);
    a("changedAt", it.changed_at);
    a("gaggedUntil", it.gagged_until);
    a("favorite", it.favorite);
    a("muted", it.muted);
}
template <class A>
void fields(A& a, Of<MessageRecord> auto& record) {
    auto& it = record.message;
    a("id", it.id);
    a("room", it.room);
    a("seq", it.seq);
    a("sender", it.sender);
    a("type", it.type);
    a("content", it.content);
    a("clientKey", it.key);
    a("digest", record.digest);
    a("parent", it.parent);
    a("attachments", it.attachments);
    a("mentions", it.mentions);
    a("metadata", it.metadata);
    a("forwardedFrom", it.forwarded_from);
    a("reactions", it.reactions);
    a("pin", it.pin);
    a("replyCount", it.reply_count);
    a("changedAt", it.changed_at);
    a("createdAt", it.created_at);
    a("editedAt", it.edited_at);
    a("editCount", it.edit_count);
    a("deletedAt", it.deleted_at);
    a("movesPointer", it.moves_pointer);
}
template <class A>
void fields(A& a, Of<Schedule> auto& it) {
    a("id", it.id);
    a("owner", it.owner);
    a("room", it.room);
    a("content", it.content);
    a("firstLocal", it.first_local);
    a("dueAt", it.due_at);
    a("repeat", it.repeat);
    a("timeZone", it.time_zone);
    a("occurrence", it.occurrence);
    a("claimed", it.claimed);
    a("state", it.state);
    a("failure", it.failure);
    a("createdAt", it.created_at);
}
template <class A>
void fields(A& a, Of<FriendshipRecord> auto& it) {
    a("low", it.low);
    a("high", it.high);
    a("since", it.since);
}
/// What waits for an answer: the others are not kept.
template <class A>
void fields(A& a, Of<FriendRequest> auto& it) {
    a("id", it.id);
    a("sender", it.sender);
    a("receiver", it.receiver);
    a("at", it.at);
}
template <class A>
void fields(A& a, Of<BlockRecord> auto& it) {
    a("user", it.user);
    a("blocked", it.blocked);
    a("since", it.since);
}
template <class A>
void fields(A& a, Of<BlockMoves::Move> auto& it) {
    a("user", it.user);
    a("number", it.number);
}
template <class A>
void fields(A& a, Of<NotificationRecord> auto& record) {
    auto& it = record.notification;
    a("receiver", record.receiver);
    a("id", it.id);
    a("about", it.kind);
    a("at", it.at);
    a("read", it.read);
    a("actor", it.actor);
    a("room", it.room);
    a("message", it.message);
    a("cause", record.cause);
}
template <class A>
void fields(A& a, Of<BookmarkRecord> auto& it) {
    a("user", it.user);
    a("message", it.message);
    a("room", it.room);
    a("id", it.id);
}
template <class A>
void fields(A& a, Of<Upload> auto& it) {
    a("id", it.id);
    a("uploader", it.uploader);
    a("name", it.name);
    a("size", it.size_bytes);
    a("contentType", it.content_type);
    a("createdAt", it.created_at);
    a("uses", it.uses);
    a("unusedUntil", it.unused_until);
    a("condemned", it.condemned);
}
template <class A>
void fields(A& a, Of<UploadUseRecord> auto& it) {
    a("upload", it.upload);
    a("message", it.message);
    a("room", it.room);
}
template <class A>
void fields(A& a, Of<DeliveryPointer> auto& it) {
    a("room", it.room);
    a("user", it.user);
    a("message", it.message);
}
template <class A>
void fields(A& a, Of<ReportedMessage> auto& it) {
    a("id", it.id);
    a("room", it.room);
    a("sender", it.sender);
    a("type", it.type);
    a("content", it.content);
    a("attachments", it.attachments);
    a("forwardedFrom", it.forwarded_from);
    a("createdAt", it.created_at);
    a("editedAt", it.edited_at);
}
template <class A>
void fields(A& a, Of<Report> auto& it) {
    a("id", it.id);
    a("reporter", it.reporter);
    a("at", it.at);
    a("about", it.target.kind);
    a("target", it.target.id);
    a("room", it.room);
    a("reason", it.reason);
    a("comment", it.comment);
    a("message", it.message);
}
template <class A>
void fields(A& a, Of<CountersRecord> auto& it) {
    a("position", it.position);
    a("user", it.user);
    a("schedule", it.schedule);
    a("friendRequest", it.friend_request);
    a("notification", it.notification);
    a("bookmark", it.bookmark);
    a("report", it.report);
    a("block", it.block);
}

}  // namespace chatcore::chatd
