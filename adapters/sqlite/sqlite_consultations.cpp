#include "sqlite_consultations.h"

#include <algorithm>

#include "consultation_sql.h"
#include "write_sql.h"

namespace chatcore::sqlite {

SqliteConsultationReader::SqliteConsultationReader(Connection& connection)
    : of_person_(connection, sql::consultations_of),
      of_person_in_(connection, sql::consultations_of_in),
      direct_room_(connection, sql::direct_room),
      request_(connection, sql::consultation_request),
      active_(connection, sql::active_consultations) {}

Result<Page<Room>> SqliteConsultationReader::of_person(UserId user,
                                                       const ConsultationQuery& query) {
    const int limit = std::max(query.limit, 1);
    const std::int64_t below = query.before == RoomId{} ? id_max + 1 : query.before.value;
    Page<Room> page;
    const auto fill = [&](Cursor& rows) -> Result<Page<Room>> {
        Result<bool> more = fill_from(rows, limit, page.items, room_from);
        if (!more) return unexpected(more.error());
        if (*more) page.next_cursor = std::to_string(page.items.back().id.value);
        return std::move(page);
    };
    if (query.state) {
        Cursor rows(of_person_in_, user, below, limit + 1, *query.state);
        return fill(rows);
    }
    Cursor rows(of_person_, user, below, limit + 1);
    return fill(rows);
}

Result<std::optional<Room>> SqliteConsultationReader::find(const DirectKey& key) {
    const Context context = key.context.value_or(Context{});
    Cursor row(direct_room_, key.low, key.high, context.type, context.id);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Room>{};
    return std::optional{room_from(row)};
}

Result<std::optional<Room>> SqliteConsultationReader::asked_before(UserId requester,
                                                                   const ClientKey& key,
                                                                   std::uint64_t digest) {
    Cursor row(request_, requester, key);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Room>{};
    Room room = room_from(row);
    if (static_cast<std::uint64_t>(row.integer()) != digest)
        return unexpected(ErrorCode::key_reused);
    if (room.deleted_at) return unexpected(ErrorCode::room_deleted);
    return std::optional{std::move(room)};
}

Result<std::vector<Room>> SqliteConsultationReader::active(RoomId after, int limit) {
    limit = std::max(limit, 1);
    Cursor rows(active_, after, limit);
    std::vector<Room> found;
    Result<bool> more = fill_from(rows, limit, found, room_from);
    if (!more) return unexpected(more.error());
    return found;
}

}  // namespace chatcore::sqlite
