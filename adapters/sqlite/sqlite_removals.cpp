#include "sqlite_removals.h"

#include <algorithm>

#include "chatcore/domain/attachment.h"
#include "chatcore/domain/schedule.h"

#include "attachment_sql.h"
#include "removal_sql.h"
#include "row_writes.h"
#include "write_sql.h"

namespace chatcore::sqlite {

namespace {

template <class IdType>
Status append(Cursor& rows, std::vector<IdType>& out) {
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return {};
        out.push_back(rows.id<IdType>());
    }
}

}  // namespace

SqliteContextStore::SqliteContextStore(Connection& connection, TransactionStatements& transactions,
                                       WriteLine& line)
    : transactions_(transactions),
      line_(line),
      put_(connection, sql::put_context),
      find_(connection, sql::context),
      rooms_(connection, sql::rooms_about),
      remove_(connection, sql::remove_context) {}

Result<RegisteredContext> SqliteContextStore::put(const RegisteredContext& given) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Status status = put_.run(given.context.type, given.context.id, given.owner, given.title,
                             given.metadata, given.created_at, given.updated_at);
    if (!status) return unexpected(status.error());
    Result<std::optional<RegisteredContext>> now = find(given.context);
    if (!now) return unexpected(now.error());
    if (!*now) return unexpected(ErrorCode::corrupt, "store", "a context that was put is gone");
    if (status = transaction.commit(); !status) return unexpected(status.error());
    return std::move(**now);
}

Result<std::optional<RegisteredContext>> SqliteContextStore::find(const Context& context) {
    Cursor row(find_, context.type, context.id);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<RegisteredContext>{};
    return std::optional{context_from(row)};
}

Result<std::vector<RegisteredContext>> SqliteContextStore::registered(
    std::span<const Context> contexts) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    std::vector<RegisteredContext> registered;
    for (const Context& context : contexts) {
        Result<std::optional<RegisteredContext>> found = find(context);
        if (!found) return unexpected(found.error());
        if (*found) registered.push_back(std::move(**found));
    }
    return registered;
}

Result<std::vector<Room>> SqliteContextStore::rooms(const Context& context, int limit) {
    limit = std::max(limit, 1);
    Cursor rows(rooms_, context.type, context.id, limit);
    std::vector<Room> found;
    Result<bool> more = fill_from(rows, limit, found, room_from);
    if (!more) return unexpected(more.error());
    return found;
}

Status SqliteContextStore::remove(const Context& context, Timestamp now) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    Status status = remove_.run(context.type, context.id, now);
    return status ? transaction.commit() : status;
}

SqliteRemovalStore::SqliteRemovalStore(Connection& connection, TransactionStatements& transactions,
                                       WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      search_(connection),
      doomed_(connection, sql::doomed),
      doomed_of_(connection, sql::doomed_of),
      pending_(connection, sql::anything_to_clear),
      settle_contexts_(connection, sql::settle_contexts),
      room_to_clear_(connection, sql::room_to_clear),
      room_is_clear_(connection, sql::room_is_clear),
      members_(connection, sql::members_to_clear),
      clear_member_(connection, sql::clear_member),
      clear_notifications_(connection, sql::clear_notifications),
      clear_delivery_(connection, sql::clear_delivery),
      clear_schedules_(connection, sql::clear_schedules),
      messages_(connection, sql::messages_to_clear),
      clear_message_(connection, sql::clear_message),
      delete_upload_use_(connection, sql::delete_upload_use),
      clear_upload_use_(connection, sql::clear_upload_use),
      clear_bookmarks_(connection, sql::clear_bookmarks),
      clear_mentions_(connection, sql::clear_mentions),
      count_(connection, sql::count) {}

Result<std::vector<RoomId>> SqliteRemovalStore::doomed(const std::optional<Context>& of,
                                                       int limit) {
    std::vector<RoomId> found;
    Status status;
    if (of) {
        Cursor rows(doomed_of_, std::max(limit, 1), of->type, of->id);
        status = append(rows, found);
    } else {
        Cursor rows(doomed_, std::max(limit, 1));
        status = append(rows, found);
    }
    if (!status) return unexpected(status.error());
    return found;
}

Result<bool> SqliteRemovalStore::pending() {
    Cursor row(pending_);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return *found && row.flag();
}

Result<bool> SqliteRemovalStore::clear(int rows_max) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    int left = std::max(rows_max, 1);
    Status status = settle_contexts_.run();
    bool more = true;
    while (status && more) {
        Result<std::optional<RoomId>> room = next_room();
        if (!room) return unexpected(room.error());
        more = room->has_value();
        if (!more || left == 0) break;
        status = clear(**room, left);
    }
    if (status) status = transaction.commit();
    if (!status) return unexpected(status.error());
    return more;
}

Result<std::optional<RoomId>> SqliteRemovalStore::next_room() {
    Cursor row(room_to_clear_);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<RoomId>{};
    return std::optional{row.id<RoomId>()};
}

Status SqliteRemovalStore::clear(RoomId room, int& left) {
    Status status = clear_members(room, left);
    if (status) status = clear_schedules(room, left);
    if (status) status = clear_messages(room, left);
    if (!status || left == 0) return status;
    status = clear_mentions_.run(room, UserId{});
    return status ? room_is_clear_.run(room) : status;
}

Status SqliteRemovalStore::clear_members(RoomId room, int& left) {
    std::vector<UserId> users;
    {
        Cursor rows(members_, room, left);
        if (Status status = append(rows, users); !status) return status;
    }
    for (UserId user : users) {
        Status status = clear_member_.run(room, user);
        if (status) status = clear_notifications_.run(room, user);
        if (status) status = clear_delivery_.run(room, user);
        if (status) status = clear_mentions_.run(room, user);
        if (!status) return status;
        --left;
    }
    return {};
}

Status SqliteRemovalStore::clear_schedules(RoomId room, int& left) {
    if (left == 0) return {};
    Status status = clear_schedules_.run(room, left, ScheduleState::cancelled,
                                         kept_name(ErrorCode::room_deleted));
    if (!status) return status;
    left -= connection_.altered();
    return {};
}

Status SqliteRemovalStore::clear_messages(RoomId room, int& left) {
    if (left == 0) return {};
    std::vector<Message> messages;
    {
        Cursor rows(messages_, room, left);
        Result<bool> more = fill_from(rows, left, messages, message_from);
        if (!more) return unexpected(more.error());
    }
    for (const Message& message : messages) {
        Status status = search_.remove(message);
        if (status) status = clear_uses(message);
        if (status) status = clear_bookmarks_.run(message.id);
        if (status) status = clear_message_.run(message.id);
        if (!status) return status;
        --left;
    }
    return count_.run(std::string_view("messages"), -std::ssize(messages));
}

Status SqliteRemovalStore::clear_uses(const Message& message) {
    for (const Attachment& attachment : message.attachments) {
        const auto upload = attachment_in(attachment.url);
        if (!upload) continue;
        Status status = delete_upload_use_.run(*upload, message.id);
        // One that is named twice was shown once.
        if (status && connection_.altered() > 0) status = clear_upload_use_.run(*upload);
        if (!status) return status;
    }
    return {};
}

}  // namespace chatcore::sqlite
