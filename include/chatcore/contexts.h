#pragma once
// What rooms are about: the host's products, stores, consultations. A room may be opened about a
// context that nobody has registered; registering says whose it is.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <cstdint>
#include <string>

#include "chatcore/caller.h"
#include "chatcore/domain/context.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
class Remover;

struct ContextRequest {
    UserId owner;
    std::string title;     ///< up to `limits.title_code_points_max` code points; empty: none
    std::string metadata;  ///< a JSON object, checked by the front door; empty: none
};

class Contexts {
public:
    Contexts(Node& node, Remover& remover) : node_(node), remover_(remover) {}

    /// Registers the context, or changes what is registered; one that was removed may be opened
    /// again. For admins and the host: `forbidden` for others. Errors: `invalid_value` (context),
    /// `not_found` (user), `too_long`, `malformed`.
    void put(Caller caller, Context context, ContextRequest request,
             Completion<RegisteredContext> done);
    /// `not_found` (context) where it is not registered.
    void find(Caller caller, Context context, Completion<RegisteredContext> done);
    /// Removes the context, registered or not, and deletes its rooms for everybody; gives how many
    /// that were. From the first moment on no room is opened about it (`room_deleted`), until it is
    /// registered again; once it is answered all rooms that were there are deleted. Where it fails
    /// with `unavailable` or `timeout` it may have been removed all the same; its rooms follow then
    /// by themselves, and doing it again is safe. `forbidden` for others than admins and the host.
    void remove(Caller caller, Context context, Completion<std::int64_t> done);

private:
    Node& node_;
    Remover& remover_;
};

}  // namespace chatcore
