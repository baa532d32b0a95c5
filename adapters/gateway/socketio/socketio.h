#pragma once
// Socket.IO's place in the gateway: /socket.io/ with the namespaces `/`, which is empty, and
// `/chat`. Threads: at start.

#include "gateway/engineio/door.h"
#include "gateway/http/session.h"

namespace chatcore::gateway::socketio {

/// Adds its requests, WebSockets and sessions. `shared` outlives them.
void add_socketio(ServerShared& shared);

/// The door that speaks it.
std::unique_ptr<engineio::EngineDoor> make_socketio_door(ServerShared& shared,
                                                         engineio::EngineSession& session,
                                                         const Request& request);

}  // namespace chatcore::gateway::socketio
