#include "chatcore/adapters/memory_blobs.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace chatcore {

struct MemoryBlobs::State {
    std::mutex mutex;
    std::int64_t bytes_max = 0;
    std::int64_t bytes = 0;  ///< held, by blobs and puts
    std::map<std::string, std::string> blobs;

    bool take(std::size_t size) {
        const auto more = static_cast<std::int64_t>(size);
        if (more > bytes_max - bytes) return false;
        bytes += more;
        return true;
    }
    void give_back(std::size_t size) { bytes -= static_cast<std::int64_t>(size); }
};

namespace {

Unexpected no_name() {
    return unexpected(ErrorCode::invalid_value, "blob");
}

class MemoryUpload final : public BlobUpload {
public:
    MemoryUpload(std::shared_ptr<MemoryBlobs::State> state, std::string name)
        : state_(std::move(state)), name_(std::move(name)) {}
    ~MemoryUpload() override {
        const std::scoped_lock lock(state_->mutex);
        state_->give_back(bytes_.size());
    }

    Status append(std::string_view piece) override {
        const std::scoped_lock lock(state_->mutex);
        if (!state_->take(piece.size()))
            return unexpected(ErrorCode::unavailable, "blob", "no memory is left for blobs");
        bytes_ += piece;
        return {};
    }

    Status commit() override {
        const std::scoped_lock lock(state_->mutex);
        std::string& blob = state_->blobs[name_];
        state_->give_back(blob.size());
        blob = std::exchange(bytes_, {});
        return {};
    }

private:
    std::shared_ptr<MemoryBlobs::State> state_;
    const std::string name_;
    std::string bytes_;
};

}  // namespace

MemoryBlobs::MemoryBlobs(std::int64_t bytes_max) : state_(std::make_shared<State>()) {
    state_->bytes_max = bytes_max;
}
MemoryBlobs::~MemoryBlobs() = default;

Result<std::unique_ptr<BlobUpload>> MemoryBlobs::begin(const std::string& name) {
    if (!is_blob_name(name)) return no_name();
    return std::unique_ptr<BlobUpload>(std::make_unique<MemoryUpload>(state_, name));
}

Result<std::string> MemoryBlobs::read(const std::string& name, std::int64_t offset,
                                      std::size_t size_max) {
    if (!is_blob_name(name) || offset < 0) return no_name();
    const std::scoped_lock lock(state_->mutex);
    const auto it = state_->blobs.find(name);
    if (it == state_->blobs.end()) return unexpected(ErrorCode::not_found, "blob");
    const std::string& blob = it->second;
    const auto from = std::min(static_cast<std::size_t>(offset), blob.size());
    return blob.substr(from, size_max);
}

Result<std::optional<std::int64_t>> MemoryBlobs::size(const std::string& name) {
    if (!is_blob_name(name)) return no_name();
    const std::scoped_lock lock(state_->mutex);
    const auto it = state_->blobs.find(name);
    if (it == state_->blobs.end()) return std::optional<std::int64_t>{};
    return std::optional{static_cast<std::int64_t>(it->second.size())};
}

Status MemoryBlobs::remove(const std::string& name) {
    if (!is_blob_name(name)) return no_name();
    const std::scoped_lock lock(state_->mutex);
    const auto it = state_->blobs.find(name);
    if (it == state_->blobs.end()) return {};
    state_->give_back(it->second.size());
    state_->blobs.erase(it);
    return {};
}

Result<BlobPage> MemoryBlobs::list(const std::string& prefix, const std::string& after, int limit) {
    if (!is_blob_prefix(prefix)) return no_name();
    const std::scoped_lock lock(state_->mutex);
    BlobPage page;
    auto it = after < prefix ? state_->blobs.lower_bound(prefix) : state_->blobs.upper_bound(after);
    for (; it != state_->blobs.end() && it->first.starts_with(prefix); ++it) {
        if (page.items.size() == static_cast<std::size_t>(std::max(limit, 1))) {
            page.has_more = true;
            break;
        }
        page.items.push_back({it->first, static_cast<std::int64_t>(it->second.size())});
    }
    return page;
}

}  // namespace chatcore
