#pragma once
// The groups that the front door of consultations is made of; one source each.

#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway::consultation {

/// What was said: /api/chat.
void add_chat_routes(Router& router, Engine& engine);
/// Asking for one, moving it, and finding it: /api/consultations.
void add_consultation_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway::consultation
