#include "memory_consultations.h"

#include <algorithm>

namespace chatcore::memory {

Result<Page<Room>> MemoryConsultationReader::of_person(UserId user,
                                                       const ConsultationQuery& query) {
    const std::scoped_lock lock(state_.mutex);
    const auto limit = static_cast<std::size_t>(std::max(query.limit, 1));
    Page<Room> page;
    const auto& rooms = state_.tables.rooms;
    for (auto it = rooms.rbegin(); it != rooms.rend(); ++it) {
        const Room& room = it->second;
        const bool below = query.before == RoomId{} || room.id < query.before;
        if (!below || !room.consultation || !room.consultation->is_party(user)) continue;
        if (query.state && room.consultation->state != *query.state) continue;
        if (page.items.size() == limit) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(room);
    }
    return page;
}

Result<std::optional<Room>> asked_before(const Tables& tables, UserId requester,
                                         const ClientKey& key, std::uint64_t digest) {
    const auto first = tables.requests_for_consultations.find({requester, key});
    if (first == tables.requests_for_consultations.end()) return std::optional<Room>{};
    if (first->second.digest != digest) return unexpected(ErrorCode::key_reused);
    const Room& room = tables.rooms.at(first->second.room);
    if (room.deleted_at) return unexpected(ErrorCode::room_deleted);
    return std::optional{room};
}

Result<std::optional<Room>> MemoryConsultationReader::asked_before(UserId requester,
                                                                   const ClientKey& key,
                                                                   std::uint64_t digest) {
    const std::scoped_lock lock(state_.mutex);
    return memory::asked_before(state_.tables, requester, key, digest);
}

Result<std::optional<Room>> MemoryConsultationReader::find(const DirectKey& key) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.direct_rooms.find(key);
    if (it == state_.tables.direct_rooms.end()) return std::optional<Room>{};
    return std::optional{state_.tables.rooms.at(it->second)};
}

Result<std::vector<Room>> MemoryConsultationReader::active(RoomId after, int limit) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<Room> found;
    const auto& rooms = state_.tables.rooms;
    for (auto it = rooms.upper_bound(after); it != rooms.end(); ++it) {
        if (std::ssize(found) == std::max(limit, 1)) break;
        const Room& room = it->second;
        if (room.consultation && is_active(*room.consultation)) found.push_back(room);
    }
    return found;
}

}  // namespace chatcore::memory
