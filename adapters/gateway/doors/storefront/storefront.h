#pragma once
// The front door of stores and their customers, /user and /seller: the addresses, names and shapes
// that their existing clients know, over the use cases of rooms about something (contexts of type
// `store`). What is refused has the canonical shape. Nothing here blocks.

#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway {

/// The engine outlives the router.
void add_storefront_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway
