// How a consultation goes on, and who moves it.

#include <algorithm>

#include "rules/rules.h"

namespace chatcore::rules {

namespace {

/// The state that the step leads to from here; nullopt where it leads nowhere.
std::optional<ConsultationState> after(ConsultationState state, ConsultationStep step) {
    const bool pending = state == ConsultationState::pending;
    switch (step) {
        case ConsultationStep::approve:
            if (pending) return ConsultationState::scheduled;
            break;
        case ConsultationStep::reject:
            if (pending) return ConsultationState::rejected;
            break;
        case ConsultationStep::cancel:
            if (pending || state == ConsultationState::scheduled)
                return ConsultationState::cancelled;
            break;
    }
    return std::nullopt;
}

/// Moves the room's consultation, and tells the room.
Outcome move(Context& context, const Change& change, const Room& from, ConsultationState to,
             std::optional<Timestamp> scheduled_at) {
    const auto [position, prev] = advance(context, change, from);
    Room& room = context.set.alter(from);
    Consultation& consultation = *room.consultation;
    consultation.state = to;
    consultation.moved_at = change.at;
    if (scheduled_at) consultation.scheduled_at = scheduled_at;
    // Clocks of two nodes may differ; nothing ends before it began.
    if (!is_active(consultation))
        consultation.ended_at = std::max(change.at, consultation.started_at.value_or(change.at));
    room.changed_at = position;
    room.updated_at = change.at;
    return Applied{position, prev, {room}, true};
}

}  // namespace

bool note_said(Room& room, Position position, Timestamp at, bool is_message) {
    if (!room.consultation) return false;
    Consultation& consultation = *room.consultation;
    consultation.said_at = position;
    if (!is_message || consultation.state != ConsultationState::scheduled) return false;
    consultation.state = ConsultationState::in_progress;
    consultation.started_at = consultation.moved_at = at;
    room.changed_at = position;
    room.updated_at = at;
    return true;
}

Decision decide(Context& context, const Change& change, const StepConsultation& what) {
    Result<Standing> standing = standing_of(context, change);
    if (!standing) return unexpected(standing.error());
    if (standing->refusal) return *standing->refusal;
    const std::optional<Consultation>& consultation = standing->room->consultation;
    if (!consultation) return refused(ErrorCode::not_found, "consultation");
    const UserId who =
        what.step == ConsultationStep::cancel ? consultation->requester : consultation->recipient;
    if (change.actor != who) return refused(ErrorCode::forbidden);
    const std::optional<ConsultationState> next = after(consultation->state, what.step);
    if (!next) return refused(ErrorCode::wrong_state, "consultation");
    const bool sets_time = what.step == ConsultationStep::approve;
    return move(context, change, *standing->room, *next,
                sets_time ? what.scheduled_at : std::nullopt);
}

Decision decide(Context& context, const Change& change, const CompleteConsultation& what) {
    Result<Place> place = place_of(context, change);
    if (!place) return unexpected(place.error());
    if (place->refusal) return std::move(*place->refusal);
    const std::optional<Consultation>& consultation = place->room->consultation;
    if (!consultation) return refused(ErrorCode::not_found, "consultation");
    if (!what.by_engine && !consultation->is_party(change.actor))
        return refused(ErrorCode::not_a_member);
    if (!is_active(*consultation)) return refused(ErrorCode::wrong_state, "consultation");
    if (consultation->said_at != what.said_at) return refused(ErrorCode::conflict, "consultation");
    return move(context, change, *place->room, ConsultationState::completed, std::nullopt);
}

}  // namespace chatcore::rules
