#include <algorithm>
#include <charconv>
#include <limits>

#include "chatcore/rules/concealment.h"

#include "removal_sql.h"
#include "room_sql.h"
#include "sqlite_readers.h"
#include "write_sql.h"

namespace chatcore::sqlite {

namespace {

/// Where a list stands: the activity and id of the last room given.
struct ListPlace {
    std::int64_t activity_ms = std::numeric_limits<std::int64_t>::max();
    std::int64_t room = 0;

    static std::optional<ListPlace> parse(const std::string& cursor) {
        ListPlace place;
        const char* end = cursor.data() + cursor.size();
        const auto time = std::from_chars(cursor.data(), end, place.activity_ms);
        if (time.ec != std::errc{} || time.ptr == end || *time.ptr != '.') return std::nullopt;
        const auto id = std::from_chars(time.ptr + 1, end, place.room);
        if (id.ec != std::errc{} || id.ptr != end) return std::nullopt;
        return place;
    }
};

RoomView view_from(Cursor& row) {
    RoomView view;
    view.room = room_from(row);
    const auto viewer = row.id<UserId>();
    view.role = row.enumerator<MemberRole>();
    view.joined_at = row.time();
    view.active = row.flag();
    view.removed = row.flag();
    view.silent = row.flag();
    view.favorite = row.flag();
    view.muted = row.flag();
    view.read_position = row.id<Position>();
    const std::int64_t read_seq = row.integer();
    view.unread_count = view.room.last_seq - read_seq - row.integer();
    if (row.flag()) conceal_preview(view.room);
    if (const std::optional<DirectKey>& direct = view.room.direct) {
        view.peer = direct->low == viewer ? direct->high : direct->low;
    }
    return view;
}

template <class T, class Read>
Result<std::optional<T>> one(Cursor& row, Read read) {
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<T>{};
    return std::optional<T>{read(row)};
}

}  // namespace

SqliteRoomReader::SqliteRoomReader(Connection& connection)
    : room_(connection, sql::room),
      is_deleted_(connection, sql::is_deleted),
      member_(connection, sql::member),
      view_(connection, sql::view),
      list_(connection, sql::list),
      list_unread_(connection, sql::list_unread),
      members_(connection, sql::members),
      memberships_(connection, sql::memberships),
      read_standings_(connection, sql::read_standings),
      moved_since_(connection, sql::moved_since),
      gained_since_(connection, sql::gained_since),
      counter_(connection, sql::counter) {}

Result<std::optional<Room>> SqliteRoomReader::find(RoomId room) {
    Cursor row(room_, room);
    return one<Room>(row, room_from);
}

Status SqliteRoomReader::check_stands(RoomId room) {
    Cursor row(is_deleted_, room);
    Result<bool> deleted = row.next();
    if (!deleted) return unexpected(deleted.error());
    return *deleted ? unexpected(ErrorCode::room_deleted) : Status{};
}

// Of a deleted room there may be rows left, so the room is looked at after them: where it is
// deleted in between, the answer is of the moment after.

Result<std::optional<Member>> SqliteRoomReader::member(RoomId room, UserId user) {
    Cursor row(member_, room, user);
    Result<std::optional<Member>> found = one<Member>(row, member_from);
    if (!found) return found;
    if (Status status = check_stands(room); !status) return unexpected(status.error());
    return found;
}

Result<std::optional<RoomView>> SqliteRoomReader::view(RoomId room, UserId viewer) {
    Cursor row(view_, room, viewer);
    Result<std::optional<RoomView>> found = one<RoomView>(row, view_from);
    if (!found) return found;
    if (*found && !(*found)->room.deleted_at) return found;
    if (Status status = check_stands(room); !status) return unexpected(status.error());
    return found;
}

Result<Page<RoomView>> SqliteRoomReader::list(UserId viewer, const RoomListQuery& query) {
    ListPlace place;
    if (!query.cursor.empty()) {
        const std::optional<ListPlace> parsed = ListPlace::parse(query.cursor);
        if (!parsed) return unexpected(ErrorCode::malformed, "cursor");
        place = *parsed;
    }
    const int limit = std::max(query.limit, 1);
    const Context any;
    const Context& context = query.context ? *query.context : any;
    Cursor rows(query.unread_only ? list_unread_ : list_, viewer, place.activity_ms, place.room,
                context.type, context.id, limit + 1, query.favorites_only, query.kind, query.skip);
    Page<RoomView> page;
    Result<bool> more = fill_from(rows, limit, page.items, view_from);
    if (!more) return unexpected(more.error());
    if (*more) {
        const Room& last = page.items.back().room;
        page.next_cursor = std::to_string(last.last_activity_at.time_since_epoch().count()) + '.' +
                           std::to_string(last.id.value);
    }
    return page;
}

Result<Page<Member>> SqliteRoomReader::members(RoomId room, UserId after, int limit) {
    limit = std::max(limit, 1);
    Cursor rows(members_, room, after, limit + 1);
    Page<Member> page;
    Result<bool> more = fill_from(rows, limit, page.items, member_from);
    if (!more) return unexpected(more.error());
    if (Status status = check_stands(room); !status) return unexpected(status.error());
    if (*more) page.next_cursor = std::to_string(page.items.back().user.value);
    return page;
}

Result<std::vector<Membership>> SqliteRoomReader::memberships(UserId user, RoomId after,
                                                              int limit) {
    Cursor rows(memberships_, user, after, std::max(limit, 1));
    std::vector<Membership> found;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        Membership& membership = found.emplace_back();
        membership.room = rows.id<RoomId>();
        membership.kind = rows.enumerator<RoomKind>();
        membership.head = rows.id<Position>();
        membership.left = rows.id<Position>();
        membership.last_seq = rows.integer();
        membership.read_seq = rows.integer();
        membership.deleted_after_read = rows.integer();
        membership.participant_count = rows.integer();
        membership.last_activity_at = rows.time();
        membership.preview = preview_from(rows);
    }
}

