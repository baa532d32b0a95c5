#include "sqlite_attachments.h"

#include "attachment_sql.h"
#include "row_map.h"
#include "row_writes.h"

namespace chatcore::sqlite {

UploadRows::UploadRows(Connection& connection)
    : upload_(connection, sql::upload),
      update_(connection, sql::update_upload),
      insert_use_(connection, sql::insert_upload_use),
      delete_use_(connection, sql::delete_upload_use),
      insert_picture_(connection, sql::insert_upload_picture),
      delete_picture_(connection, sql::delete_upload_picture) {}

Status UploadRows::load(std::span<const AttachmentId> ids, UploadSet& set) {
    for (AttachmentId id : ids) {
        Cursor row(upload_, id);
        Result<bool> found = row.next();
        if (!found) return unexpected(found.error());
        if (*found) set.put(upload_from(row));
    }
    return {};
}

Status UploadRows::load_picture(std::string_view url, UploadSet& set) {
    const auto id = attachment_in(url);
    return id ? load({&*id, 1}, set) : Status{};
}

Status UploadRows::save(const UploadSet& uploads) {
    Status status = uploads.for_altered([&](const Upload& upload) {
        return update_.run(upload.id, upload.uses, upload.unused_until, upload.condemned);
    });
    for (const UploadUse& use : uploads.moves()) {
        if (!status) return status;
        status = use.shown ? insert_use_.run(use.upload, use.message, use.room)
                           : delete_use_.run(use.upload, use.message);
    }
    for (const PictureUse& use : uploads.pictures()) {
        if (!status) return status;
        Statement& move = use.shown ? insert_picture_ : delete_picture_;
        status = move.run(use.upload, use.room, use.user);
    }
    return status;
}

SqliteAttachmentStore::SqliteAttachmentStore(Connection& connection,
                                             TransactionStatements& transactions, WriteLine& line)
    : connection_(connection),
      transactions_(transactions),
      line_(line),
      seen_(connection, sql::upload_seen),
      insert_(connection, sql::insert_upload),
      unused_(connection, sql::unused_uploads),
      condemn_(connection, sql::condemn_upload),
      forget_(connection, sql::forget_upload) {}

Status SqliteAttachmentStore::create(const Upload& upload) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    Status status = insert_upload(insert_, upload);
    if (!status) return status;
    if (connection_.altered() == 0) return unexpected(ErrorCode::conflict, "attachment");
    return transaction.commit();
}

Result<std::optional<Upload>> SqliteAttachmentStore::find(AttachmentId id,
                                                          std::optional<UserId> viewer) {
    Cursor row(seen_, id, viewer);
    Result<bool> found = row.next();
    if (!found) return unexpected(found.error());
    if (!*found) return std::optional<Upload>{};
    return std::optional{upload_from(row)};
}

Result<std::vector<AttachmentId>> SqliteAttachmentStore::unused(Timestamp now, int limit) {
    Cursor rows(unused_, now, limit);
    std::vector<AttachmentId> ids;
    for (;;) {
        Result<bool> found = rows.next();
        if (!found) return unexpected(found.error());
        if (!*found) return ids;
        ids.push_back(rows.id<AttachmentId>());
    }
}

Result<std::vector<AttachmentId>> SqliteAttachmentStore::condemn(Timestamp now, int limit) {
    // Most often there is none, and then nobody needs to wait for the writer.
    Result<std::vector<AttachmentId>> ids = unused(now, limit);
    if (!ids || ids->empty()) return ids;
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return unexpected(transaction.begun().error());
    ids = unused(now, limit);
    if (!ids) return ids;
    for (AttachmentId id : *ids) {
        if (Status status = condemn_.run(id, now); !status) return unexpected(status.error());
    }
    if (Status status = transaction.commit(); !status) return unexpected(status.error());
    return ids;
}

Status SqliteAttachmentStore::forget(std::span<const AttachmentId> uploads) {
    WriteTransaction transaction(transactions_, line_);
    if (!transaction.begun()) return transaction.begun();
    // Nothing shows what is condemned, so there are no uses to forget.
    for (AttachmentId id : uploads) {
        if (Status status = forget_.run(id); !status) return status;
    }
    return transaction.commit();
}

}  // namespace chatcore::sqlite
