#pragma once
// Where a client stands in the rooms that it has joined, as the text by which it gives that back
// (connection-state recovery): `room:position`, ascending, with commas between. Empty: it has
// joined none.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chatcore/domain/ids.h"

namespace chatcore::gateway::socketio {

using Offset = std::vector<std::pair<RoomId, Position>>;

/// Nullopt for what was not written so, or is of more rooms.
std::optional<Offset> parse_offset(std::string_view text, std::size_t rooms_max);
void append_offset(std::string& out, RoomId room, Position position);

}  // namespace chatcore::gateway::socketio
