#pragma once
// The canonical API under /api/v1: JSON in and out, answers without an envelope, refusals as
// `{"error":{code,message,details,requestId}}`. Each route is read, asked of one use case, and
// answered when that completes; nothing here blocks.

#include <functional>

#include "chatcore/adapters/gateway.h"
#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway {

/// What the server counts, for those who run it. Any thread.
using LiveFigures = std::function<Server::Figures()>;

/// Adds all routes. Those of accounts only where the engine has accounts. The engine outlives the
/// router. `live` may be left out; then the figures of the server are 0.
void add_v1_routes(Router& router, Engine& engine, LiveFigures live = {});

}  // namespace chatcore::gateway
