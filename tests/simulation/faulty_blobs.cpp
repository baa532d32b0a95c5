#include "faulty_blobs.h"

namespace chatcore::simulation {

namespace {

Unexpected no_blobs() {
    return unexpected(ErrorCode::unavailable, "blob", "a fault of the simulation");
}

class FaultyUpload final : public BlobUpload {
public:
    FaultyUpload(FaultyBlobs& blobs, std::unique_ptr<BlobUpload> inner)
        : blobs_(blobs), inner_(std::move(inner)) {}

    Status append(std::string_view piece) override {
        if (blobs_.fails()) return no_blobs();
        return inner_->append(piece);
    }
    Status commit() override {
        if (blobs_.fails()) return no_blobs();
        const bool keeps = blobs_.setting().breach != Breach::keeps_no_blobs;
        Status done = keeps ? inner_->commit() : Status{};
        if (blobs_.end_unknown()) return no_blobs();
        return done;
    }

private:
    FaultyBlobs& blobs_;
    std::unique_ptr<BlobUpload> inner_;
};

}  // namespace

bool FaultyBlobs::fails() {
    if (life_.dying) return true;
    if (setting_.trips(setting_.faults.crash_at_blobs)) {
        setting_.trace("  the node dies before it does something to a blob");
        life_.dying = true;
        return true;
    }
    return setting_.trips(setting_.faults.blobs_fail);
}

bool FaultyBlobs::end_unknown() {
    if (setting_.trips(setting_.faults.crash_at_blobs)) {
        setting_.trace("  the node dies after it did something to a blob");
        life_.dying = true;
    }
    return life_.dying || setting_.trips(setting_.faults.blobs_fail / 4);
}

Result<std::unique_ptr<BlobUpload>> FaultyBlobs::begin(const std::string& name) {
    if (fails()) return no_blobs();
    Result<std::unique_ptr<BlobUpload>> inner = inner_.begin(name);
    if (!inner) return inner;
    return std::unique_ptr<BlobUpload>(std::make_unique<FaultyUpload>(*this, std::move(*inner)));
}

Result<std::string> FaultyBlobs::read(const std::string& name, std::int64_t offset,
                                      std::size_t size_max) {
    if (fails()) return no_blobs();
    return inner_.read(name, offset, size_max);
}

Result<std::optional<std::int64_t>> FaultyBlobs::size(const std::string& name) {
    if (fails()) return no_blobs();
    return inner_.size(name);
}

Status FaultyBlobs::remove(const std::string& name) {
    if (fails()) return no_blobs();
    Status done = inner_.remove(name);
    if (end_unknown()) return no_blobs();
    return done;
}

Result<BlobPage> FaultyBlobs::list(const std::string& prefix, const std::string& after, int limit) {
    if (fails()) return no_blobs();
    return inner_.list(prefix, after, limit);
}

}  // namespace chatcore::simulation
