#pragma once
// The front door of the messenger, /api/auth and /api/rooms: the addresses, names and shapes that
// its existing clients know, over the same use cases. What is refused has the canonical shape.
// Nothing here blocks.

#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway {

/// The engine outlives the router, and has accounts.
void add_messenger_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway
