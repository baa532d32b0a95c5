// Who is in a room, and up to where its people have read.

#include "rules/rules.h"

namespace chatcore::rules {

namespace {

/// Makes the person an active member: anew at the room's end, or again where they were.
Member& admit(Context& context, const Change& change, const Room& room, const Member* before,
              UserId user, Position position) {
    ++context.set.alter(room).participant_count;
    if (before == nullptr) {
        return context.set.insert(
            Member{.room = room.id,
                   .user = user,
                   .role = MemberRole::member,
                   .active = true,
                   .removed = false,
                   .banned = false,
                   .silent = false,
                   .joined_at = change.at,
                   .left_at = {},
                   .read_position = room.preview ? position_of(room.preview->id) : Position{},
                   .read_seq = room.last_seq,
                   .read_at = {},
                   .read_told_at = {},
                   .changed_at = position,
                   .gagged_until = {},
                   .favorite = false,
                   .muted = false,
                   .deleted_after_read = 0,
                   .nickname = {},
                   .profile_image_url = {}});
    }
    Member& member = context.set.alter(*before);
    member.active = true;
    member.removed = false;
    member.banned = false;
    member.silent = false;
    member.left_at.reset();
    member.changed_at = position;
    return member;
}

Member& dismiss(Context& context, const Change& change, const Room& room, const Member& before,
                Position position) {
    --context.set.alter(room).participant_count;
    Member& member = context.set.alter(before);
    member.active = false;
    member.left_at = change.at;
    member.role = MemberRole::member;
    member.changed_at = position;
    return member;
}

}  // namespace

Result<Member> with_unread(Context& context, const Room& room, Member member) {
    Result<std::int64_t> deleted = context.set.deleted_after(room, member.read_seq);
    if (!deleted) return unexpected(deleted.error());
    member.deleted_after_read = *deleted;
    return member;
}

Result<Led> led_member(Context& context, const Change& change, UserId user) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return Led{*standing, nullptr, standing->refusal};
    if (standing->room->kind == RoomKind::direct || !leads(*standing->actor))
        return Led{*standing, nullptr, refused(ErrorCode::forbidden)};
    if (user == change.actor)
        return Led{*standing, nullptr, refused(ErrorCode::invalid_value, "userId")};
    Result<const Member*> target = context.set.member(change.room, user);
    if (!target) return unexpected(target.error());
    if (*target == nullptr) return Led{*standing, nullptr, refused(ErrorCode::not_found, "member")};
    if (standing->actor->role != MemberRole::owner && leads(**target))
        return Led{*standing, nullptr, refused(ErrorCode::forbidden)};
    return Led{*standing, *target, std::nullopt};
}

Decision decide(Context& context, const Change& change, const JoinRoom&) {
    Result<Place> place = place_of(context, change);
    if (!place) return unexpected(place.error());
    if (place->refusal) return std::move(*place->refusal);
    const Room& room = *place->room;
    Result<const Member*> before = context.set.member(change.room, change.actor);
    if (!before) return unexpected(before.error());
    if (*before != nullptr && (*before)->active) return Outcome{Unchanged{**before}};
    const bool may = *before == nullptr ? room.open : !(*before)->removed;
    if (!may) {
        const bool banned = *before != nullptr && (*before)->banned;
        return refused(banned ? ErrorCode::banned : ErrorCode::forbidden);
    }

    const auto [position, prev] = advance(context, change, room);
    Result<Member> member =
        with_unread(context, room, admit(context, change, room, *before, change.actor, position));
    if (!member) return unexpected(member.error());
    return Outcome{Applied{position, prev, {std::move(*member)}}};
}

Decision decide(Context& context, const Change& change, const LeaveRoom& what) {
    Result<Place> place = place_of(context, change);
    if (!place) return unexpected(place.error());
    if (place->refusal) return std::move(*place->refusal);
    const Room& room = *place->room;
    Result<const Member*> before = context.set.member(change.room, change.actor);
    if (!before) return unexpected(before.error());
    if (*before == nullptr) return refused(ErrorCode::not_a_member);
    if (!(*before)->active) {
        const bool hushes = what.silent && lingers(**before);
        if (!hushes) return Outcome{Unchanged{**before}};
        const auto [position, prev] = advance(context, change, room);
        Member& member = context.set.alter(**before);
        member.silent = true;
        member.changed_at = position;
        return Outcome{Applied{position, prev, {member}}};
    }

    std::optional<UserId> heir;
    if ((*before)->role == MemberRole::owner) {
        Result<std::optional<UserId>> successor = context.set.successor(change.room, change.actor);
        if (!successor) return unexpected(successor.error());
        heir = *successor;
    }
    const Member* next = nullptr;
    if (heir) {
        Result<const Member*> found = context.set.member(change.room, *heir);
        if (!found) return unexpected(found.error());
        next = *found;
    }
    const auto [position, prev] = advance(context, change, room);
    Member& member = dismiss(context, change, room, **before, position);
    member.silent = what.silent;
    Applied applied{position, prev, {member}};
    if (next != nullptr) {
        Member& owner = context.set.alter(*next);
        owner.role = MemberRole::owner;
        owner.changed_at = position;
        Result<Member> told = with_unread(context, room, owner);
        if (!told) return unexpected(told.error());
        applied.states.emplace_back(std::move(*told));
    }
    return Outcome{std::move(applied)};
}

Decision decide(Context& context, const Change& change, const InviteMembers& what) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;
    if (standing->room->kind == RoomKind::direct) return refused(ErrorCode::forbidden);
    if (what.role == MemberRole::owner) return refused(ErrorCode::invalid_value, "role");
    if (what.role == MemberRole::admin && standing->actor->role != MemberRole::owner)
        return refused(ErrorCode::forbidden);

    std::vector<std::pair<UserId, const Member*>> coming;
    for (UserId user : what.users) {
        Result<const Member*> before = context.set.member(change.room, user);
        if (!before) return unexpected(before.error());
        if (*before != nullptr && (*before)->active) continue;
        if (*before != nullptr && (*before)->removed && !leads(*standing->actor)) {
            return refused(ErrorCode::forbidden);
        }
        coming.emplace_back(user, *before);
    }
    if (coming.empty()) return Outcome{Unchanged{*standing->room}};

    const auto [position, prev] = advance(context, change, *standing->room);
    Applied applied{position, prev, {}};
    for (const auto& [user, before] : coming) {
        Member& came = admit(context, change, *standing->room, before, user, position);
        came.role = what.role;
        Result<Member> member = with_unread(context, *standing->room, came);
        if (!member) return unexpected(member.error());
        applied.states.emplace_back(std::move(*member));
    }
    return Outcome{std::move(applied)};
}

Decision decide(Context& context, const Change& change, const RemoveMember& what) {
    Result<Led> led = led_member(context, change, what.user);
    if (!led) return unexpected(led.error());
    if (led->refusal) return *led->refusal;
    const Member& before = *led->member;
    // Who has left by themselves is barred by it from coming back.
    const bool is_so = before.removed && (before.banned || !what.ban);
    if (!before.active && is_so) return Outcome{Unchanged{before}};

    const Room& room = *led->standing.room;
    const auto [position, prev] = advance(context, change, room);
    Member& member = before.active ? dismiss(context, change, room, before, position)
                                   : context.set.alter(before);
    member.changed_at = position;
    member.removed = true;
    member.banned = what.ban;
    return Outcome{Applied{position, prev, {member}}};
}

Decision decide(Context& context, const Change& change, const MoveReadPointer& what) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;
    Result<MessageMark> target = context.set.last_message(*standing->room, what.up_to);
    if (!target) return unexpected(target.error());
    const bool moves = target->seq > standing->actor->read_seq;
    if (!moves) {
        Result<Member> answer = with_unread(context, *standing->room, *standing->actor);
        if (!answer) return unexpected(answer.error());
        return Outcome{Unchanged{std::move(*answer), standing->room->head}};
    }
    Member& actor = context.set.alter(*standing->actor);
    actor.read_position = position_of(target->message);
    actor.read_seq = target->seq;
    actor.read_at = change.at;
    std::optional<Step> step;
    if (standing->room->participant_count <= context.limits.receipts_told_members_max) {
        step = advance(context, change, *standing->room);
        actor.changed_at = step->position;
        actor.read_told_at = step->position;
    }
    Result<Member> answer = with_unread(context, *standing->room, actor);
    if (!answer) return unexpected(answer.error());
    if (!step) return Outcome{Unchanged{std::move(*answer), standing->room->head}};
    return Outcome{Applied{step->position, step->prev, {std::move(*answer)}}};
}

}  // namespace chatcore::rules
