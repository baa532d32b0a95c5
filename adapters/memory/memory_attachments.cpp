#include "memory_attachments.h"

#include <algorithm>

namespace chatcore::memory {

namespace {

/// Whether the room's header is shown to them.
bool may_look_at(const Tables& tables, RoomId id, UserId viewer) {
    const Room* room = tables.room(id);
    if (room == nullptr || room->deleted_at) return false;
    const Member* member = tables.member(id, viewer);
    return room->open || (member != nullptr && (member->active || !member->removed));
}

bool may_have(const Tables& tables, const Upload& upload, std::optional<UserId> viewer) {
    if (!viewer) return true;
    if (upload.condemned) return false;
    if (upload.uploader == *viewer) return true;
    if (const auto uses = tables.upload_uses.find(upload.id); uses != tables.upload_uses.end()) {
        const bool shown =
            std::any_of(uses->second.begin(), uses->second.end(),
                        [&](const auto& use) { return tables.may_read(use.second, viewer); });
        if (shown) return true;
    }
    const auto pictures = tables.upload_pictures.find(upload.id);
    if (pictures == tables.upload_pictures.end()) return false;
    return std::any_of(pictures->second.begin(), pictures->second.end(), [&](const auto& of) {
        return of.second.value > 0 || may_look_at(tables, of.first, *viewer);
    });
}

}  // namespace

Status MemoryAttachmentStore::create(const Upload& upload) {
    const std::scoped_lock lock(state_.mutex);
    if (!state_.tables.uploads.emplace(upload.id, upload).second)
        return unexpected(ErrorCode::conflict, "attachment");
    return {};
}

Result<std::optional<Upload>> MemoryAttachmentStore::find(AttachmentId id,
                                                          std::optional<UserId> viewer) {
    const std::scoped_lock lock(state_.mutex);
    const Tables& tables = state_.tables;
    const auto it = tables.uploads.find(id);
    if (it == tables.uploads.end() || !may_have(tables, it->second, viewer))
        return std::optional<Upload>{};
    return std::optional{it->second};
}

Result<std::vector<AttachmentId>> MemoryAttachmentStore::condemn(Timestamp now, int limit) {
    const std::scoped_lock lock(state_.mutex);
    std::vector<Upload*> due;
    for (auto& [id, upload] : state_.tables.uploads) {
        if (upload.unused_until && *upload.unused_until <= now) due.push_back(&upload);
    }
    std::sort(due.begin(), due.end(), [](const Upload* left, const Upload* right) {
        return std::pair{*left->unused_until, left->id} <
               std::pair{*right->unused_until, right->id};
    });
    if (due.size() > static_cast<std::size_t>(limit)) due.resize(static_cast<std::size_t>(limit));
    std::vector<AttachmentId> condemned;
    for (Upload* upload : due) {
        upload->condemned = true;
        condemned.push_back(upload->id);
    }
    return condemned;
}

Status MemoryAttachmentStore::forget(std::span<const AttachmentId> uploads) {
    const std::scoped_lock lock(state_.mutex);
    for (AttachmentId id : uploads) {
        const auto it = state_.tables.uploads.find(id);
        if (it == state_.tables.uploads.end() || !it->second.condemned) continue;
        state_.tables.uploads.erase(it);
        state_.tables.upload_uses.erase(id);
        state_.tables.upload_pictures.erase(id);
    }
    return {};
}

}  // namespace chatcore::memory
