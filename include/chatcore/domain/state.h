#pragma once
// The three kinds of thing that a change alters and receivers are shown.

#include <variant>

#include "chatcore/domain/message.h"
#include "chatcore/domain/room.h"

namespace chatcore {

/// A message, a member or the room, as it is after a change.
using State = std::variant<Message, Member, Room>;

inline Position changed_at(const State& state) {
    return std::visit([](const auto& thing) { return thing.changed_at; }, state);
}

}  // namespace chatcore
