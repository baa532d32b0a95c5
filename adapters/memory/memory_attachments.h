#pragma once
// What is known of uploaded files.

#include "chatcore/ports/attachment_store.h"

#include "memory_tables.h"

namespace chatcore::memory {

class MemoryAttachmentStore final : public AttachmentStore {
public:
    explicit MemoryAttachmentStore(MemoryDatabase::State& state) : state_(state) {}

    Status create(const Upload& upload) override;
    Result<std::optional<Upload>> find(AttachmentId id, std::optional<UserId> viewer) override;
    Result<std::vector<AttachmentId>> condemn(Timestamp now, int limit) override;
    Status forget(std::span<const AttachmentId> uploads) override;

private:
    MemoryDatabase::State& state_;
};

}  // namespace chatcore::memory
