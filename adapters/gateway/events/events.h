#pragma once
// Server-sent events of the canonical API, `GET /api/v1/events`: how a person's rooms move in their
// list, and what they are notified of. See docs/protocols/sse.md.

#include "gateway/http/router.h"

namespace chatcore::gateway {

struct ServerShared;

/// `shared` outlives the router.
void add_event_routes(Router& router, ServerShared& shared);

}  // namespace chatcore::gateway
