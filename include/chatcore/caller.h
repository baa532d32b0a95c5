#pragma once
// Who asks.

#include "chatcore/domain/ids.h"

namespace chatcore {

/// The person on whose behalf a use case runs, already authenticated.
struct Caller {
    UserId user;
    /// The hub shard on whose executor the completion is called: the one of the connection that
    /// asks. 0 to `Hub::shards() - 1`.
    int home = 0;
    /// Whether the caller may do what an admin may: an admin, or the host application itself, which
    /// is nobody's `user`.
    bool is_admin = false;
};

}  // namespace chatcore
