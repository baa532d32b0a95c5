#pragma once
// Blobs as files: `archive/chat_1_final.txt` is the file of that name under the store's folder.

#include <memory>

#include "chatcore/ports/blob_store.h"

namespace chatcore {

/// A blob is written to a file of its own in `.uploads`, synced, and renamed; then its folder is
/// synced. So a reader, a crash and a full disk find it whole or not at all. Uploads are refused
/// before the disk is full: what else is on it, such as the database, has 64 MiB left, or an eighth
/// of a smaller disk. Threads: any, several
/// at once. One store at a time on a folder, which holds a lock on it: opening it removes what the
/// uploads of a process that was killed have left behind.
class FileBlobs final : public BlobStore {
public:
    /// Makes the folder (mode 0700) if it is not there. `unavailable` with a sentence in `cause`,
    /// also where another store has it.
    static Result<std::unique_ptr<FileBlobs>> open(std::string folder);
    /// For reading alone, beside a store that has the folder; makes and removes nothing, and holds
    /// no lock. What would write is `unavailable`. A folder that is not there has no blobs.
    static Result<std::unique_ptr<FileBlobs>> open_for_reading(std::string folder);
    ~FileBlobs() override;

    Result<std::unique_ptr<BlobUpload>> begin(const std::string& name) override;
    Result<std::string> read(const std::string& name, std::int64_t offset,
                             std::size_t size_max) override;
    Result<std::optional<std::int64_t>> size(const std::string& name) override;
    Status remove(const std::string& name) override;
    Result<BlobPage> list(const std::string& prefix, const std::string& after, int limit) override;

private:
    FileBlobs(std::string folder, int lock) : folder_(std::move(folder)), lock_(lock) {}

    std::string path_of(const std::string& name) const { return folder_ + '/' + name; }

    const std::string folder_;
    const int lock_;  ///< -1: for reading alone
};

}  // namespace chatcore
