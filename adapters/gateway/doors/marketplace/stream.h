#pragma once
// `/chatStream/chatMessageStream?chatRoomId=`: new messages of a room, one ChatMessage a message,
// over a WebSocket, or as server-sent events where they are asked for. See
// docs/protocols/marketplace.md.

#include "gateway/http/router.h"
#include "gateway/link/places.h"

namespace chatcore::gateway {

/// The WebSocket.
SocketPlace message_stream_place();
/// The events. `shared` outlives the router.
void add_message_stream_route(Router& router, ServerShared& shared);

}  // namespace chatcore::gateway
