#pragma once
// A store as the lines of an export, in constant memory. Threads: one.

#include <cstdint>
#include <functional>
#include <string_view>

#include "chatcore/ports/blob_store.h"
#include "chatcore/ports/digest.h"
#include "chatcore/ports/transfer_store.h"

namespace chatcore::chatd {

/// What an export or an import has done so far.
struct TransferTotals {
    std::int64_t records = 0;
    std::int64_t files = 0;
    std::int64_t file_bytes = 0;
    std::int64_t files_missing = 0;  ///< uploads whose bytes were not there, or not all of them
    std::int64_t uploads = 0;
};

/// Whether it is the name of an upload's file; others are of archives.
bool is_upload_name(std::string_view name);

/// Takes text; its error ends the export.
using TextSink = std::function<Status(std::string_view text)>;
/// Told now and then, after some records or a piece of a file; its error ends the work.
using TransferWatch = std::function<Status(const TransferTotals& done)>;

/// Writes all that the snapshot has, and with `blobs` the bytes of the files too. Errors: of the
/// snapshot, the blobs, the sink and the watch; `corrupt` for a record that is no text.
Result<TransferTotals> export_store(StoreSnapshot& snapshot, BlobStore* blobs, Digest& digest,
                                    const TextSink& sink, const TransferWatch& watch);

}  // namespace chatcore::chatd
