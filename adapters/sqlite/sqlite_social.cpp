#include "sqlite_social.h"

#include <algorithm>

#include "social_sql.h"
#include "write_sql.h"

namespace chatcore::sqlite {

namespace {

FriendRequest request_from(Cursor& row) {
    FriendRequest request;
    request.id = row.id<FriendRequestId>();
    request.sender = row.id<UserId>();
    request.receiver = row.id<UserId>();
    request.at = row.time();
    return request;
}

Result<std::optional<FriendRequest>> one_request(Cursor& row) {
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<FriendRequest>{};
    return std::optional{request_from(row)};
}

/// Up to `limit` rows of a cursor that was asked for one more; `cursor_of` names where the next
/// page begins.
template <class Item, class Read, class CursorOf>
Result<Page<Item>> page_of(Cursor& rows, int limit, Read read, CursorOf cursor_of) {
    Page<Item> page;
    for (;; --limit) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return page;
        if (limit == 0) {
            page.next_cursor = std::to_string(cursor_of(page.items.back()));
            return page;
        }
        page.items.push_back(read(rows));
    }
}

template <class Item>
Result<Page<Item>> people_page(Cursor& rows, int limit) {
    return page_of<Item>(
        rows, limit,
        [](Cursor& row) {
            const auto user = row.id<UserId>();
            return Item{user, row.time(), {}};
        },
        [](const Item& item) { return item.user.value; });
}

}  // namespace

SqliteSocialRows::SqliteSocialRows(Connection& connection)
    : request_(connection, sql::friend_request),
      requests_between_(connection, sql::requests_between),
      friendship_(connection, sql::friendship),
      block_(connection, sql::block),
      draw_id_(connection, sql::draw_id),
      insert_friendship_(connection, sql::insert_friendship),
      delete_friendship_(connection, sql::delete_friendship),
      insert_request_(connection, sql::insert_request),
      delete_request_(connection, sql::delete_request),
      insert_block_(connection, sql::insert_block),
      delete_block_(connection, sql::delete_block),
      move_blocks_(connection, sql::move_blocks) {}

Result<std::optional<FriendRequest>> SqliteSocialRows::request(FriendRequestId id) {
    Cursor row(request_, id);
    return one_request(row);
}

Result<std::optional<Timestamp>> SqliteSocialRows::time(Statement& statement, UserId from,
                                                        UserId to) {
    Cursor row(statement, from, to);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return *found ? std::optional{row.time()} : std::nullopt;
}

Result<Bond> SqliteSocialRows::bond(UserId actor, UserId other) {
    Bond bond{.actor = actor,
              .other = other,
              .friends_since = {},
              .request = {},
              .blocks_since = {},
              .blocked_by_other = false};
    Result<std::optional<Timestamp>> since = time(friendship_, actor, other);
    if (!since) return unexpected(since.error());
    bond.friends_since = *since;
    since = time(block_, actor, other);
    if (!since) return unexpected(since.error());
    bond.blocks_since = *since;
    since = time(block_, other, actor);
    if (!since) return unexpected(since.error());
    bond.blocked_by_other = since->has_value();
    Cursor row(requests_between_, actor, other);
    Result<std::optional<FriendRequest>> request = one_request(row);
    if (!request) return unexpected(request.error());
    bond.request = *request;
    return bond;
}

Result<std::int64_t> SqliteSocialRows::draw(std::string_view counter) {
    Cursor row(draw_id_, counter);
    Result<bool> drawn = row.next();
    if (!drawn) return unexpected(drawn.error());
    if (!*drawn) return unexpected(ErrorCode::corrupt, "store", "a counter is gone");
    return row.integer();
}

Result<FriendRequestId> SqliteSocialRows::draw_request_id() {
    Result<std::int64_t> drawn = draw("friend_request");
    if (!drawn) return unexpected(drawn.error());
    return FriendRequestId{*drawn};
}

