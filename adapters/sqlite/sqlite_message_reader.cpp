#include <algorithm>
#include <limits>

#include "chatcore/rules/concealment.h"
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

    template <class... Values>
    Feed(Statement& statement, Read read, const Values&... values)
        : rows_(statement, values...), read_(read) {}

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
      standing_(connection, sql::standing),
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
      page_without_texts_(connection, sql::page_without_texts),
      blocked_by_(connection, sql::blocked_by) {}

Result<std::optional<Message>> SqliteMessageReader::find(MessageId message,
                                                         std::optional<UserId> viewer) {
    Cursor row(message_, message, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Message>{};
    Message shown = message_from(row);
    const bool group = row.flag();
    Status status = conceal_in(group ? viewer : std::nullopt, std::span(&shown, 1));
    if (!status) return unexpected(status.error());
    return std::optional{std::move(shown)};
}

Result<std::vector<PostStanding>> SqliteMessageReader::standings(UserId sender,
                                                                 std::span<const RoomId> rooms,
                                                                 std::span<const ClientKey> keys) {
    std::vector<PostStanding> standings(rooms.size());
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        PostStanding& standing = standings[i];
        if (i < keys.size()) {
            Cursor row(post_, sender, keys[i]);
            Result<bool> found = row.next();
            if (!found) return unexpected(found.error());
            standing.posted = *found;
        }
        Cursor row(standing_, rooms[i], sender);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (!*found) continue;
        standing.room = room_from(row);
        standing.blocked = row.flag();
        if (row.flag()) standing.member = member_from(row);
    }
    return standings;
}

Result<SqliteMessageReader::Sight> SqliteMessageReader::sight_of(RoomId room,
                                                                 std::optional<UserId> viewer) {
    Cursor row(may_read_, room, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::not_a_member);
    Sight sight;
    sight.head = row.id<Position>();
    if (row.flag()) return unexpected(ErrorCode::room_deleted);
    sight.kind = row.enumerator<RoomKind>();
    if (row.flag()) sight.blocker = viewer;
    return sight;
}

Result<std::vector<UserId>> SqliteMessageReader::blocked_by(UserId user) {
    Cursor rows(blocked_by_, user);
    std::vector<UserId> blocked;
    Result<bool> more = fill_from(rows, std::numeric_limits<int>::max(), blocked,
                                  [](Cursor& row) { return row.id<UserId>(); });
    if (!more) return unexpected(more.error());
    return blocked;
}

template <class Thing>
Status SqliteMessageReader::conceal_in(std::optional<UserId> blocker, std::span<Thing> things) {
    if (!blocker) return {};
    const bool any = std::any_of(things.begin(), things.end(), may_be_concealed<Thing>);
    if (!any) return {};
    Result<std::vector<UserId>> blocked = blocked_by(*blocker);
    if (!blocked) return unexpected(blocked.error());
    for (Thing& thing : things) conceal(thing, *blocked);
    return {};
}

Result<bool> SqliteMessageReader::append(bool newer, const HistoryQuery& query, const Sight& sight,
                                         std::int64_t from, int limit, std::vector<Message>& out) {
    const bool rare = query.type && *query.type != MessageType::text;
    Statement& statement =
        newer ? (rare ? newer_of_type_ : newer_) : (rare ? older_of_type_ : older_);
    Cursor rows(statement, query.room, from, limit + 1, !query.replies, query.type, sight.blocker);
    return fill_from(rows, limit, out, message_from);
}

Result<History> SqliteMessageReader::history(const HistoryQuery& query,
                                             std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    const Result<Sight> sight = sight_of(query.room, viewer);
    if (!sight) return unexpected(sight.error());
    const int limit = std::max(query.limit, 1);
    History history;
    Result<bool> more = false;
    if (query.after) {
        more = append(true, query, *sight, query.after->value, limit, history.messages);
    } else if (query.around) {
        const std::int64_t around = query.around->value;
        more = append(true, query, *sight, around - 1, limit - limit / 2, history.messages);
        if (!more) return unexpected(more.error());
        std::reverse(history.messages.begin(), history.messages.end());
        more = append(false, query, *sight, around, limit / 2, history.messages);
    } else {
        const std::int64_t below = query.before ? query.before->value : id_max + 1;
        more = append(false, query, *sight, below, limit, history.messages);
    }
    if (!more) return unexpected(more.error());
    history.has_more = *more;
    Status status = conceal_in(sight->blocker, std::span(history.messages));
    if (!status) return unexpected(status.error());
    return history;
}

Result<Changes> SqliteMessageReader::changes(RoomId room, Position since, int limit,
                                             std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    const Result<Sight> sight = sight_of(room, viewer);
    if (!sight && sight.error().code == ErrorCode::room_deleted && !viewer)
        return changes_of_deleted(room, since);
    if (!sight) return unexpected(sight.error());

    // Since 0 means: with all that stands at 0.
    const std::int64_t after = since == Position{} ? -1 : since.value;
    const Feed::Read message = [](Cursor& row) -> State { return message_from(row); };
    Feed room_feed(room_since_, [](Cursor& row) -> State { return room_from(row); }, room, after);
    Feed members(
        members_since_, [](Cursor& row) -> State { return member_from(row); }, room, after);
    Feed posted(posted_since_, message, room, after, sight->blocker);
    Feed altered(altered_since_, message, room, after, sight->blocker);
    Feed* const feeds[] = {&room_feed, &members, &posted, &altered};
    for (Feed* feed : feeds) {
        if (Status status = feed->advance(); !status) return unexpected(status.error());
    }

    Changes changes;
    changes.head = changes.next = sight->head;
    changes.kind = sight->kind;
    int counted = 0;
    Position last;
    for (;;) {
        Result<std::vector<State>> states = next_states(feeds);
        if (!states) return unexpected(states.error());
        if (states->empty()) break;
        const Position position = changed_at(states->front());
        if (counted >= std::max(limit, 1)) {
            changes.has_more = true;
            changes.next = last;
            break;
        }
        if (position != Position{}) counted += static_cast<int>(states->size());
        last = position;
        std::move(states->begin(), states->end(), std::back_inserter(changes.items));
    }
    Status status = conceal_in(sight->blocker, std::span(changes.items));
    if (!status) return unexpected(status.error());
    return changes;
}

