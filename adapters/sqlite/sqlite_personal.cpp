#include "sqlite_personal.h"

#include <algorithm>
#include <limits>

#include "chatcore/rules/concealment.h"
#include "chatcore/search_text.h"

#include "message_sql.h"
#include "personal_sql.h"

namespace chatcore::sqlite {

SqlitePersonalStore::SqlitePersonalStore(Connection& connection,
                                         TransactionStatements& transactions, WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      may_read_(connection, sql::may_read),
      message_(connection, sql::readable_message),
      draw_id_(connection, sql::draw_bookmark_id),
      remove_(connection, sql::remove_bookmark),
      insert_(connection, sql::insert_bookmark),
      count_(connection, sql::count_bookmarks),
      blocked_by_(connection, sql::blocked_by),
      list_(connection, sql::bookmarks),
      between_(connection, sql::bookmarked_between),
      unread_(connection, sql::unread) {}

Result<Message> SqlitePersonalStore::toggle_bookmark(UserId user, MessageId message,
                                                     int bookmarks_max) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Message shown;
    {
        Cursor row(message_, message, std::optional(user));
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected(ErrorCode::not_found, "message");
        shown = message_from(row);
        if (row.flag() && may_be_concealed(shown)) {
            Result<std::vector<UserId>> blocked = blocked_by(user);
            if (!blocked) return unexpected(blocked.error());
            conceal(shown, *blocked);
        }
    }
    if (shown.deleted_at) return unexpected(ErrorCode::already_deleted);
    Result<bool> marked = turn(user, shown, bookmarks_max);
    if (!marked) return unexpected(marked.error());
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    shown.bookmarked = *marked;
    return shown;
}

Result<bool> SqlitePersonalStore::turn(UserId user, const Message& message, int bookmarks_max) {
    if (Status status = remove_.run(user, message.id); !status) return unexpected(status.error());
    if (connection_.altered() > 0) return false;
    {
        Cursor row(count_, user);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (row.integer() >= bookmarks_max) return unexpected(ErrorCode::too_many, "bookmarks");
    }
    BookmarkId id;
    {
        Cursor row(draw_id_);
        Result<bool> drawn = row.next();
        if (!drawn) return unexpected(drawn.error());
        if (!*drawn) return unexpected(ErrorCode::corrupt, "store", "the bookmark counter is gone");
        id = row.id<BookmarkId>();
    }
    Status status = insert_.run(user, message.id, message.room, id);
    if (!status) return unexpected(status.error());
    return true;
}

Result<std::vector<UserId>> SqlitePersonalStore::blocked_by(UserId user) {
    Cursor rows(blocked_by_, user);
    std::vector<UserId> blocked;
    Result<bool> more = fill_from(rows, std::numeric_limits<int>::max(), blocked,
                                  [](Cursor& row) { return row.id<UserId>(); });
    if (!more) return unexpected(more.error());
    return blocked;
}

Result<Page<Message>> SqlitePersonalStore::bookmarks(UserId user, const BookmarkQuery& query) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (query.room) {
        Cursor row(may_read_, *query.room, std::optional(user));
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected(ErrorCode::not_a_member);
        row.skip();  // the head
        if (row.flag()) return unexpected(ErrorCode::room_deleted);
    }
    Result<std::vector<UserId>> blocked = blocked_by(user);
    if (!blocked) return unexpected(blocked.error());
    const auto limit = static_cast<std::size_t>(std::max(query.limit, 1));
    const std::int64_t below = query.before == BookmarkId{} ? id_max + 1 : query.before.value;
    Page<Message> page;
    std::int64_t last = 0;
    Cursor rows(list_, user, below, query.room);
    for (;;) {
        Result<bool> found = rows.next();
        if (!found) return unexpected(found.error());
        if (!*found) return page;
        const std::int64_t id = rows.integer();
        Message message = message_from(rows);
        const bool group = rows.flag();
        if (group && is_hidden(message, *blocked)) continue;
        if (group) conceal(message, *blocked);
        if (!query.text.empty() && !finds(searched_text(message), query.text)) continue;
        if (page.items.size() == limit) {
            page.next_cursor = std::to_string(last);
            return page;
        }
        last = id;
        message.bookmarked = true;
        page.items.push_back(std::move(message));
    }
}

Result<std::vector<MessageId>> SqlitePersonalStore::bookmarked_among(
    UserId user, std::span<const MessageId> messages) {
    std::vector<MessageId> marked;
    if (messages.empty()) return marked;
    std::vector<MessageId> wanted(messages.begin(), messages.end());
    std::sort(wanted.begin(), wanted.end());
    // People have few bookmarks and a page spans few messages: the range is one look into the
    // index, where each id would be another.
    Cursor rows(between_, user, wanted.front(), wanted.back());
    for (;;) {
        Result<bool> found = rows.next();
        if (!found) return unexpected(found.error());
        if (!*found) return marked;
        const auto id = rows.id<MessageId>();
        if (std::binary_search(wanted.begin(), wanted.end(), id)) marked.push_back(id);
    }
}

Result<UnreadTotals> SqlitePersonalStore::unread(UserId user, int rooms_max) {
    UnreadTotals totals;
    Cursor rows(unread_, user);
    for (;;) {
        Result<bool> found = rows.next();
        if (!found) return unexpected(found.error());
        if (!*found) return totals;
        const auto room = rows.id<RoomId>();
        const std::int64_t unread = rows.integer();
        totals.total += unread;
        totals.mentions += rows.integer();
        if (unread > 0 && totals.rooms.size() < static_cast<std::size_t>(std::max(rooms_max, 0)))
            totals.rooms.emplace_back(room, unread);
    }
}

}  // namespace chatcore::sqlite
