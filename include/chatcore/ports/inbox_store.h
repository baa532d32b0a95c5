#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable` and `timeout` (may be tried again with the same), `corrupt`; nothing
//            found is an empty answer.
// Checked by: contract/social_contract.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/notification.h"
#include "chatcore/ports/room_reader.h"
#include "chatcore/result.h"

namespace chatcore {

/// How many a person keeps: what is older than the newest of these is forgotten.
inline constexpr int notifications_kept_max = 1'000;

/// What people are told. Each write is durable when it returns.
class InboxStore {
public:
    virtual ~InboxStore() = default;

    /// Takes them in one transaction and gives those that were new, in this order. Not taken is:
    /// what was taken before, by receiver, kind and cause; what comes of somebody whom the receiver
    /// has blocked; and what is about a room that the receiver is no active member of.
    virtual Result<std::vector<Notified>> add(std::span<const NewNotification> fresh) = 0;
    /// Newest first, below `before`; 0 is the newest.
    virtual Result<Page<Notification>> list(UserId user, NotificationId before, int limit) = 0;
    virtual Result<std::int64_t> unread_count(UserId user) = 0;
    /// The notification as it is then; nullopt where the person has none of this id.
    virtual Result<std::optional<Notification>> mark_read(UserId user, NotificationId id) = 0;
    virtual Status mark_all_read(UserId user) = 0;
};

}  // namespace chatcore
