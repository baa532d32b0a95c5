#include <algorithm>
#include <limits>

#include "chatcore/rules/state_order.h"

#include "message_sql.h"
#include "sqlite_readers.h"
#include "write_sql.h"

namespace chatcore::sqlite {

namespace {

/// One of the feeds of changes, with the state that it stands at.
class Feed {
public:
    using Read = State (*)(Cursor&);

    Feed(Statement& statement, RoomId room, std::int64_t since, Read read)
        : rows_(statement, room, since), read_(read) {}

    Status advance() {
        Result<bool> found = rows_.next();
        if (!found) return unexpected(found.error());
        if (*found) {
            state_ = read_(rows_);
        } else {
            state_.reset();
        }
        return {};
    }
    std::optional<State>& state() { return state_; }

private:
    Cursor rows_;
    Read read_;
    std::optional<State> state_;
};

/// Takes all states at the next position out of the feeds, in the order in which they are told.
Result<std::vector<State>> next_states(std::span<Feed* const> feeds) {
    std::optional<Position> next;
    for (Feed* feed : feeds) {
        if (feed->state() && (!next || changed_at(*feed->state()) < *next)) {
            next = changed_at(*feed->state());
        }
    }
    std::vector<State> states;
    if (!next) return states;
    for (Feed* feed : feeds) {
        while (feed->state() && changed_at(*feed->state()) == *next) {
            const auto after =
                std::upper_bound(states.begin(), states.end(), *feed->state(), told_before);
            states.insert(after, std::move(*feed->state()));
            if (Status status = feed->advance(); !status) return unexpected(status.error());
        }
    }
    return states;
}

}  // namespace

SqliteMessageReader::SqliteMessageReader(Connection& connection,
                                         TransactionStatements& transactions)
    : transactions_(transactions),
      may_read_(connection, sql::may_read),
      message_(connection, sql::readable_message),
      post_(connection, sql::post),
      older_(connection, sql::older),
      newer_(connection, sql::newer),
      older_of_type_(connection, sql::older_of_type),
      newer_of_type_(connection, sql::newer_of_type),
      posted_since_(connection, sql::posted_since),
      altered_since_(connection, sql::altered_since),
      members_since_(connection, sql::members_since),
      room_since_(connection, sql::room_since),
      pins_(connection, sql::pins),
      replies_(connection, sql::replies),
      roots_(connection, sql::roots),
      last_replies_(connection, sql::last_replies),
      repliers_(connection, sql::repliers),
      totals_(connection, sql::totals),
      page_(connection, sql::page),
      page_without_texts_(connection, sql::page_without_texts) {}

Result<std::optional<Message>> SqliteMessageReader::find(MessageId message,
                                                         std::optional<UserId> viewer) {
    Cursor row(message_, message, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Message>{};
    return std::optional{message_from(row)};
}

Result<bool> SqliteMessageReader::posted(UserId sender, const ClientKey& key) {
    Cursor row(post_, sender, key);
    return row.next();
}

Result<Position> SqliteMessageReader::head_for(RoomId room, std::optional<UserId> viewer) {
    Cursor row(may_read_, room, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::not_a_member);
    const auto head = row.id<Position>();
    if (row.flag()) return unexpected(ErrorCode::room_deleted);
    return head;
}

Result<bool> SqliteMessageReader::append(bool newer, const HistoryQuery& query, std::int64_t from,
                                         int limit, std::vector<Message>& out) {
    const bool rare = query.type && *query.type != MessageType::text;
    Statement& statement =
        newer ? (rare ? newer_of_type_ : newer_) : (rare ? older_of_type_ : older_);
    Cursor rows(statement, query.room, from, limit + 1, !query.replies, query.type);
    return fill_from(rows, limit, out, message_from);
}

Result<History> SqliteMessageReader::history(const HistoryQuery& query,
                                             std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (Result<Position> head = head_for(query.room, viewer); !head) {
        return unexpected(head.error());
    }
    const int limit = std::max(query.limit, 1);
    History history;
    Result<bool> more = false;
    if (query.after) {
        more = append(true, query, query.after->value, limit, history.messages);
    } else if (query.around) {
        const std::int64_t around = query.around->value;
        more = append(true, query, around - 1, limit - limit / 2, history.messages);
        if (!more) return unexpected(more.error());
        std::reverse(history.messages.begin(), history.messages.end());
        more = append(false, query, around, limit / 2, history.messages);
    } else {
        const std::int64_t below = query.before ? query.before->value : id_max + 1;
        more = append(false, query, below, limit, history.messages);
    }
    if (!more) return unexpected(more.error());
    history.has_more = *more;
    return history;
}

Result<Changes> SqliteMessageReader::changes(RoomId room, Position since, int limit,
                                             std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<Position> head = head_for(room, viewer);
    if (!head && head.error().code == ErrorCode::room_deleted && !viewer)
        return changes_of_deleted(room, since);
    if (!head) return unexpected(head.error());

    // Since 0 means: with all that stands at 0.
    const std::int64_t after = since == Position{} ? -1 : since.value;
    Feed room_feed(room_since_, room, after, [](Cursor& row) -> State { return room_from(row); });
    Feed members(members_since_, room, after,
                 [](Cursor& row) -> State { return member_from(row); });
    Feed posted(posted_since_, room, after, [](Cursor& row) -> State { return message_from(row); });
    Feed altered(altered_since_, room, after,
                 [](Cursor& row) -> State { return message_from(row); });
    Feed* const feeds[] = {&room_feed, &members, &posted, &altered};
    for (Feed* feed : feeds) {
        if (Status status = feed->advance(); !status) return unexpected(status.error());
    }

    Changes changes;
    changes.head = changes.next = *head;
    int counted = 0;
    Position last;
    for (;;) {
        Result<std::vector<State>> states = next_states(feeds);
        if (!states) return unexpected(states.error());
        if (states->empty()) return changes;
        const Position position = changed_at(states->front());
        if (counted >= std::max(limit, 1)) {
            changes.has_more = true;
            changes.next = last;
            return changes;
        }
        if (position != Position{}) counted += static_cast<int>(states->size());
        last = position;
        std::move(states->begin(), states->end(), std::back_inserter(changes.items));
    }
}

Result<Changes> SqliteMessageReader::changes_of_deleted(RoomId room, Position since) {
    Changes changes;
    Cursor row(room_since_, room, -1);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::corrupt, "store", "a room that was there is gone");
    Room header = room_from(row);
    changes.head = changes.next = header.head;
    if (header.changed_at > since) changes.items.emplace_back(std::move(header));
    return changes;
}

Result<std::vector<Message>> SqliteMessageReader::pins(RoomId room, std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (Result<Position> head = head_for(room, viewer); !head) return unexpected(head.error());
    std::vector<Message> pinned;
    Cursor rows(pins_, room);
    Result<bool> more = fill_from(rows, std::numeric_limits<int>::max(), pinned, message_from);
    if (!more) return unexpected(more.error());
    return pinned;
}

Result<Page<Message>> SqliteMessageReader::replies(MessageId root, MessageId after, int limit,
                                                   std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<std::optional<Message>> found = find(root, viewer);
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::not_found, "message");
    Page<Message> page;
    Cursor rows(replies_, root, after, std::max(limit, 1) + 1);
    Result<bool> more = fill_from(rows, std::max(limit, 1), page.items, message_from);
    if (!more) return unexpected(more.error());
    if (*more) page.next_cursor = std::to_string(page.items.back().id.value);
    return page;
}

