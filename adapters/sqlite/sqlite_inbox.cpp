#include <algorithm>

#include "social_sql.h"
#include "sqlite_social.h"
#include "write_sql.h"

namespace chatcore::sqlite {

namespace {

constexpr std::string_view notification_counter = "notification";

template <class IdType>
std::optional<IdType> optional_id(Cursor& row) {
    if (row.null()) {
        row.skip();
        return std::nullopt;
    }
    return row.id<IdType>();
}

Notification notification_from(Cursor& row) {
    Notification notification;
    notification.id = row.id<NotificationId>();
    notification.kind = row.enumerator<NotificationKind>();
    notification.at = row.time();
    notification.read = row.flag();
    notification.actor = row.id<UserId>();
    notification.room = optional_id<RoomId>(row);
    notification.message = optional_id<MessageId>(row);
    return notification;
}

}  // namespace

SqliteInboxStore::SqliteInboxStore(Connection& connection, TransactionStatements& transactions,
                                   WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      counter_(connection, sql::counter),
      set_counter_(connection, sql::set_counter),
      insert_(connection, sql::insert_notification),
      forget_(connection, sql::forget_notifications),
      list_(connection, sql::notifications),
      unread_(connection, sql::unread_notifications),
      read_(connection, sql::read_notification),
      read_all_(connection, sql::read_notifications) {}

Result<std::vector<Notified>> SqliteInboxStore::add(std::span<const NewNotification> fresh) {
    if (fresh.empty()) return std::vector<Notified>{};
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    NotificationId last;
    {
        Cursor row(counter_, notification_counter);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found)
            return unexpected(ErrorCode::corrupt, "store", "the notification counter is gone");
        last = row.id<NotificationId>();
    }
    Result<std::vector<Notified>> taken = insert(fresh, last);
    if (!taken || taken->empty()) return taken;
    Status status = forget_old(*taken);
    if (status) status = set_counter_.run(notification_counter, last);
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return taken;
}

Result<std::vector<Notified>> SqliteInboxStore::insert(std::span<const NewNotification> fresh,
                                                       NotificationId& last) {
    std::vector<Notified> taken;
    for (const NewNotification& one : fresh) {
        const NotificationId id{last.value + 1};
        Status inserted = insert_.run(one.receiver, id, one.kind, one.at, one.actor, one.room,
                                      one.message, one.cause);
        if (!inserted) return unexpected(inserted.error());
        if (connection_.altered() == 0) continue;
        last = id;
        taken.push_back({one.receiver, Notification{.id = id,
                                                    .kind = one.kind,
                                                    .at = one.at,
                                                    .read = false,
                                                    .actor = one.actor,
                                                    .room = one.room,
                                                    .message = one.message,
                                                    .actor_profile = {}}});
    }
    return taken;
}

Status SqliteInboxStore::forget_old(const std::vector<Notified>& taken) {
    std::vector<UserId> receivers;
    receivers.reserve(taken.size());
    for (const Notified& one : taken) receivers.push_back(one.receiver);
    std::sort(receivers.begin(), receivers.end());
    receivers.erase(std::unique(receivers.begin(), receivers.end()), receivers.end());
    for (UserId receiver : receivers) {
        if (Status status = forget_.run(receiver, notifications_kept_max); !status) return status;
    }
    return {};
}

Result<Page<Notification>> SqliteInboxStore::list(UserId user, NotificationId before, int limit) {
    limit = std::max(limit, 1);
    const std::int64_t below = before == NotificationId{} ? id_max + 1 : before.value;
    Cursor rows(list_, user, below, limit + 1);
    Page<Notification> page;
    for (;; --limit) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return page;
        if (limit == 0) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            return page;
        }
        page.items.push_back(notification_from(rows));
    }
}

Result<std::int64_t> SqliteInboxStore::unread_count(UserId user) {
    Cursor row(unread_, user);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return row.integer();
}

Result<std::optional<Notification>> SqliteInboxStore::mark_read(UserId user, NotificationId id) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    std::optional<Notification> found;
    {
        Cursor row(read_, user, id);
        Result<bool> next = row.next();
        if (!next) return unexpected(next.error());
        if (*next) found = notification_from(row);
    }
    if (!found) return found;
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return found;
}

Status SqliteInboxStore::mark_all_read(UserId user) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    Status status = read_all_.run(user);
    return status ? transaction.commit() : status;
}

}  // namespace chatcore::sqlite
