#include "chatcore/inbox.h"

#include "node.h"

namespace chatcore {

namespace {

void show(Node& node, Store& store, std::span<Notification> notifications) {
    std::vector<Profiles::Wanted> wanted;
    wanted.reserve(notifications.size());
    for (Notification& one : notifications) wanted.push_back({one.actor, &one.actor_profile});
    node.profiles.fill(store, wanted);
}

}  // namespace

void Inbox::list(Caller caller, NotificationId before, int limit,
                 Completion<Page<Notification>> done) {
    node_.ask<Page<Notification>>(
        caller.home,
        [this, caller, before, limit](Store& store) -> Result<Page<Notification>> {
            if (limit < 1 || limit > 100) return unexpected(ErrorCode::malformed, "limit");
            Result<Page<Notification>> page = store.inbox().list(caller.user, before, limit);
            if (page) show(node_, store, page->items);
            return page;
        },
        std::move(done));
}

void Inbox::unread_count(Caller caller, Completion<std::int64_t> done) {
    node_.ask<std::int64_t>(
        caller.home, [caller](Store& store) { return store.inbox().unread_count(caller.user); },
        std::move(done));
}

void Inbox::mark_read(Caller caller, NotificationId id, Completion<Notification> done) {
    node_.ask_writer<Notification>(
        caller.home,
        [this, caller, id](Store& store) -> Result<Notification> {
            Result<std::optional<Notification>> found = store.inbox().mark_read(caller.user, id);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "notification");
            show(node_, store, {&**found, 1});
            return std::move(**found);
        },
        std::move(done));
}

void Inbox::mark_all_read(Caller caller, Completion<std::int64_t> done) {
    node_.ask_writer<std::int64_t>(
        caller.home,
        [caller](Store& store) -> Result<std::int64_t> {
            if (Status status = store.inbox().mark_all_read(caller.user); !status)
                return unexpected(status.error());
            return store.inbox().unread_count(caller.user);
        },
        std::move(done));
}

}  // namespace chatcore
