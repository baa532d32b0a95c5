#pragma once
// One rule a kind of change. A rule checks everything first and alters only then, so that a refusal
// leaves no trace.

#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"
#include "chatcore/rules/working_set.h"

namespace chatcore::rules {

struct Context {
    WorkingSet& set;
    int receipts_told_members_max;
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

inline Outcome refused(ErrorCode code, std::string detail = {}) {
    return Refused{Error{code, std::move(detail)}};
}

/// The room and the actor's active membership, or why the change must be refused.
struct Standing {
    const Room* room = nullptr;
    const Member* actor = nullptr;
    std::optional<Outcome> refusal;
};
Result<Standing> standing_of(Context& context, const Change& change);

/// Draws the position of an applied change and moves the room's head to it.
struct Step {
    Position position;
    Position prev;
};
Step advance(Context& context, const Change& change, const Room& room);

inline bool leads(const Member& member) {
    return member.active && member.role != MemberRole::member;
}

}  // namespace chatcore::rules
