#pragma once
// What is known of uploaded files.

#include "chatcore/ports/attachment_store.h"
#include "chatcore/rules/upload_set.h"

#include "transaction.h"

namespace chatcore::sqlite {

/// Loads and saves the uploads of a change or a batch, inside its transaction. Threads: as the
/// connection.
class UploadRows {
public:
    explicit UploadRows(Connection& connection);

    Status load(std::span<const AttachmentId> ids, UploadSet& set);
    /// Of what is the address of an upload.
    Status load_picture(std::string_view url, UploadSet& set);
    Status save(const UploadSet& uploads);

private:
    Statement upload_;
    Statement update_;
    Statement insert_use_;
    Statement delete_use_;
    Statement insert_picture_;
    Statement delete_picture_;
};

/// Threads: as the store's connection, one at a time.
class SqliteAttachmentStore final : public AttachmentStore {
public:
    SqliteAttachmentStore(Connection& connection, TransactionStatements& transactions,
                          WriteLine& line);

    Status create(const Upload& upload) override;
    Result<std::optional<Upload>> find(AttachmentId id, std::optional<UserId> viewer) override;
    Result<std::vector<AttachmentId>> condemn(Timestamp now, int limit) override;
    Status forget(std::span<const AttachmentId> uploads) override;

private:
    Result<std::vector<AttachmentId>> unused(Timestamp now, int limit);

    Connection& connection_;
    TransactionStatements& transactions_;
    WriteLine& line_;
    Statement seen_;
    Statement insert_;
    Statement unused_;
    Statement condemn_;
    Statement forget_;
};

}  // namespace chatcore::sqlite
