// Posting, editing and deleting.

#include <utility>

#include "chatcore/text.h"

#include "content_rules.h"
#include "rules/rules.h"

namespace chatcore::rules {

namespace {

Preview preview_of(const Message& message) {
    const bool bare = message.content.empty() && message.forwarded_from;
    const std::string& said = bare ? message.forwarded_from->content : words_of(message);
    return Preview{message.id,          message.sender,
                   shown_type(message), text::first_code_points(said, 100),
                   message.created_at,  {}};
}

/// The reply's root, as it is after its count of replies changed at the reply's position.
Result<std::optional<Message>> count_reply(Context& context, const Message& reply, int by) {
    if (!reply.parent) return std::optional<Message>{};
    Result<const Message*> root = context.set.message(*reply.parent);
    if (!root) return unexpected(root.error());
    // A tombstone never changes again, so that a deletion is seen exactly once in the changes since
    // any position.
    if (*root == nullptr || (*root)->deleted_at) return std::optional<Message>{};
    Message& altered = context.set.alter(**root);
    altered.reply_count += by;
    altered.changed_at = reply.changed_at;
    return std::optional<Message>{altered};
}

void keep_preview(Context& context, const Room& room, const Message& message) {
    if (room.preview && room.preview->id == message.id)
        context.set.alter(room).preview = preview_of(message);
}

/// As rules/concealment.h says it.
Result<bool> hidden_from_actor(Context& context, const Change& change, const Room& room,
                               const Message& message) {
    if (room.kind != RoomKind::group || message.sender == change.actor) return false;
    return context.set.has_blocked(change.actor, message.sender);
}

/// The room and the actor, who may post there, or why not.
Result<Standing> poster_of(Context& context, const Change& change) {
    Result<const Room*> room = context.set.room(change.room);
    if (!room) return unexpected(room.error());
    Result<const Member*> actor = context.set.member(change.room, change.actor);
    if (!actor) return unexpected(actor.error());
    Result<bool> blocked = *room == nullptr ? Result<bool>(false) : context.set.blocked_in(**room);
    if (!blocked) return unexpected(blocked.error());
    Standing standing{*room, *actor, std::nullopt};
    if (std::optional<Error> why = why_no_post(*room, *actor, *blocked, change.at))
        standing.refusal = refused(std::move(*why));
    return standing;
}

}  // namespace

Result<Named> named_message(Context& context, const Change& change, MessageId id) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return Named{*standing, nullptr, standing->refusal};
    Result<const Message*> found = context.set.message(id);
    if (!found) return unexpected(found.error());
    if (*found == nullptr || (*found)->room != change.room) {
        return Named{*standing, nullptr, refused(ErrorCode::not_found, "message")};
    }
    if ((*found)->deleted_at) return Named{*standing, nullptr, refused(ErrorCode::already_deleted)};
    return Named{*standing, *found, std::nullopt};
}

std::optional<Decision> barred_from_saying(Context& context, const Standing& standing) {
    Result<bool> blocked = context.set.blocked_in(*standing.room);
    if (!blocked) return unexpected(blocked.error());
    if (std::optional<Error> why = why_silent(*standing.room, *blocked))
        return refused(std::move(*why));
    return std::nullopt;
}

