#include "memory_schedules.h"

#include <algorithm>
#include <tuple>

namespace chatcore::memory {

namespace {

/// The schedule, where it is in state scheduled and at this occurrence.
Schedule* open_at(Tables& tables, const Occurrence& occurrence) {
    const auto it = tables.schedules.find(occurrence.schedule);
    const bool is_open = it != tables.schedules.end() &&
                         it->second.state == ScheduleState::scheduled &&
                         it->second.occurrence == occurrence.number;
    return is_open ? &it->second : nullptr;
}

bool out_of_date(const Tables& tables, const Fence& fence) {
    const auto it = tables.leases.find(fence.lease);
    return it != tables.leases.end() && it->second.token > fence.token;
}

}  // namespace

Result<ScheduleId> MemoryScheduleStore::create(const Schedule& schedule, int open_max) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    const auto open =
        std::count_if(tables.schedules.begin(), tables.schedules.end(), [&](const auto& entry) {
            return entry.second.owner == schedule.owner &&
                   entry.second.state == ScheduleState::scheduled;
        });
    if (open >= open_max) return unexpected(ErrorCode::too_many, "schedules");
    const ScheduleId id{++tables.schedule.value};
    Schedule& stored = tables.schedules[id];
    stored = schedule;
    stored.id = id;
    return id;
}

Result<std::optional<Schedule>> MemoryScheduleStore::find(ScheduleId schedule) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.schedules.find(schedule);
    if (it == state_.tables.schedules.end()) return std::optional<Schedule>{};
    return std::optional{it->second};
}

Result<Page<Schedule>> MemoryScheduleStore::list(UserId owner, std::optional<ScheduleId> before,
                                                 int limit) {
    const std::scoped_lock lock(state_.mutex);
    const auto& schedules = state_.tables.schedules;
    Page<Schedule> page;
    for (auto it = before ? schedules.lower_bound(*before) : schedules.end();
         it != schedules.begin();) {
        --it;
        if (it->second.owner != owner) continue;
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(it->second);
    }
    return page;
}

Result<bool> MemoryScheduleStore::update(const Schedule& schedule) {
    const std::scoped_lock lock(state_.mutex);
    Schedule* stored = open_at(state_.tables, {schedule.id, schedule.occurrence});
    if (stored == nullptr || stored->claimed) return false;
    stored->room = schedule.room;
    stored->content = schedule.content;
    stored->first_local = schedule.first_local;
    stored->due_at = schedule.due_at;
    stored->repeat = schedule.repeat;
    stored->time_zone = schedule.time_zone;
    stored->state = schedule.state;
    return true;
}

Result<std::vector<Schedule>> MemoryScheduleStore::due(Timestamp now, int limit) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<Schedule> found;
    for (const auto& [id, schedule] : state_.tables.schedules) {
        if (schedule.state == ScheduleState::scheduled && schedule.due_at <= now)
            found.push_back(schedule);
    }
    std::sort(found.begin(), found.end(), [](const Schedule& a, const Schedule& b) {
        return std::tie(a.due_at, a.id) < std::tie(b.due_at, b.id);
    });
    if (found.size() > static_cast<std::size_t>(limit))
        found.resize(static_cast<std::size_t>(limit));
    return found;
}

Result<std::vector<Schedule>> MemoryScheduleStore::claim(std::span<const Occurrence> occurrences,
                                                         Timestamp now, const Fence& fence) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    if (out_of_date(tables, fence)) return unexpected(ErrorCode::conflict, "lease");
    std::vector<Schedule> claimed;
    for (const Occurrence& occurrence : occurrences) {
        Schedule* stored = open_at(tables, occurrence);
        if (stored == nullptr || stored->due_at > now) continue;
        stored->claimed = true;
        claimed.push_back(*stored);
    }
    return claimed;
}

Result<std::vector<bool>> MemoryScheduleStore::advance(std::span<const Progress> progress,
                                                       const Fence& fence) {
    const std::scoped_lock lock(state_.mutex);
    Tables& tables = state_.tables;
    if (out_of_date(tables, fence)) return unexpected(ErrorCode::conflict, "lease");
    std::vector<bool> done;
    for (const Progress& step : progress) {
        Schedule* stored = open_at(tables, step.over);
        done.push_back(stored != nullptr && stored->claimed);
        if (!done.back()) continue;
        stored->claimed = false;
        stored->state = step.state;
        stored->failure = step.failure;
        if (step.state != ScheduleState::scheduled) continue;
        ++stored->occurrence;
        stored->due_at = step.next_at;
    }
    return done;
}

Result<std::optional<std::int64_t>> MemoryLeaseStore::acquire(const std::string& lease,
                                                              const std::string& owner,
                                                              Timestamp now,
                                                              std::chrono::milliseconds ttl) {
    const std::scoped_lock lock(state_.mutex);
    StoredLease& stored = state_.tables.leases[lease];
    if (stored.owner != owner) {
        if (!stored.owner.empty() && stored.ends_at > now) return std::optional<std::int64_t>{};
        stored.owner = owner;
        ++stored.token;
    }
    stored.ends_at = now + ttl;
    return std::optional{stored.token};
}

Result<bool> MemoryLeaseStore::renew(const Fence& fence, const std::string& owner, Timestamp now,
                                     std::chrono::milliseconds ttl) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.leases.find(fence.lease);
    if (it == state_.tables.leases.end()) return false;
    StoredLease& stored = it->second;
    if (stored.owner != owner || stored.token != fence.token) return false;
    stored.ends_at = now + ttl;
    return true;
}

Status MemoryLeaseStore::release(const Fence& fence) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.leases.find(fence.lease);
    if (it != state_.tables.leases.end() && it->second.token == fence.token) {
        it->second.owner.clear();
    }
    return {};
}

}  // namespace chatcore::memory
