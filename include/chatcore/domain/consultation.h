#pragma once
// Consultations: a direct room that somebody asked for, that the other agreed to, and that ends.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chatcore/domain/ids.h"

namespace chatcore {

/// The type of the context that makes a direct room a consultation.
inline constexpr std::string_view consultation_context = "consultation";

/// completed, rejected and cancelled are ends; nothing leaves them.
enum class ConsultationState : std::uint8_t {
    pending,      ///< asked for
    scheduled,    ///< approved
    in_progress,  ///< something was said
    completed,
    rejected,
    cancelled,
};
inline constexpr int consultation_state_count = static_cast<int>(ConsultationState::cancelled) + 1;

/// What a direct room has besides when it is about a consultation. Whoever opened it is the
/// requester, the other of the two the recipient.
struct Consultation {
    ConsultationState state = ConsultationState::pending;
    UserId requester;
    UserId recipient;
    std::string title;                         ///< empty: none
    std::optional<Timestamp> scheduled_at;     ///< the time that was asked for or agreed on
    std::optional<Timestamp> started_at = {};  ///< when the first message was posted
    std::optional<Timestamp> ended_at = {};    ///< when it was completed, rejected or cancelled
    Timestamp moved_at;                        ///< when `state` last changed
    /// Of the last message that was posted, edited or deleted: what a transcript was made at.
    Position said_at = {};

    bool is_party(UserId user) const { return user == requester || user == recipient; }
    UserId other_than(UserId user) const { return user == requester ? recipient : requester; }

    bool operator==(const Consultation&) const = default;
};

/// Whether messages are taken, and `end` ends it.
inline bool is_active(const Consultation& consultation) {
    return consultation.state == ConsultationState::scheduled ||
           consultation.state == ConsultationState::in_progress;
}

/// How long it took, in whole minutes; nullopt for what did not begin, or has not been completed.
inline std::optional<std::int64_t> duration_minutes(const Consultation& consultation) {
    if (consultation.state != ConsultationState::completed || !consultation.started_at ||
        !consultation.ended_at)
        return std::nullopt;
    return std::chrono::floor<std::chrono::minutes>(*consultation.ended_at -
                                                    *consultation.started_at)
        .count();
}

}  // namespace chatcore
