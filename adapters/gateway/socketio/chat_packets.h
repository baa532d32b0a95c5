#pragma once
// Packets of the namespace of stores, `/chat`.

#include <string>
#include <string_view>

#include "gateway/json/writer.h"
#include "gateway/link/framing.h"
#include "gateway/socketio/packet.h"

namespace chatcore::gateway::socketio {

inline constexpr std::string_view chat_space = "/chat";
/// What its rooms are about.
inline constexpr std::string_view store_context = "store";

/// Begins the text of an event anew; its arguments are left to write.
inline void begin_chat_event(std::string& text) {
    text.clear();
    append_packet(text, {.type = PacketType::event, .space = chat_space});
}

/// The name of the event that says nothing but where the client stands.
inline constexpr std::string_view offset_event = "offset";

}  // namespace chatcore::gateway::socketio