Result<Page<Thread>> SqliteMessageReader::threads(RoomId room, MessageId before, int limit,
                                                  std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (Result<Position> head = head_for(room, viewer); !head) return unexpected(head.error());
    Page<Thread> page;
    {
        Cursor rows(roots_, room, before, std::max(limit, 1) + 1);
        Result<bool> more = fill_from(rows, std::max(limit, 1), page.items, [](Cursor& row) {
            return Thread{message_from(row), {}, {}};
        });
        if (!more) return unexpected(more.error());
        if (*more) page.next_cursor = std::to_string(page.items.back().root.id.value);
    }
    if (Status status = complete(page.items); !status) return unexpected(status.error());
    return page;
}

Status SqliteMessageReader::complete(std::vector<Thread>& threads) {
    if (threads.empty()) return {};
    std::string roots = "[";
    for (const Thread& thread : threads) {
        if (roots.size() > 1) roots += ',';
        roots += std::to_string(thread.root.id.value);
    }
    roots += ']';
    // Each row begins with the place of its thread in the list.
    const auto thread_at = [&](std::int64_t place) -> Thread& {
        return threads[static_cast<std::size_t>(place)];
    };
    Cursor replies(last_replies_, roots);
    for (;;) {
        Result<bool> found = replies.next();
        if (!found) return unexpected(found.error());
        if (!*found) break;
        Thread& thread = thread_at(replies.integer());
        thread.last_reply = message_from(replies);
    }
    Cursor people(repliers_, roots, thread_replies_looked_at - 1);
    for (;;) {
        Result<bool> found = people.next();
        if (!found) return unexpected(found.error());
        if (!*found) return {};
        std::vector<UserId>& participants = thread_at(people.integer()).participants;
        const auto user = people.id<UserId>();
        if (participants.size() < static_cast<std::size_t>(thread_participants_max))
            participants.push_back(user);
    }
}

Result<HistoryPage> SqliteMessageReader::page(const PageQuery& query,
                                              std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    if (Result<Position> head = head_for(query.room, viewer); !head)
        return unexpected(head.error());
    HistoryPage page;
    {
        Cursor row(totals_, query.room, viewer);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected(ErrorCode::not_a_member);
        page.totals = totals_from(row);
    }
    const int limit = std::max(query.limit, 1);
    const std::int64_t passed_over = (std::max<std::int64_t>(query.page, 1) - 1) * limit;
    if (passed_over >= page.totals.all) return page;
    int types = query.types.empty() ? -1 : 0;
    for (const MessageType type : query.types) types |= 1 << static_cast<int>(type);
    const bool texts = (types & 1) != 0;
    std::optional<Cursor> rows;
    if (texts) {
        rows.emplace(page_, query.room, types, limit + 1, passed_over);
    } else {
        rows.emplace(page_without_texts_, query.room, types, limit + 1, passed_over,
                     passed_over + limit + 1);
    }
    Result<bool> more = fill_from(*rows, limit, page.messages, message_from);
    if (!more) return unexpected(more.error());
    page.has_more = *more;
    return page;
}

}  // namespace chatcore::sqlite
