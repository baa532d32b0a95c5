#pragma once
// The canonical API under /api/v1: JSON in and out, answers without an envelope, refusals as
// `{"error":{code,message,details,requestId}}`. Each route is read, asked of one use case, and
// answered when that completes; nothing here blocks.

#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway {

/// Adds all routes. Those of accounts only where the engine has accounts. The engine outlives the
/// router.
void add_v1_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway
