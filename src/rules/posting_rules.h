#pragma once
// Whether somebody may post in a room: decided with the post in the store's transaction, and asked
// before where a post is only being prepared (scheduled, or forwarded to several rooms).

#include <optional>

#include "chatcore/domain/room.h"
#include "chatcore/error.h"

namespace chatcore::rules {

inline bool is_gagged(const Member& member, Timestamp now) {
    return member.gagged_until && now < *member.gagged_until;
}

/// Why nothing can be done in the room: there is none, or it was deleted.
inline std::optional<Error> why_gone(const Room* room) {
    if (room == nullptr) return Error{ErrorCode::not_found, "room"};
    if (room->deleted_at) return Error{ErrorCode::room_deleted};
    return std::nullopt;
}

/// Why somebody can do nothing in a room that is there: they are not in it.
inline std::optional<Error> why_outside(const Member* member) {
    if (member != nullptr && member->active) return std::nullopt;
    const bool banned = member != nullptr && member->banned;
    return Error{banned ? ErrorCode::banned : ErrorCode::not_a_member};
}

/// Why nothing can be said in the room by anybody: it is a direct one, and either of the two has
/// blocked the other (`blocked`), or a consultation that is not held now.
inline std::optional<Error> why_silent(const Room& room, bool blocked) {
    if (blocked) return Error{ErrorCode::blocked};
    if (room.consultation && !is_active(*room.consultation))
        return Error{ErrorCode::wrong_state, "consultation"};
    return std::nullopt;
}

/// Why nothing can be posted there, by whoever has this membership.
inline std::optional<Error> why_no_post(const Room* room, const Member* member, bool blocked,
                                        Timestamp now) {
    std::optional<Error> why = why_gone(room);
    if (!why) why = why_outside(member);
    if (!why && is_gagged(*member, now)) why = Error{ErrorCode::muted};
    if (!why) why = why_silent(*room, blocked);
    return why;
}

}  // namespace chatcore::rules
