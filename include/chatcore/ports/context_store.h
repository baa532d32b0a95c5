#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout` (may be tried again: each write is the same when it is done
//            twice), `corrupt`; nothing found is an empty answer.
// Checked by: contract/removal_contract.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/context.h"
#include "chatcore/domain/room.h"
#include "chatcore/result.h"

namespace chatcore {

/// What rooms are about. No room orders these, so this writes for itself; each write is durable
/// when it returns.
///
/// A context that was removed is remembered as such: opening a room about it is refused with
/// `room_deleted`, decided in the transaction that would open it, until it is registered again. The
/// rooms that were opened before are doomed, by that same write; RemovalStore tells which they are.
class ContextStore {
public:
    virtual ~ContextStore() = default;

    /// Registers the context, or replaces what was registered (`created_at` stays as it was then),
    /// and gives it as it is now. One that was removed may be opened again.
    virtual Result<RegisteredContext> put(const RegisteredContext& given) = 0;
    /// nullopt where it is not registered, or was removed.
    virtual Result<std::optional<RegisteredContext>> find(const Context& context) = 0;
    /// Those of them that are registered, of one moment, in the order asked for. At most 1,000.
    virtual Result<std::vector<RegisteredContext>> registered(
        std::span<const Context> contexts) = 0;
    /// All rooms about the context, registered or not, whoever is in them, without deleted ones;
    /// newest activity first (time, then id); at most `limit`.
    virtual Result<std::vector<Room>> rooms(const Context& context, int limit) = 0;
    /// Registered or not: from here on it is removed.
    virtual Status remove(const Context& context, Timestamp now) = 0;
};

}  // namespace chatcore
