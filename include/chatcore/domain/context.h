#pragma once
// What rooms are about, where the host has said more of it than its name.

#include <string>

#include "chatcore/domain/ids.h"
#include "chatcore/domain/room.h"

namespace chatcore {

/// A product and its seller, a store and its owner: a context that the host has registered.
struct RegisteredContext {
    Context context;
    UserId owner;
    std::string title;     ///< empty: none
    std::string metadata;  ///< a JSON object of the host's own, up to 4 KiB; empty: none
    Timestamp created_at;  ///< when it was registered, and the last time it was changed
    Timestamp updated_at;

    bool operator==(const RegisteredContext&) const = default;
};

}  // namespace chatcore
