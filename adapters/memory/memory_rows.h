#pragma once
// Loads and saves the rows of one batch.

#include <string_view>

#include "chatcore/rules/working_set.h"

#include "memory_tables.h"

namespace chatcore::memory {

/// Lives as long as one batch. Threads: the caller holds the database's mutex.
class MemoryRows final : public Rows {
public:
    explicit MemoryRows(Tables& tables) : tables_(tables) {}

    Status load(const Needs& needs, WorkingSet& set) override;
    Result<std::optional<MessageMark>> last_message(RoomId room, Position at_or_below) override;
    Result<std::int64_t> deleted_after(RoomId room, std::int64_t seq) override;
    Result<std::optional<UserId>> successor(RoomId room, UserId leaving) override;
    Result<bool> has_blocked(UserId who, UserId other) override;
    Result<std::optional<std::string>> batch_record(std::int64_t worker,
                                                    std::int64_t number) override;
    Status save(const WorkingSet& set) override;

    /// Of what is the address of an upload.
    void load_picture(std::string_view url, UploadSet& set) const;
    void save_uploads(const UploadSet& uploads);

private:
    void load_upload(AttachmentId id, UploadSet& set) const;
    std::vector<UserId> named(const NameKey& key) const;

    Tables& tables_;
    bool position_loaded_ = false;
};

}  // namespace chatcore::memory
