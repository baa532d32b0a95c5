#include <algorithm>
#include <charconv>

#include "chatcore/rules/concealment.h"

#include "memory_readers.h"

namespace chatcore::memory {

namespace {

/// Where a list stands: newest activity first, and of the same time the greater id first.
struct ListPlace {
    std::int64_t activity_ms = 0;
    std::int64_t room = 0;
    auto operator<=>(const ListPlace&) const = default;

    static ListPlace of(const Room& room) {
        return {room.last_activity_at.time_since_epoch().count(), room.id.value};
    }
    static std::optional<ListPlace> parse(const std::string& cursor) {
        ListPlace place;
        const char* end = cursor.data() + cursor.size();
        const auto time = std::from_chars(cursor.data(), end, place.activity_ms);
        if (time.ec != std::errc{} || time.ptr == end || *time.ptr != '.') return std::nullopt;
        const auto id = std::from_chars(time.ptr + 1, end, place.room);
        if (id.ec != std::errc{} || id.ptr != end) return std::nullopt;
        return place;
    }
    std::string cursor() const { return std::to_string(activity_ms) + '.' + std::to_string(room); }
};

/// Whether the room stands in the member's list.
bool is_listed(const Room& room, const Member& member) {
    if (room.deleted_at) return false;
    return member.active ||
           (lingers(member) && room.preview && position_of(room.preview->id) > member.changed_at);
}

bool is_asked_for(const Room& room, const RoomListQuery& query) {
    if (query.kind && room.kind != *query.kind) return false;
    if (!query.context) return true;
    return room.context && room.context->type == query.context->type &&
           (query.context->id.empty() || room.context->id == query.context->id);
}

RoomView view_of(const Tables& tables, const Room& room, const Member& member) {
    RoomView view;
    view.room = room;
    conceal(view.room, tables.hidden_in(room.id, member.user));
    view.unread_count =
        room.last_seq - member.read_seq - tables.deleted_after(room.id, member.read_seq);
    view.read_position = member.read_position;
    view.role = member.role;
    view.joined_at = member.joined_at;
    view.active = member.active;
    view.removed = member.removed;
    view.silent = member.silent;
    view.favorite = member.favorite;
    view.muted = member.muted;
    if (room.direct) {
        view.peer = room.direct->low == member.user ? room.direct->high : room.direct->low;
    }
    return view;
}

}  // namespace

Result<std::optional<Room>> MemoryRoomReader::find(RoomId room) {
    const std::scoped_lock lock(state_.mutex);
    const Room* found = state_.tables.room(room);
    return found == nullptr ? std::optional<Room>{} : std::optional{*found};
}

Result<std::optional<Member>> MemoryRoomReader::member(RoomId room, UserId user) {
    const std::scoped_lock lock(state_.mutex);
    if (state_.tables.is_deleted(room)) return unexpected(ErrorCode::room_deleted);
    const Member* found = state_.tables.member(room, user);
    return found == nullptr ? std::optional<Member>{} : std::optional{*found};
}

Result<std::optional<RoomView>> MemoryRoomReader::view(RoomId room, UserId viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Room* found = state_.tables.room(room);
    const Member* member = state_.tables.member(room, viewer);
    if (found != nullptr && found->deleted_at) return unexpected(ErrorCode::room_deleted);
    if (found == nullptr || member == nullptr) return std::optional<RoomView>{};
    return std::optional{view_of(state_.tables, *found, *member)};
}

Result<Page<RoomView>> MemoryRoomReader::list(UserId viewer, const RoomListQuery& query) {
    std::optional<ListPlace> from;
    if (!query.cursor.empty()) {
        from = ListPlace::parse(query.cursor);
        if (!from) return unexpected(ErrorCode::malformed, "cursor");
    }
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    std::vector<RoomView> views;
    if (const auto it = tables.rooms_of.find(viewer); it != tables.rooms_of.end()) {
        for (RoomId id : it->second) {
            const Room& room = tables.rooms.at(id);
            const Member& member = tables.members.at({id, viewer});
            if (!is_listed(room, member)) continue;
            if (from && ListPlace::of(room) >= *from) continue;
            if (!is_asked_for(room, query)) continue;
            if (query.favorites_only && !member.favorite) continue;
            RoomView view = view_of(tables, room, member);
            if (query.unread_only && view.unread_count <= 0) continue;
            views.push_back(std::move(view));
        }
    }
    std::sort(views.begin(), views.end(), [](const RoomView& left, const RoomView& right) {
        return ListPlace::of(left.room) > ListPlace::of(right.room);
    });
    views.erase(views.begin(), views.begin() + std::min(query.skip, std::ssize(views)));
    Page<RoomView> page;
    const auto limit = static_cast<std::size_t>(std::max(query.limit, 1));
    if (views.size() > limit) {
        views.resize(limit);
        page.next_cursor = ListPlace::of(views.back().room).cursor();
    }
    page.items = std::move(views);
    return page;
}

Result<Page<Member>> MemoryRoomReader::members(RoomId room, UserId after, int limit) {
    const std::scoped_lock lock(state_.mutex);
    if (state_.tables.is_deleted(room)) return unexpected(ErrorCode::room_deleted);
    const auto& members = state_.tables.members;
    Page<Member> page;
    for (auto it = members.upper_bound({room, after});
         it != members.end() && it->first.first == room; ++it) {
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().user.value);
            break;
        }
        page.items.push_back(it->second);
    }
    return page;
}

