#include "sqlite_receipts.h"

#include <algorithm>

#include "message_sql.h"
#include "receipt_sql.h"

namespace chatcore::sqlite {

SqliteReceiptStore::SqliteReceiptStore(Connection& connection, TransactionStatements& transactions,
                                       WriteLine& line)
    : transactions_(transactions),
      line_(line),
      message_(connection, sql::readable_message),
      readers_(connection, sql::readers),
      read_pointers_(connection, sql::read_pointers),
      unread_by_(connection, sql::unread_by),
      raise_(connection, sql::raise_delivered),
      delivered_(connection, sql::delivered),
      senders_(connection, sql::senders) {}

Result<Page<Member>> SqliteReceiptStore::readers(MessageId message, UserId after, int limit,
                                                 std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Message read;
    {
        Cursor row(message_, message, viewer);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected(ErrorCode::not_found, "message");
        read = message_from(row);
    }
    limit = std::max(limit, 1);
    Page<Member> page;
    Cursor rows(readers_, read.room, after, message, read.sender, limit + 1);
    Result<bool> more = fill_from(rows, limit, page.items, member_from);
    if (!more) return unexpected(more.error());
    if (*more) page.next_cursor = std::to_string(page.items.back().user.value);
    return page;
}

Result<std::vector<ReadPointer>> SqliteReceiptStore::read_pointers(std::span<const RoomId> rooms,
                                                                   UserId viewer, int members_max) {
    std::string ids = "[";
    for (const RoomId room : rooms) {
        if (ids.size() > 1) ids += ',';
        ids += std::to_string(room.value);
    }
    ids += ']';
    Cursor rows(read_pointers_, ids, viewer, members_max);
    std::vector<ReadPointer> found;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        ReadPointer& pointer = found.emplace_back();
        pointer.room = rows.id<RoomId>();
        pointer.user = rows.id<UserId>();
        pointer.position = rows.id<Position>();
    }
}

Result<std::vector<std::int64_t>> SqliteReceiptStore::unread(std::span<const Readership> readers) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    std::vector<std::int64_t> unread;
    for (const Readership& reader : readers) {
        Cursor row(unread_by_, reader.room, reader.user);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        unread.push_back(*found ? row.integer() : 0);
    }
    return unread;
}

Status SqliteReceiptStore::raise_delivered(std::span<const DeliveryPointer> pointers) {
    if (pointers.empty()) return {};
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    for (const DeliveryPointer& pointer : pointers) {
        if (Status status = raise_.run(pointer.room, pointer.user, pointer.message); !status)
            return status;
    }
    return transaction.commit();
}

Result<MessageId> SqliteReceiptStore::delivered(RoomId room, UserId user) {
    Cursor row(delivered_, room, user);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return *found ? row.id<MessageId>() : MessageId{};
}

Result<std::vector<UserId>> SqliteReceiptStore::senders(RoomId room, MessageId above,
                                                        MessageId up_to, int among) {
    Cursor rows(senders_, room, above, up_to, std::max(among, 0));
    std::vector<UserId> found;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        found.push_back(rows.id<UserId>());
    }
}

}  // namespace chatcore::sqlite
