#pragma once
// Blobs in memory: the reference that other stores of blobs are compared with, and what tests use.

#include <memory>

#include "chatcore/ports/blob_store.h"

namespace chatcore {

/// Threads: any, several at once; what it holds is behind one mutex. It never fails but for being
/// full, and for names that are none.
class MemoryBlobs final : public BlobStore {
public:
    struct State;

    /// Holds at most so many bytes, those of puts under way among them; more are `unavailable`, as
    /// on a full disk.
    explicit MemoryBlobs(std::int64_t bytes_max = std::int64_t{1} << 30);
    ~MemoryBlobs() override;

    Result<std::unique_ptr<BlobUpload>> begin(const std::string& name) override;
    Result<std::string> read(const std::string& name, std::int64_t offset,
                             std::size_t size_max) override;
    Result<std::optional<std::int64_t>> size(const std::string& name) override;
    Status remove(const std::string& name) override;
    Result<BlobPage> list(const std::string& prefix, const std::string& after, int limit) override;

private:
    // Shared with the puts under way, which may outlive this.
    std::shared_ptr<State> state_;
};

}  // namespace chatcore