Result<std::vector<Membership>> MemoryRoomReader::memberships(UserId user, RoomId after,
                                                              int limit) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    std::vector<Membership> found;
    const auto rooms = tables.rooms_of.find(user);
    if (rooms == tables.rooms_of.end()) return found;
    for (auto it = rooms->second.upper_bound(after);
         it != rooms->second.end() && found.size() < static_cast<std::size_t>(std::max(limit, 1));
         ++it) {
        const Member& member = tables.members.at({*it, user});
        const Room& room = tables.rooms.at(*it);
        if (room.deleted_at || !(member.active || lingers(member))) continue;
        found.push_back({.room = room.id,
                         .kind = room.kind,
                         .head = room.head,
                         .left = member.active ? Position{} : member.changed_at,
                         .last_seq = room.last_seq,
                         .read_seq = member.read_seq,
                         .deleted_after_read = tables.deleted_after(room.id, member.read_seq),
                         .participant_count = room.participant_count,
                         .preview = room.preview,
                         .last_activity_at = room.last_activity_at});
    }
    return found;
}

Result<ReadStandings> MemoryRoomReader::read_standings(RoomId room, std::span<const UserId> users) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    ReadStandings found;
    const Room* header = tables.room(room);
    if (header == nullptr) return found;
    found.head = header->head;
    if (header->deleted_at) return found;
    for (UserId user : std::set<UserId>(users.begin(), users.end())) {
        const Member* member = tables.member(room, user);
        if (member == nullptr) continue;
        found.standings.push_back(
            {user, member->read_seq, tables.deleted_after(room, member->read_seq)});
    }
    return found;
}

Result<RoomMoves> MemoryRoomReader::moved_since(std::int64_t cursor, int limit) {
    const std::scoped_lock lock(state_.mutex);
    RoomMoves moves;
    moves.cursor = cursor;
    if (cursor < 0) {
        moves.cursor = state_.tables.position.value;
        return moves;
    }
    // A room moves when it is opened, at its id, and then with each change.
    const auto moved_at = [](const RoomMoves::Move& move) {
        return std::max(move.head.value, move.room.value);
    };
    for (const auto& [id, room] : state_.tables.rooms) {
        if (std::max(room.head.value, id.value) > cursor) moves.moves.push_back({id, room.head});
    }
    // One counter gives all positions, so they rise in the order of commits, and the greatest one
    // given is a place that nothing can be committed below.
    std::sort(moves.moves.begin(), moves.moves.end(), [&](const auto& left, const auto& right) {
        return moved_at(left) < moved_at(right);
    });
    const auto kept = static_cast<std::size_t>(std::max(limit, 1));
    if (moves.moves.size() > kept) moves.moves.resize(kept);
    if (moves.moves.empty()) return moves;
    moves.cursor = moved_at(moves.moves.back());
    for (const RoomMoves::Move& move : moves.moves) {
        if (state_.tables.is_deleted(move.room)) continue;
        for (const auto& [key, member] : state_.tables.members) {
            const bool came = member.changed_at.value > cursor || move.room.value > cursor;
            if (member.room == move.room && (member.active || lingers(member)) && came) {
                moves.gains.push_back({member.user, member.room});
            }
        }
    }
    std::sort(moves.gains.begin(), moves.gains.end(), [](const auto& left, const auto& right) {
        return std::pair(left.room, left.user) < std::pair(right.room, right.user);
    });
    return moves;
}

}  // namespace chatcore::memory
