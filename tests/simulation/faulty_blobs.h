#pragma once
// Blobs that all nodes share, and that fail within their contract for each, or outside of it where
// a breach is asked for.

#include "chatcore/ports/blob_store.h"
#include "chatcore/ports/file_types.h"

#include "fate.h"

namespace chatcore::simulation {

class FaultyBlobs final : public BlobStore {
public:
    FaultyBlobs(Setting& setting, BlobStore& inner, Life& life)
        : setting_(setting), inner_(inner), life_(life) {}

    Result<std::unique_ptr<BlobUpload>> begin(const std::string& name) override;
    Result<std::string> read(const std::string& name, std::int64_t offset,
                             std::size_t size_max) override;
    Result<std::optional<std::int64_t>> size(const std::string& name) override;
    Status remove(const std::string& name) override;
    Result<BlobPage> list(const std::string& prefix, const std::string& after, int limit) override;

    /// For the puts: `before` the call is made, and after.
    bool fails();
    bool end_unknown();
    Setting& setting() { return setting_; }

private:
    Setting& setting_;
    BlobStore& inner_;
    Life& life_;
};

/// Nobody uploads anything here.
class NoFileTypes final : public FileTypes {
public:
    std::string type_of(std::string_view) override { return "application/octet-stream"; }
};

}  // namespace chatcore::simulation