Result<ReadStandings> SqliteRoomReader::read_standings(RoomId room, std::span<const UserId> users) {
    std::string ids = "[";
    for (UserId user : users) {
        if (ids.size() > 1) ids += ',';
        ids += std::to_string(user.value);
    }
    ids += ']';
    Cursor rows(read_standings_, room, ids);
    ReadStandings found;
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return found;
        found.head = rows.id<Position>();
        if (rows.null()) continue;
        ReadStandings::Standing& standing = found.standings.emplace_back();
        standing.user = rows.id<UserId>();
        standing.read_seq = rows.integer();
        standing.deleted_after_read = rows.integer();
    }
}

Result<RoomMoves> SqliteRoomReader::moved_since(std::int64_t cursor, int limit) {
    RoomMoves moves;
    moves.cursor = cursor;
    if (cursor < 0) {
        Cursor row(counter_, std::string_view("position"));
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        moves.cursor = *found ? row.integer() : 0;
        return moves;
    }
    {
        Cursor rows(moved_since_, cursor, std::max(limit, 1));
        for (;;) {
            Result<bool> next = rows.next();
            if (!next) return unexpected(next.error());
            if (!*next) break;
            const auto room = rows.id<RoomId>();
            moves.moves.push_back({room, rows.id<Position>()});
            moves.cursor = rows.integer();
        }
    }
    if (moves.moves.empty()) return moves;
    Cursor rows(gained_since_, cursor, moves.cursor);
    for (;;) {
        Result<bool> next = rows.next();
        if (!next) return unexpected(next.error());
        if (!*next) return moves;
        const auto room = rows.id<RoomId>();
        moves.gains.push_back({rows.id<UserId>(), room});
    }
}

}  // namespace chatcore::sqlite
