#pragma once
// The front door of the marketplace, /chat: the methods that its existing clients call, over the
// use cases of rooms about something (contexts of type `product`). Each has a plain address,
// `/chat/<method>`; and `POST /chat` takes the calls of Serverpod's generated clients, with the
// method in the body. Nothing here blocks.

#include "chatcore/adapters/gateway.h"
#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway {

/// The engine outlives the router.
void add_marketplace_routes(Router& router, Engine& engine, Serverpod serverpod);

}  // namespace chatcore::gateway
