#pragma once
// The groups that the front door of the messenger is made of; one source each.

#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway::messenger {

/// Signing up and logging in.
void add_auth_routes(Router& router, Engine& engine);
/// Rooms, what was said in them, and who is there.
void add_room_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway::messenger
