#include "chatcore/rules/apply_batch.h"

#include "chatcore/wire.h"

#include "rules/rules.h"

namespace chatcore {

namespace rules {

Result<Place> place_of(Context& context, const Change& change) {
    Result<const Room*> room = context.set.room(change.room);
    if (!room) return unexpected(room.error());
    if (std::optional<Error> why = why_gone(*room)) return Place{*room, refused(std::move(*why))};
    return Place{*room, std::nullopt};
}

Result<Standing> standing_of(Context& context, const Change& change) {
    Result<Place> place = place_of(context, change);
    if (!place) return unexpected(place.error());
    if (place->refusal) return Standing{place->room, nullptr, std::move(place->refusal)};
    Result<const Member*> actor = context.set.member(change.room, change.actor);
    if (!actor) return unexpected(actor.error());
    if (std::optional<Error> why = why_outside(*actor))
        return Standing{place->room, nullptr, refused(std::move(*why))};
    return Standing{place->room, *actor, std::nullopt};
}

Step advance(Context& context, const Change& change, const Room& room) {
    const Position prev = room.head;
    const Position position = context.set.take_position(change);
    context.set.alter(room).head = position;
    return {position, prev};
}

}  // namespace rules

namespace {

// The record of a batch: for each change a kind, an error code and two positions, so that the try
// after an unknown commit can be answered without deciding anything again.

enum class OutcomeKind : std::uint8_t { applied, unchanged, duplicate, refused };

void write_outcome(wire::Writer& out, const Outcome& outcome) {
    if (const auto* applied = std::get_if<Applied>(&outcome)) {
        out.u8(static_cast<std::uint8_t>(OutcomeKind::applied));
        out.i64(applied->position.value);
    } else if (const auto* duplicate = std::get_if<DuplicateOf>(&outcome)) {
        out.u8(static_cast<std::uint8_t>(OutcomeKind::duplicate));
        out.i64(duplicate->position.value);
    } else if (const auto* why = std::get_if<Refused>(&outcome)) {
        out.u8(static_cast<std::uint8_t>(OutcomeKind::refused));
        out.u8(static_cast<std::uint8_t>(why->why.code));
        out.text(why->why.detail);
    } else {
        out.u8(static_cast<std::uint8_t>(OutcomeKind::unchanged));
    }
}

/// The row as a state; nullopt where there is none.
template <class Row>
Result<std::optional<State>> state_from(const Result<const Row*>& found) {
    if (!found) return unexpected(found.error());
    if (*found == nullptr) return std::optional<State>{};
    return std::optional<State>{**found};
}

Result<std::optional<State>> member_now(WorkingSet& set, RoomId in, UserId user) {
    Result<std::optional<State>> found = state_from(set.member(in, user));
    if (!found || !*found) return found;
    Member& told = std::get<Member>(**found);
    Result<const Room*> room = set.room(in);
    if (!room) return unexpected(room.error());
    if (*room != nullptr && told.active) {  // as the first answer told it
        Result<std::int64_t> deleted = set.deleted_after(**room, told.read_seq);
        if (!deleted) return unexpected(deleted.error());
        told.deleted_after_read = *deleted;
    }
    return found;
}

/// The chief thing that a change is about, as it is now; nullopt where it is gone.
Result<std::optional<State>> state_now(WorkingSet& set, const Change& change, Position position) {
    const auto message = [&](MessageId id) { return state_from(set.message(id)); };
    const auto member = [&](UserId user) { return member_now(set, change.room, user); };
    if (std::holds_alternative<PostMessage>(change.what)) return message(message_at(position));
    if (const auto* edit = std::get_if<EditMessage>(&change.what)) return message(edit->message);
    if (const auto* gone = std::get_if<DeleteMessage>(&change.what)) return message(gone->message);
    if (const auto* mark = std::get_if<SetReaction>(&change.what)) return message(mark->message);
    if (const auto* pin = std::get_if<SetPin>(&change.what)) return message(pin->message);
    if (const auto* role = std::get_if<SetRole>(&change.what)) return member(role->user);
    if (const auto* gag = std::get_if<GagMember>(&change.what)) return member(gag->user);
    if (const auto* invite = std::get_if<InviteMembers>(&change.what))
        return member(invite->users.front());
    if (const auto* removal = std::get_if<RemoveMember>(&change.what)) return member(removal->user);
    const bool of_the_room = std::holds_alternative<RenameRoom>(change.what) ||
                             std::holds_alternative<SetNotice>(change.what) ||
                             std::holds_alternative<DeleteRoom>(change.what) ||
                             std::holds_alternative<StepConsultation>(change.what) ||
                             std::holds_alternative<CompleteConsultation>(change.what);
    if (of_the_room) return state_from(set.room(change.room));
    return member(change.actor);
}

/// The answer where a recorded change has left nothing to tell: its room was deleted since, or the
/// one that its first time was posted in.
Result<Outcome> outcome_of_the_gone(WorkingSet& set, const Change& change, OutcomeKind kind) {
    Result<const Room*> room = set.room(change.room);
    if (!room) return unexpected(room.error());
    const bool deleted = *room != nullptr && (*room)->deleted_at;
    if (!deleted && kind != OutcomeKind::duplicate)
        return unexpected(ErrorCode::corrupt, "store", "a thing of a recorded batch is gone");
    return Outcome{Refused{Error{ErrorCode::room_deleted}}};
}

Result<std::vector<Outcome>> replay(WorkingSet& set, const Batch& batch,
                                    const std::string& record) {
    wire::Reader in(record);
    std::vector<Outcome> outcomes;
    outcomes.reserve(batch.changes.size());
    for (const Change& change : batch.changes) {
        const auto kind = static_cast<OutcomeKind>(in.u8());
        if (kind == OutcomeKind::refused) {
            const auto code = static_cast<ErrorCode>(in.u8());
            outcomes.push_back(Refused{Error{code, in.text()}});
            continue;
        }
        const Position position{kind == OutcomeKind::unchanged ? 0 : in.i64()};
        Result<std::optional<State>> state = state_now(set, change, position);
        if (!state) return unexpected(state.error());
        if (!*state) {
            Result<Outcome> gone = outcome_of_the_gone(set, change, kind);
            if (!gone) return unexpected(gone.error());
            outcomes.push_back(std::move(*gone));
            continue;
        }
        switch (kind) {
            case OutcomeKind::applied:
                outcomes.push_back(Replayed{position, std::move(**state)});
                break;
            case OutcomeKind::duplicate:
                outcomes.push_back(DuplicateOf{position, std::move(**state)});
                break;
            default:
                outcomes.push_back(Unchanged{std::move(**state)});
                break;
        }
    }
    if (!in.complete())
        return unexpected(ErrorCode::corrupt, "store", "the record of a batch does not fit it");
    return outcomes;
}

}  // namespace

Result<std::vector<Outcome>> apply_batch(Rows& rows, const Batch& batch) {
    std::vector<Outcome> outcomes;
    if (batch.changes.empty()) return outcomes;
    WorkingSet set(rows);
    if (batch.retry) {
        Result<std::optional<std::string>> record = rows.batch_record(batch.worker, batch.number);
        if (!record) return unexpected(record.error());
        if (*record) return replay(set, batch, **record);
    }
    if (Status status = set.prefetch(batch.changes); !status) return unexpected(status.error());
    rules::Context context{set, batch.limits};
    outcomes.reserve(batch.changes.size());
    wire::Writer record;
    for (const Change& change : batch.changes) {
        rules::Decision decision = std::visit(
            [&](const auto& what) { return rules::decide(context, change, what); }, change.what);
        if (!decision) return unexpected(decision.error());
        write_outcome(record, *decision);
        outcomes.push_back(std::move(*decision));
    }
    set.record = {batch.worker, batch.number, std::move(record).take(), batch.changes.back().at};
    if (Status status = set.save(); !status) return unexpected(status.error());
    return outcomes;
}

namespace {

Member first_member(RoomId room, UserId user, MemberRole role, Timestamp now) {
    Member member;
    member.room = room;
    member.user = user;
    member.role = role;
    member.joined_at = now;
    return member;
}

Room room_at_zero(RoomId id, RoomKind kind, UserId created_by, Timestamp now) {
    Room room;
    room.id = id;
    room.kind = kind;
    room.created_by = created_by;
    room.created_at = room.updated_at = room.last_activity_at = now;
    return room;
}

}  // namespace

NewRoom new_direct_room(RoomId id, const DirectKey& key, UserId opener, Timestamp now) {
    NewRoom made{room_at_zero(id, RoomKind::direct, opener, now), {}};
    made.room.context = key.context;
    made.room.direct = key;
    made.room.participant_count = 2;
    if (key.context && key.context->type == consultation_context) {
        Consultation& consultation = made.room.consultation.emplace();
        consultation.requester = opener;
        consultation.recipient = key.low == opener ? key.high : key.low;
        consultation.moved_at = now;
    }
    made.members.push_back(first_member(id, key.low, MemberRole::member, now));
    made.members.push_back(first_member(id, key.high, MemberRole::member, now));
    return made;
}

NewRoom new_consultation_room(RoomId id, const NewConsultation& asked, Timestamp now) {
    Context itself{std::string(consultation_context), std::to_string(id.value)};
    NewRoom made =
        new_direct_room(id, DirectKey::of(asked.requester, asked.recipient, std::move(itself)),
                        asked.requester, now);
    made.room.consultation->title = asked.title;
    made.room.consultation->scheduled_at = asked.scheduled_at;
    return made;
}

NewRoom new_group_room(RoomId id, const NewGroup& group, Timestamp now) {
    NewRoom made{room_at_zero(id, RoomKind::group, group.owner, now), {}};
    made.room.title = group.title;
    made.room.image_url = group.image_url;
    made.room.open = group.open;
    made.room.context = group.context;
    made.room.metadata = group.metadata;
    made.room.participant_count = static_cast<std::int64_t>(group.members.size()) + 1;
    made.members.push_back(first_member(id, group.owner, MemberRole::owner, now));
    for (UserId user : group.members)
        made.members.push_back(first_member(id, user, MemberRole::member, now));
    return made;
}

}  // namespace chatcore