Result<Changes> SqliteMessageReader::changes_of_deleted(RoomId room, Position since) {
    Changes changes;
    Cursor row(room_since_, room, -1);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::corrupt, "store", "a room that was there is gone");
    Room header = room_from(row);
    changes.kind = header.kind;
    changes.head = changes.next = header.head;
    if (header.changed_at > since) changes.items.emplace_back(std::move(header));
    return changes;
}

Result<std::vector<Message>> SqliteMessageReader::pins(RoomId room, std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    const Result<Sight> sight = sight_of(room, viewer);
    if (!sight) return unexpected(sight.error());
    std::vector<Message> pinned;
    Cursor rows(pins_, room, sight->blocker);
    Result<bool> more = fill_from(rows, std::numeric_limits<int>::max(), pinned, message_from);
    if (!more) return unexpected(more.error());
    Status status = conceal_in(sight->blocker, std::span(pinned));
    if (!status) return unexpected(status.error());
    return pinned;
}

Result<Page<Message>> SqliteMessageReader::replies(MessageId root, MessageId after, int limit,
                                                   std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<std::optional<Message>> found = find(root, viewer);
    if (!found) return unexpected(found.error());
    if (!*found) return unexpected(ErrorCode::not_found, "message");
    const Result<Sight> sight = sight_of((*found)->room, viewer);
    if (!sight) return unexpected(sight.error());
    Page<Message> page;
    Cursor rows(replies_, root, after, std::max(limit, 1) + 1, sight->blocker);
    Result<bool> more = fill_from(rows, std::max(limit, 1), page.items, message_from);
    if (!more) return unexpected(more.error());
    if (*more) page.next_cursor = std::to_string(page.items.back().id.value);
    Status status = conceal_in(sight->blocker, std::span(page.items));
    if (!status) return unexpected(status.error());
    return page;
}

Result<Page<Thread>> SqliteMessageReader::threads(RoomId room, MessageId before, int limit,
                                                  std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    const Result<Sight> sight = sight_of(room, viewer);
    if (!sight) return unexpected(sight.error());
    Page<Thread> page;
    {
        Cursor rows(roots_, room, before, std::max(limit, 1) + 1, sight->blocker);
        Result<bool> more = fill_from(rows, std::max(limit, 1), page.items, [](Cursor& row) {
            return Thread{message_from(row), {}, {}};
        });
        if (!more) return unexpected(more.error());
        if (*more) page.next_cursor = std::to_string(page.items.back().root.id.value);
    }
    if (Status status = complete(page.items, *sight); !status) return unexpected(status.error());
    return page;
}

Status SqliteMessageReader::complete(std::vector<Thread>& threads, const Sight& sight) {
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
    Cursor replies(last_replies_, roots, sight.blocker);
    for (;;) {
        Result<bool> found = replies.next();
        if (!found) return unexpected(found.error());
        if (!*found) break;
        Thread& thread = thread_at(replies.integer());
        thread.last_reply = message_from(replies);
    }
    Cursor people(repliers_, roots, thread_replies_looked_at - 1, sight.blocker);
    for (;;) {
        Result<bool> found = people.next();
        if (!found) return unexpected(found.error());
        if (!*found) break;
        std::vector<UserId>& participants = thread_at(people.integer()).participants;
        const auto user = people.id<UserId>();
        if (participants.size() < static_cast<std::size_t>(thread_participants_max))
            participants.push_back(user);
    }
    const bool any = std::any_of(threads.begin(), threads.end(), [](const Thread& thread) {
        return may_be_concealed(thread.root) || may_be_concealed(thread.last_reply);
    });
    if (!sight.blocker || !any) return {};
    Result<std::vector<UserId>> blocked = blocked_by(*sight.blocker);
    if (!blocked) return unexpected(blocked.error());
    for (Thread& thread : threads) {
        conceal(thread.root, *blocked);
        conceal(thread.last_reply, *blocked);
    }
    return {};
}

Result<HistoryPage> SqliteMessageReader::page(const PageQuery& query,
                                              std::optional<UserId> viewer) {
    const ReadTransaction transaction(transactions_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    const Result<Sight> sight = sight_of(query.room, viewer);
    if (!sight) return unexpected(sight.error());
    HistoryPage page;
    {
        Cursor row(totals_, query.room);
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
        rows.emplace(page_, query.room, types, limit + 1, passed_over, sight->blocker);
    } else {
        rows.emplace(page_without_texts_, query.room, types, limit + 1, passed_over, sight->blocker,
                     passed_over + limit + 1);
    }
    Result<bool> more = fill_from(*rows, limit, page.messages, message_from);
    if (!more) return unexpected(more.error());
    page.has_more = *more;
    Status status = conceal_in(sight->blocker, std::span(page.messages));
    if (!status) return unexpected(status.error());
    return page;
}

}  // namespace chatcore::sqlite