Status SqliteSocialRows::save(const Bond& before, const Bond& after) {
    Status status;
    if (before.request != after.request) {
        if (before.request) status = delete_request_.run(before.request->id);
        if (status && after.request) {
            status = insert_request_.run(after.request->id, after.request->sender,
                                         after.request->receiver, after.request->at);
        }
    }
    if (status && before.friends_since != after.friends_since) {
        status = after.friends_since
                     ? insert_friendship_.run(after.actor, after.other, *after.friends_since)
                     : delete_friendship_.run(after.actor, after.other);
    }
    if (status && before.blocks_since != after.blocks_since) {
        status = after.blocks_since
                     ? insert_block_.run(after.actor, after.other, *after.blocks_since)
                     : delete_block_.run(after.actor, after.other);
        if (!status) return status;
        Result<std::int64_t> number = draw("block");
        if (!number) return unexpected(number.error());
        status = move_blocks_.run(after.actor, *number);
    }
    return status;
}

SqliteSocialStore::SqliteSocialStore(Connection& connection, TransactionStatements& transactions,
                                     WriteLine& line)
    : transactions_(transactions),
      line_(line),
      rows_(connection),
      friends_(connection, sql::friends),
      requests_in_(connection, sql::requests_in),
      requests_out_(connection, sql::requests_out),
      blocks_(connection, sql::blocks),
      blocked_between_(connection, sql::blocked_between),
      block_set_(connection, sql::block_set),
      blocks_moved_since_(connection, sql::blocks_moved_since),
      counter_(connection, sql::counter),
      recommendations_(connection, sql::recommendations) {}

Result<SocialOutcome> SqliteSocialStore::apply(const SocialChange& change) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    Result<SocialOutcome> outcome = apply_social(rows_, change);
    if (!outcome || !outcome->changed) return outcome;
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return outcome;
}

Result<Page<Friend>> SqliteSocialStore::friends(UserId user, UserId after, int limit) {
    limit = std::max(limit, 1);
    Cursor rows(friends_, user, after, limit + 1);
    return people_page<Friend>(rows, limit);
}

Result<Page<FriendRequest>> SqliteSocialStore::requests(UserId user, Direction direction,
                                                        FriendRequestId before, int limit) {
    limit = std::max(limit, 1);
    const std::int64_t below = before == FriendRequestId{} ? id_max + 1 : before.value;
    Cursor rows(direction == Direction::in ? requests_in_ : requests_out_, user, below, limit + 1);
    return page_of<FriendRequest>(rows, limit, request_from,
                                  [](const FriendRequest& request) { return request.id.value; });
}

Result<Page<Block>> SqliteSocialStore::blocks(UserId user, UserId after, int limit) {
    limit = std::max(limit, 1);
    Cursor rows(blocks_, user, after, limit + 1);
    return people_page<Block>(rows, limit);
}

Result<bool> SqliteSocialStore::blocked_between(UserId one, UserId other) {
    Cursor row(blocked_between_, one, other);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    return row.flag();
}

Result<BlockSet> SqliteSocialStore::block_set(UserId user) {
    Cursor rows(block_set_, user);
    BlockSet set{.user = user, .number = 0, .blocked = {}};
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return set;
        set.number = rows.integer();
        if (!rows.null()) set.blocked.push_back(rows.id<UserId>());
    }
}

Result<BlockMoves> SqliteSocialStore::blocks_moved_since(std::int64_t cursor, int limit) {
    BlockMoves found{.moves = {}, .cursor = cursor};
    if (cursor < 0) {
        Cursor row(counter_, std::string_view("block"));
        Result<bool> known = row.next();
        if (!known) return unexpected(known.error());
        found.cursor = *known ? row.integer() : 0;
        return found;
    }
    Cursor rows(blocks_moved_since_, cursor, std::max(limit, 1));
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        BlockMoves::Move& move = found.moves.emplace_back();
        move.user = rows.id<UserId>();
        found.cursor = move.number = rows.integer();
    }
}

Result<std::vector<Recommendation>> SqliteSocialStore::recommendations(
    UserId user, const RecommendationQuery& query) {
    Cursor rows(recommendations_, user, query.skip, query.limit, query.depth);
    std::vector<Recommendation> found;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        Recommendation& one = found.emplace_back();
        one.user = rows.id<UserId>();
        one.mutual_friends = rows.integer();
        one.depth = static_cast<int>(rows.integer());
    }
}

}  // namespace chatcore::sqlite
