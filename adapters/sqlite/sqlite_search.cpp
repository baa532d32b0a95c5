#include "sqlite_search.h"

#include <algorithm>
#include <limits>

#include "chatcore/rules/concealment.h"
#include "chatcore/search_text.h"
#include "chatcore/text.h"

#include "message_sql.h"
#include "room_sql.h"
#include "search_index.h"

namespace chatcore::sqlite {

SqliteSearchReader::SqliteSearchReader(Connection& connection, TransactionStatements& transactions)
    : transactions_(transactions),
      may_read_(connection, sql::may_read),
      search_(connection, sql::search_messages),
      visible_groups_(connection, sql::visible_groups),
      blocked_by_(connection, sql::blocked_by) {}

Result<Page<Message>> SqliteSearchReader::messages(const SearchQuery& query,
                                                   std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (query.room) {
        Cursor row(may_read_, *query.room, viewer);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected(ErrorCode::not_a_member);
        row.skip();
        if (row.flag()) return unexpected(ErrorCode::room_deleted);
    }
    Result<std::vector<UserId>> blocked = blocked_by(viewer);
    if (!blocked) return unexpected(blocked.error());
    Page<Message> page;
    const auto limit = static_cast<std::size_t>(std::max(query.limit, 1));
    const std::string match = match_of(query);
    Cursor rows(search_, match, query.before, query.from, query.until, viewer);
    for (;;) {
        Result<bool> found = rows.next();
        if (!found) return unexpected(found.error());
        if (!*found) return page;
        Message message = message_from(rows);
        const bool group = rows.flag();
        if (group && is_hidden(message, *blocked)) continue;
        if (group) conceal(message, *blocked);
        // The index finds what has all the pairs; whether they stand in a row is seen here.
        if (!finds(searched_text(message), query.text)) continue;
        if (page.items.size() == limit) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            return page;
        }
        page.items.push_back(std::move(message));
    }
}

Result<std::vector<UserId>> SqliteSearchReader::blocked_by(std::optional<UserId> viewer) {
    Cursor rows(blocked_by_, viewer);
    std::vector<UserId> blocked;
    Result<bool> more = fill_from(rows, std::numeric_limits<int>::max(), blocked,
                                  [](Cursor& row) { return row.id<UserId>(); });
    if (!more) return unexpected(more.error());
    return blocked;
}

Result<Page<Room>> SqliteSearchReader::rooms(UserId viewer, const std::string& folded, RoomId after,
                                             int limit) {
    Cursor rows(visible_groups_, viewer, after);
    Page<Room> page;
    for (;;) {
        Result<bool> found = rows.next();
        if (!found) return unexpected(found.error());
        if (!*found) return page;
        Room room = room_from(rows);
        if (rows.flag()) conceal_preview(room);
        if (!rows.flag()) room.preview.reset();
        if (!finds(text::fold(room.title), folded)) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            return page;
        }
        page.items.push_back(std::move(room));
    }
}

}  // namespace chatcore::sqlite
