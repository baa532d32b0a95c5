#pragma once
// The front door of consultations: the addresses, names and times that their existing clients know,
// over the use cases of consultations. Times are those of the configured zone, as
// `yyyy-MM-dd HH:mm:ss`; people are named by their user codes. Nothing here blocks.

#include "chatcore/engine.h"

#include "gateway/http/router.h"

namespace chatcore::gateway {

/// The engine outlives the router.
void add_consultation_routes(Router& router, Engine& engine);

}  // namespace chatcore::gateway
