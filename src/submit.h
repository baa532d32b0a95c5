#pragma once
// From a use case into the journal, and from an outcome back to what the caller asked for.

#include "node.h"
#include "rates.h"

namespace chatcore {

/// Submits a change; where the journal is full, answers `unavailable` at once.
inline void submit(Node& node, Caller caller, RoomId room, RoomChange what,
                   Completion<Outcome> done) {
    Submission submission{
        Change{room, caller.user, node.clock.now(), std::nullopt, std::move(what)},
        Ticket{caller.home, node.clock.steady(), std::move(done)},
    };
    if (!node.journal->submit(submission)) {
        node.answer<Outcome>(caller.home, std::move(submission.ticket.done),
                             unexpected(ErrorCode::unavailable, "journal"));
    }
}

/// The same, taken from the caller's changes; what is refused, or changes nothing, costs none.
inline void submit_counted(Node& node, Caller caller, RoomId room, RoomChange what,
                           Completion<Outcome> done) {
    if (const Status taken = node.rates->take_change(caller); !taken)
        return node.answer<Outcome>(caller.home, std::move(done), unexpected(taken.error()));
    submit(node, caller, room, std::move(what),
           [&node, caller, done = std::move(done)](Result<Outcome> outcome) mutable {
               if (!outcome || !std::holds_alternative<Applied>(*outcome))
                   node.rates->give_back_change(caller);
               done(std::move(outcome));
           });
}

/// The chief state of an outcome as a T, or why it was refused.
template <class T>
Result<T> state_of(Result<Outcome>&& outcome) {
    if (!outcome) return unexpected(outcome.error());
    return std::visit(
        [](auto&& end) -> Result<T> {
            using End = std::decay_t<decltype(end)>;
            State* state = nullptr;
            if constexpr (std::is_same_v<End, Refused>) {
                return unexpected(end.why);
            } else if constexpr (std::is_same_v<End, Applied>) {
                state = &end.states.front();
            } else {
                state = &end.state;
            }
            if (state == nullptr || !std::holds_alternative<T>(*state))
                return unexpected(ErrorCode::internal);
            return std::move(std::get<T>(*state));
        },
        *std::move(outcome));
}

}  // namespace chatcore
