#pragma once
// The lines of an export on their way into a store, in constant memory. Threads: one.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatcore/ports/blob_store.h"
#include "chatcore/ports/digest.h"
#include "chatcore/ports/transfer_store.h"
#include "chatcore/rules/import_rules.h"

#include "transfer/export_stream.h"
#include "transfer/lines.h"

namespace chatcore::chatd {

/// Where the files of an export go; asked for once, where there are any.
using BlobOpener = std::function<Result<BlobStore*>()>;
/// Told the name of each file before it is put. There was none of that name.
using FileNoter = std::function<Status(const std::string& name)>;

/// Takes the bytes of an export, cut anywhere. After an error it is over: the store is none.
class ImportStream {
public:
    ImportStream(TransferStore& store, BlobOpener blobs, Digest& digest, FileNoter note = {});

    /// Marks the store as one that is being filled; `conflict` (store) where it is not empty. What
    /// is read before is read for nothing where this fails, so it may be called first; the first
    /// line does it otherwise.
    Status begin();
    /// Errors: `malformed`, also for a file that is there already; `newer_schema`, `conflict` and
    /// `invalid_value` for what stands there; `conflict` (store) where the store is not empty;
    /// those of the store and the blobs.
    Status take(std::string_view bytes);
    /// To be called at the end: only now is the store one. `malformed` where it came too early.
    Status finish();

    /// How much there will be; all 0 before the first line.
    const ExportHead& head() const { return head_; }
    const TransferTotals& done() const { return done_; }
    /// Whether the store has been touched: it was empty, and is not to be used unless this ends
    /// well.
    bool begun() const { return import_ != nullptr; }
    /// Where an error was found: `line 17`.
    std::string where() const;

private:
    Status take_line(std::string_view line);
    Status take(const ExportHead& head);
    Status take(Record&& record);
    Status take(const FilePiece& piece);
    Status take(const ExportEnd& end);
    Status begin_file(const FilePiece& piece);
    Status end_file(const FilePiece& piece);
    Status flush();

    TransferStore& store_;
    const BlobOpener open_blobs_;
    const FileNoter note_;
    Digest& digest_;
    LineReader reader_;
    std::string rest_;  ///< the beginning of a line whose end has not come yet
    std::int64_t line_ = 0;
    std::int64_t wrong_line_ = 0;  ///< 0: the last one

    ExportHead head_;
    std::unique_ptr<StoreImport> import_;  ///< since the first line
    BlobStore* blobs_ = nullptr;
    ImportRules rules_;  ///< the store's own, asked earlier to say the very line
    RecordCounts counts_{};
    std::vector<Record> waiting_;
    std::vector<std::int64_t> waiting_lines_;  ///< of each of them
    std::size_t waiting_bytes_ = 0;
    std::optional<Upload> upload_;  ///< the record that a file may follow
    std::unique_ptr<BlobUpload> file_;
    std::string file_name_;  ///< of the last one
    std::int64_t file_bytes_ = 0;
    std::int64_t file_size_ = 0;  ///< as its record says; -1: it has none
    std::string digest_of_lines_;
    TransferTotals done_;
    bool ended_ = false;
};

}  // namespace chatcore::chatd
