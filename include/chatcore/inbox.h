#pragma once
// A person's notifications. They are written by the engine itself, shortly after what they tell of.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include "chatcore/caller.h"
#include "chatcore/domain/notification.h"
#include "chatcore/ports/inbox_store.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;

class Inbox {
public:
    explicit Inbox(Node& node) : node_(node) {}

    /// Newest first, below `before` (0: from the newest); limit 1 to 100, else `malformed`.
    void list(Caller caller, NotificationId before, int limit, Completion<Page<Notification>> done);
    void unread_count(Caller caller, Completion<std::int64_t> done);
    /// `not_found` (notification) where the caller has none of this id. A second time is ok.
    void mark_read(Caller caller, NotificationId id, Completion<Notification> done);
    /// Gives what is unread then: 0, unless something came meanwhile.
    void mark_all_read(Caller caller, Completion<std::int64_t> done);

private:
    Node& node_;
};

}  // namespace chatcore
