#pragma once
// One rule a kind of change. A rule checks everything first and alters only then, so that a refusal
// leaves no trace.

#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"
#include "chatcore/ports/store.h"
#include "chatcore/rules/working_set.h"

#include "rules/posting_rules.h"

namespace chatcore::rules {

struct Context {
    WorkingSet& set;
    const RuleLimits& limits;
};

/// The error of a Result ends the whole batch; a refusal is an Outcome.
using Decision = Result<Outcome>;

Decision decide(Context& context, const Change& change, const PostMessage& what);
Decision decide(Context& context, const Change& change, const EditMessage& what);
Decision decide(Context& context, const Change& change, const DeleteMessage& what);
Decision decide(Context& context, const Change& change, const JoinRoom& what);
Decision decide(Context& context, const Change& change, const LeaveRoom& what);
Decision decide(Context& context, const Change& change, const InviteMembers& what);
Decision decide(Context& context, const Change& change, const RemoveMember& what);
Decision decide(Context& context, const Change& change, const RenameRoom& what);
Decision decide(Context& context, const Change& change, const MoveReadPointer& what);
Decision decide(Context& context, const Change& change, const SetReaction& what);
Decision decide(Context& context, const Change& change, const SetPin& what);
Decision decide(Context& context, const Change& change, const SetNotice& what);
Decision decide(Context& context, const Change& change, const SetRole& what);
Decision decide(Context& context, const Change& change, const GagMember& what);
Decision decide(Context& context, const Change& change, const SetPersonal& what);
Decision decide(Context& context, const Change& change, const DeleteRoom& what);
Decision decide(Context& context, const Change& change, const StepConsultation& what);
Decision decide(Context& context, const Change& change, const CompleteConsultation& what);

inline Outcome refused(Error why) {
    return Refused{std::move(why)};
}
inline Outcome refused(ErrorCode code, std::string detail = {}) {
    return refused(Error{code, std::move(detail)});
}

/// The room, or why the change must be refused: there is none, or it was deleted.
struct Place {
    const Room* room = nullptr;
    std::optional<Outcome> refusal;
};
Result<Place> place_of(Context& context, const Change& change);

/// The room and the actor's active membership, or why the change must be refused.
struct Standing {
    const Room* room = nullptr;
    const Member* actor = nullptr;
    std::optional<Outcome> refusal;
};
Result<Standing> standing_of(Context& context, const Change& change);

/// A message named by a change, in the room of the change and not deleted, with who asks.
struct Named {
    Standing standing;
    const Message* message = nullptr;
    std::optional<Outcome> refusal;
};
Result<Named> named_message(Context& context, const Change& change, MessageId id);

/// Why nothing may be said in the room: see why_silent. What is said is whatever the other would be
/// shown: a post, an edit, a reaction, a pin, a notice. Taking such a thing away says nothing.
std::optional<Decision> barred_from_saying(Context& context, const Standing& standing);

/// Whom the content of a change names: those that the client gave, and whom its `@`s name besides.
struct Mentioned {
    std::vector<Mention> mentions;
    std::optional<Outcome> refusal;
};
Result<Mentioned> mentions_of(Context& context, const Change& change, const Standing& standing,
                              const std::vector<Mention>& given);

/// Another member whom the actor leads, or why not.
struct Led {
    Standing standing;
    const Member* member = nullptr;
    std::optional<Outcome> refusal;
};
Result<Led> led_member(Context& context, const Change& change, UserId user);

/// The member with what is needed to tell their unread, so that no list needs to ask for it.
Result<Member> with_unread(Context& context, const Room& room, Member member);

/// The attachments of a post as they are to be kept: of what was uploaded here, what is known of it
/// counts and not what the post says. Refused where the actor may not show one of them.
struct Shown {
    std::vector<Attachment> attachments;
    std::optional<Outcome> refusal;
};
Result<Shown> shown_by(Context& context, const Change& change, const PostMessage& what);
/// Notes that the message shows what it shows, or no more.
Status note_shown(Context& context, const Message& message, bool shown, Timestamp at);

/// Draws the position of an applied change and moves the room's head to it.
struct Step {
    Position position;
    Position prev;
};
Step advance(Context& context, const Change& change, const Room& room);

inline bool leads(const Member& member) {
    return member.active && member.role != MemberRole::member;
}

/// Whether the actor may set what all see of the room: its leaders, and both people of a direct
/// one.
inline bool arranges(const Standing& standing) {
    return standing.room->kind == RoomKind::direct || leads(*standing.actor);
}

/// Notes that something was said at the position, altered or taken back. The first message begins
/// the consultation; true then.
bool note_said(Room& room, Position position, Timestamp at, bool is_message);

}  // namespace chatcore::rules
