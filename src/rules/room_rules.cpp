// What the room shows to all, who leads in it, and what one person alone sees of it.

#include "chatcore/rules/picture_rules.h"

#include "rules/rules.h"

namespace chatcore::rules {

namespace {

/// Loads what the address names, where that is an upload.
Status ask_for(Context& context, const std::string& url) {
    const auto id = attachment_in(url);
    if (!id) return {};
    const Result<const Upload*> upload = context.set.upload(*id);
    return upload ? Status{} : unexpected(upload.error());
}

}  // namespace

Decision decide(Context& context, const Change& change, const RenameRoom& what) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;
    if (standing->room->kind == RoomKind::direct || !leads(*standing->actor))
        return refused(ErrorCode::forbidden);
    const std::string title = what.title.value_or(standing->room->title);
    const std::string before = standing->room->image_url;
    const std::string after = what.image_url.value_or(before);
    if (standing->room->title == title && before == after)
        return Outcome{Unchanged{*standing->room}};
    if (before != after) {
        Status loaded = ask_for(context, before);
        if (loaded) loaded = ask_for(context, after);
        if (!loaded) return unexpected(loaded.error());
        const Status sound =
            check_picture_upload(context.set.uploads(), after, change.actor, "imageUrl");
        if (!sound) return Outcome{Refused{sound.error()}};
    }

    const auto [position, prev] = advance(context, change, *standing->room);
    Room& room = context.set.alter(*standing->room);
    room.title = title;
    room.image_url = after;
    note_picture(context.set.uploads(), {.room = room.id, .user = {}}, before, after, change.at);
    room.changed_at = position;
    room.updated_at = change.at;
    return Outcome{Applied{position, prev, {room}}};
}

Decision decide(Context& context, const Change& change, const SetNotice& what) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;
    if (!arranges(*standing)) return refused(ErrorCode::forbidden);
    if (!what.content.empty()) {
        if (std::optional<Decision> no = barred_from_saying(context, *standing)) return *no;
    }
    const std::optional<Notice>& before = standing->room->notice;
    if ((before ? before->content : std::string()) == what.content)
        return Outcome{Unchanged{*standing->room}};

    const auto [position, prev] = advance(context, change, *standing->room);
    Room& room = context.set.alter(*standing->room);
    room.notice.reset();
    if (!what.content.empty()) room.notice = Notice{what.content, change.actor, change.at};
    room.changed_at = position;
    room.updated_at = change.at;
    return Outcome{Applied{position, prev, {room}}};
}

Decision decide(Context& context, const Change& change, const SetRole& what) {
    Result<Led> led = led_member(context, change, what.user);
    if (!led) return unexpected(led.error());
    if (led->refusal) return *led->refusal;
    const Standing& standing = led->standing;
    if (standing.actor->role != MemberRole::owner) return refused(ErrorCode::forbidden);
    if (!led->member->active) return refused(ErrorCode::not_found, "member");
    if (led->member->role == what.role) {
        Result<Member> told = with_unread(context, *standing.room, *led->member);
        if (!told) return unexpected(told.error());
        return Outcome{Unchanged{std::move(*told)}};
    }

    const auto [position, prev] = advance(context, change, *standing.room);
    std::vector<Member*> changed = {&context.set.alter(*led->member)};
    changed.front()->role = what.role;
    if (what.role == MemberRole::owner) {
        changed.push_back(&context.set.alter(*standing.actor));
        changed.back()->role = MemberRole::admin;
    }
    for (Member* member : changed) member->changed_at = position;
    // Only now: counting what is unread may write what is altered so far.
    Applied applied{position, prev, {}};
    for (const Member* member : changed) {
        Result<Member> told = with_unread(context, *standing.room, *member);
        if (!told) return unexpected(told.error());
        applied.states.emplace_back(std::move(*told));
    }
    return Outcome{std::move(applied)};
}

Decision decide(Context& context, const Change& change, const GagMember& what) {
    Result<Led> led = led_member(context, change, what.user);
    if (!led) return unexpected(led.error());
    if (led->refusal) return *led->refusal;
    if (!led->member->active) return refused(ErrorCode::not_found, "member");
    const Room& room = *led->standing.room;
    std::optional<Step> step;
    if (led->member->gagged_until != what.until) {
        step = advance(context, change, room);
        Member& member = context.set.alter(*led->member);
        member.gagged_until = what.until;
        member.changed_at = step->position;
    }
    Result<Member> told = with_unread(context, room, *led->member);
    if (!told) return unexpected(told.error());
    if (!step) return Outcome{Unchanged{std::move(*told)}};
    return Outcome{Applied{step->position, step->prev, {std::move(*told)}}};
}

Decision decide(Context& context, const Change& change, const SetPersonal& what) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;
    Member& member = context.set.alter(*standing->actor);
    member.favorite = what.favorite.value_or(member.favorite);
    member.muted = what.muted.value_or(member.muted);
    Result<Member> told = with_unread(context, *standing->room, member);
    if (!told) return unexpected(told.error());
    return Outcome{Unchanged{std::move(*told)}};
}

Decision decide(Context& context, const Change& change, const DeleteRoom& what) {
    Result<Place> place = place_of(context, change);
    if (!place) return unexpected(place.error());
    if (place->refusal) return std::move(*place->refusal);
    if (!what.by_authority) {
        Result<Standing> standing = standing_of(context, change);
        if (!standing) return unexpected(standing.error());
        if (standing->refusal) return *standing->refusal;
        const bool owns =
            place->room->kind == RoomKind::group && standing->actor->role == MemberRole::owner;
        if (!owns) return refused(ErrorCode::forbidden);
    }

    if (Status loaded = ask_for(context, place->room->image_url); !loaded)
        return unexpected(loaded.error());
    const auto [position, prev] = advance(context, change, *place->room);
    Room& room = context.set.alter(*place->room);
    note_picture(context.set.uploads(), {.room = room.id, .user = {}}, room.image_url, {},
                 change.at);
    room.deleted_at = room.updated_at = change.at;
    room.changed_at = position;
    room.title.clear();
    room.image_url.clear();
    room.metadata.clear();
    room.open = false;
    room.notice.reset();
    room.preview.reset();
    room.direct.reset();  // so that the two may open another
    room.pin_count = 0;
    room.participant_count = 0;
    room.last_seq = 0;
    room.totals = {};
    const bool consulted = room.consultation.has_value();
    room.consultation.reset();
    return Outcome{Applied{position, prev, {room}, consulted}};
}

}  // namespace chatcore::rules