Decision decide(Context& context, const Change& change, const PostMessage& what) {
    Result<std::optional<PostMark>> mark = context.set.post({change.actor, what.key});
    if (!mark) return unexpected(mark.error());
    if (*mark) {
        // Looked at first, so that a repeat is answered alike before and after the first is cleared
        // away.
        Result<Place> place = place_of(context, change);
        if (!place) return unexpected(place.error());
        if (place->room != nullptr && place->refusal) return std::move(*place->refusal);
        if ((*mark)->digest != what.digest) return refused(ErrorCode::key_reused);
        Result<const Message*> first = context.set.message((*mark)->message);
        if (!first) return unexpected(first.error());
        if (*first == nullptr) return refused(ErrorCode::room_deleted);
        return Outcome{DuplicateOf{position_of((*first)->id), **first}};
    }
    Result<Standing> standing = poster_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;

    std::optional<MessageId> root;
    if (what.parent) {
        Result<const Message*> parent = context.set.message(*what.parent);
        if (!parent) return unexpected(parent.error());
        if (*parent == nullptr || (*parent)->room != change.room)
            return refused(ErrorCode::not_found, "message");
        Result<bool> hidden = hidden_from_actor(context, change, *standing->room, **parent);
        if (!hidden) return unexpected(hidden.error());
        if (*hidden) return refused(ErrorCode::not_found, "message");
        root = (*parent)->parent.value_or((*parent)->id);
    }

    Result<Shown> shown = shown_by(context, change, what);
    if (!shown) return unexpected(shown.error());
    if (shown->refusal) return *shown->refusal;

    Result<Mentioned> mentioned = mentions_of(context, change, *standing, what.mentions);
    if (!mentioned) return unexpected(mentioned.error());
    if (mentioned->refusal) return *mentioned->refusal;

    const auto [position, prev] = advance(context, change, *standing->room);
    Room& room = context.set.alter(*standing->room);
    room.totals.count(what.type, 1);
    Message message{.id = message_at(position),
                    .room = change.room,
                    .sender = change.actor,
                    .type = what.type,
                    .content = what.content,
                    .key = what.key,
                    .parent = root,
                    .attachments = std::move(shown->attachments),
                    .mentions = std::move(mentioned->mentions),
                    .metadata = what.metadata,
                    .forwarded_from = what.forwarded_from,
                    .reactions = {},
                    .pin = {},
                    .seq = ++room.last_seq,
                    .reply_count = 0,
                    .changed_at = position,
                    .created_at = change.at,
                    .edited_at = {},
                    .edit_count = 0,
                    .deleted_at = {},
                    .moves_pointer = what.moves_pointer,
                    .sender_nickname = {},
                    .bookmarked = {}};
    room.preview = preview_of(message);
    room.last_activity_at = change.at;
    const bool begins = note_said(room, position, change.at, true);
    if (what.moves_pointer) {
        Member& actor = context.set.alter(*standing->actor);
        actor.read_position = position;
        actor.read_seq = message.seq;
        actor.read_at = change.at;
    }

    Applied applied{position, prev, {}, room.consultation.has_value()};
    const Message& stored = context.set.insert(std::move(message), what.digest);
    if (Status noted = note_shown(context, stored, true, change.at); !noted)
        return unexpected(noted.error());
    Result<std::optional<Message>> counted = count_reply(context, stored, 1);
    if (!counted) return unexpected(counted.error());
    applied.states.emplace_back(stored);
    if (*counted) applied.states.emplace_back(std::move(**counted));
    if (begins) applied.states.emplace_back(room);
    return Outcome{std::move(applied)};
}

Decision decide(Context& context, const Change& change, const EditMessage& what) {
    Result<Named> named = named_message(context, change, what.message);
    if (!named) return unexpected(named.error());
    if (named->refusal) return *named->refusal;
    const Standing& standing = named->standing;
    if (named->message->sender != change.actor) return refused(ErrorCode::forbidden);
    // What the host has said is not the person's, in whose name it stands.
    if (named->message->type == MessageType::system) return refused(ErrorCode::forbidden, "type");
    if (is_gagged(*standing.actor, change.at)) return refused(ErrorCode::muted);
    if (std::optional<Decision> no = barred_from_saying(context, standing)) return *no;
    if (named->message->content == what.content) return Outcome{Unchanged{*named->message}};
    Result<Mentioned> mentioned = mentions_of(context, change, standing, {});
    if (!mentioned) return unexpected(mentioned.error());

    const auto [position, prev] = advance(context, change, *standing.room);
    Message& message = context.set.alter(*named->message);
    message.content = what.content;
    message.mentions = std::move(mentioned->mentions);
    message.changed_at = position;
    message.edited_at = change.at;
    ++message.edit_count;
    keep_preview(context, *standing.room, message);
    note_said(context.set.alter(*standing.room), position, change.at, false);
    return Outcome{Applied{position, prev, {message}, standing.room->consultation.has_value()}};
}

Decision decide(Context& context, const Change& change, const DeleteMessage& what) {
    Result<Named> named = named_message(context, change, what.message);
    if (!named) return unexpected(named.error());
    if (named->refusal) return *named->refusal;
    const Standing& standing = named->standing;
    if (named->message->sender != change.actor && !leads(*standing.actor))
        return refused(ErrorCode::forbidden);

    if (Status noted = note_shown(context, *named->message, false, change.at); !noted)
        return unexpected(noted.error());
    const auto [position, prev] = advance(context, change, *standing.room);
    Message& message = context.set.alter(*named->message);
    message.content.clear();
    message.attachments.clear();
    message.mentions.clear();
    message.metadata.clear();
    message.forwarded_from.reset();
    message.reactions.clear();
    context.set.alter(*standing.room).totals.count(message.type, -1);
    if (std::exchange(message.pin, {})) --context.set.alter(*standing.room).pin_count;
    message.changed_at = position;
    message.deleted_at = change.at;
    keep_preview(context, *standing.room, message);
    note_said(context.set.alter(*standing.room), position, change.at, false);
    Applied applied{position, prev, {message}, standing.room->consultation.has_value()};
    Result<std::optional<Message>> counted = count_reply(context, message, -1);
    if (!counted) return unexpected(counted.error());
    if (*counted) applied.states.emplace_back(std::move(**counted));
    return Outcome{std::move(applied)};
}

}  // namespace chatcore::rules
