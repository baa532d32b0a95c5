#include <algorithm>

#include "chatcore/rules/state_order.h"

#include "message_sql.h"
#include "sqlite_readers.h"

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
      older_(connection, sql::older),
      newer_(connection, sql::newer),
      posted_since_(connection, sql::posted_since),
      altered_since_(connection, sql::altered_since),
      members_since_(connection, sql::members_since),
      room_since_(connection, sql::room_since) {}

Result<std::optional<Message>> SqliteMessageReader::find(MessageId message,
                                                         std::optional<UserId> viewer) {
    Cursor row(message_, message, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Message>{};
    return std::optional{message_from(row)};
}

Result<Position> SqliteMessageReader::head_for(RoomId room, std::optional<UserId> viewer) {
    Cursor row(may_read_, room, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::not_a_member);
    return row.id<Position>();
}

Result<bool> SqliteMessageReader::append(Statement& statement, RoomId room, std::int64_t from,
                                         int limit, std::vector<Message>& out) {
    Cursor rows(statement, room, from, limit + 1);
    for (;; --limit) {
        Result<bool> found = rows.next();
        if (!found || !*found) return found;
        if (limit == 0) return true;
        out.push_back(message_from(rows));
    }
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
        more = append(newer_, query.room, query.after->value, limit, history.messages);
    } else if (query.around) {
        const std::int64_t around = query.around->value;
        more = append(newer_, query.room, around - 1, limit - limit / 2, history.messages);
        if (!more) return unexpected(more.error());
        std::reverse(history.messages.begin(), history.messages.end());
        more = append(older_, query.room, around, limit / 2, history.messages);
    } else {
        const std::int64_t below = query.before ? query.before->value : id_max + 1;
        more = append(older_, query.room, below, limit, history.messages);
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

}  // namespace chatcore::sqlite
