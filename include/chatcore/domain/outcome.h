#pragma once
// What became of a change. Events are made from outcomes and from nothing else.

#include <variant>
#include <vector>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/state.h"
#include "chatcore/error.h"

namespace chatcore {

/// Done, now, at `position`; `prev` is the room's position before it. `states` are the message,
/// members or room as they are after the change, the chief one first: what receivers are shown, so
/// nobody reads it back.
struct Applied {
    Position position;
    Position prev;
    std::vector<State> states;
    /// Something of a consultation, whose hot copy follows.
    bool of_consultation = false;

    bool operator==(const Applied&) const = default;
};

/// Answered ok, no position, told to nobody: already as wished (a pointer backwards), or a read
/// pointer in a room too large to be told of it, which did move.
struct Unchanged {
    State state;
    Position head{};  ///< for a read pointer the room's head then; 0: not known

    bool operator==(const Unchanged&) const = default;
};

/// Done already, at this same position: the try after an unknown commit. The room's receivers are
/// made to look, because the first time may have ended between commit and publish.
struct Replayed {
    Position position;
    State state;

    bool operator==(const Replayed&) const = default;
};

/// Another change with the same actor and client key came first. Answered with it; nothing is
/// published.
struct DuplicateOf {
    Position position;
    State state;

    bool operator==(const DuplicateOf&) const = default;
};

/// Nothing changed.
struct Refused {
    Error why;

    bool operator==(const Refused&) const = default;
};

using Outcome = std::variant<Applied, Unchanged, Replayed, DuplicateOf, Refused>;

}  // namespace chatcore
