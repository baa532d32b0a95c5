#include "memory_removals.h"

#include <algorithm>

namespace chatcore::memory {

namespace {

/// One message less shows each of its uploads; with the last an upload is condemned.
void clear_uses(Tables& tables, const Message& message) {
    for (const Attachment& attachment : message.attachments) {
        const auto id = attachment_in(attachment.url);
        if (!id || tables.upload_uses[*id].erase(message.id) == 0) continue;
        const auto upload = tables.uploads.find(*id);
        if (upload == tables.uploads.end() || --upload->second.uses > 0) continue;
        upload->second.condemned = true;
        upload->second.unused_until = Timestamp{};
    }
}

}  // namespace

Result<RegisteredContext> MemoryContextStore::put(const RegisteredContext& given) {
    const std::scoped_lock lock(state_.mutex);
    StoredContext& stored = state_.tables.contexts[given.context];
    RegisteredContext now = given;
    if (stored.registered) now.created_at = stored.registered->created_at;
    stored.registered = now;
    stored.removed = false;
    return now;
}

Result<std::optional<RegisteredContext>> MemoryContextStore::find(const Context& context) {
    const std::scoped_lock lock(state_.mutex);
    const auto it = state_.tables.contexts.find(context);
    if (it == state_.tables.contexts.end()) return std::optional<RegisteredContext>{};
    return it->second.registered;
}

Result<std::vector<RegisteredContext>> MemoryContextStore::registered(
    std::span<const Context> contexts) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<RegisteredContext> found;
    for (const Context& context : contexts) {
        const auto it = state_.tables.contexts.find(context);
        if (it != state_.tables.contexts.end() && it->second.registered)
            found.push_back(*it->second.registered);
    }
    return found;
}

Result<std::vector<Room>> MemoryContextStore::rooms(const Context& context, int limit) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<Room> found;
    for (const auto& [id, room] : state_.tables.rooms) {
        if (room.context == context && !room.deleted_at) found.push_back(room);
    }
    std::sort(found.begin(), found.end(), [](const Room& left, const Room& right) {
        return std::pair(left.last_activity_at, left.id) >
               std::pair(right.last_activity_at, right.id);
    });
    const auto kept = static_cast<std::size_t>(std::max(limit, 1));
    if (found.size() > kept) found.resize(kept);
    return found;
}

Status MemoryContextStore::remove(const Context& context, Timestamp) {
    const std::scoped_lock lock(state_.mutex);
    StoredContext& stored = state_.tables.contexts[context];
    stored.registered.reset();
    stored.removed = true;
    // Room ids are drawn from the counter of positions.
    stored.cut = RoomId{state_.tables.position.value};
    stored.pending = true;
    return {};
}

std::vector<RoomId> MemoryRemovalStore::doomed_of(const Context& context) const {
    const Tables& tables = state_.tables;
    const StoredContext& stored = tables.contexts.at(context);
    std::vector<RoomId> found;
    for (const auto& [id, room] : tables.rooms) {
        if (stored.pending && id <= stored.cut && room.context == context && !room.deleted_at)
            found.push_back(id);
    }
    return found;
}

Result<std::vector<RoomId>> MemoryRemovalStore::doomed(const std::optional<Context>& of,
                                                       int limit) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<RoomId> found;
    for (const auto& [context, stored] : state_.tables.contexts) {
        if (of && context != *of) continue;
        const std::vector<RoomId> some = doomed_of(context);
        found.insert(found.end(), some.begin(), some.end());
    }
    const auto kept = static_cast<std::size_t>(std::max(limit, 1));
    if (found.size() > kept) found.resize(kept);
    return found;
}

Result<bool> MemoryRemovalStore::pending() {
    const std::scoped_lock lock(state_.mutex);
    const auto& contexts = state_.tables.contexts;
    return !state_.tables.to_clear.empty() ||
           std::any_of(contexts.begin(), contexts.end(), [&](const auto& entry) {
               return entry.second.pending && doomed_of(entry.first).empty();
           });
}

Result<bool> MemoryRemovalStore::clear(int rows_max) {
    const std::scoped_lock lock(state_.mutex);
    for (auto& [context, stored] : state_.tables.contexts) {
        if (doomed_of(context).empty()) stored.pending = false;
    }
    std::set<RoomId>& rooms = state_.tables.to_clear;
    int left = std::max(rows_max, 1);
    while (!rooms.empty()) {
        clear(*rooms.begin(), left);
        if (left == 0) return true;
        rooms.erase(rooms.begin());
    }
    return false;
}

void MemoryRemovalStore::clear(RoomId room, int& left) {
    Tables& tables = state_.tables;
    const auto first = tables.members.lower_bound({room, UserId{}});
    auto end = first;
    for (; end != tables.members.end() && end->first.first == room && left > 0; ++end, --left) {
        const UserId user = end->first.second;
        tables.rooms_of[user].erase(room);
        tables.delivered.erase({room, user});
        std::erase_if(tables.inboxes[user],
                      [room](const auto& entry) { return entry.second.notification.room == room; });
    }
    tables.members.erase(first, end);
    for (auto& [id, schedule] : tables.schedules) {
        if (left == 0) return;
        if (schedule.room != room || schedule.state != ScheduleState::scheduled || schedule.claimed)
            continue;
        schedule.state = ScheduleState::cancelled;
        schedule.failure = ErrorCode::room_deleted;
        --left;
    }
    if (left == 0) return;
    std::vector<MessageId>& ids = tables.messages_of[room];
    const auto some = std::min<std::ptrdiff_t>(left, std::ssize(ids));
    for (auto it = ids.begin(); it != ids.begin() + some; ++it) {
        const auto message = tables.messages.find(*it);
        if (message == tables.messages.end()) continue;
        clear_uses(tables, message->second.message);
        for (auto& [user, bookmarks] : tables.bookmarks) bookmarks.erase(*it);
        tables.posts.erase({message->second.message.sender, message->second.message.key});
        tables.messages.erase(message);
    }
    ids.erase(ids.begin(), ids.begin() + some);
    left -= static_cast<int>(some);
    if (left > 0) tables.messages_of.erase(room);
}

}  // namespace chatcore::memory
