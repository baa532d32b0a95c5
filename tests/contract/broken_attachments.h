#pragma once
// Uploads, broken as the fault says.

#include <mutex>

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenAttachments final : public AttachmentStore {
public:
    BrokenAttachments(AttachmentStore& real, Hands hands) : real_(real), hands_(hands) {}

    Status create(const Upload& upload) override {
        if (hands_.is(StoreFault::gives_an_upload_away)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            hands_.tables().uploads.erase(upload.id);
        }
        return real_.create(upload);
    }
    Result<std::optional<Upload>> find(AttachmentId id, std::optional<UserId> viewer) override {
        if (hands_.is(StoreFault::hides_pictures)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            hands_.tables().upload_pictures.clear();
        }
        return real_.find(id, hands_.is(StoreFault::shows_uploads_to_all) ? std::nullopt : viewer);
    }
    Result<std::vector<AttachmentId>> condemn(Timestamp now, int limit) override {
        const bool early = hands_.is(StoreFault::clears_uploads_early);
        return real_.condemn(early ? now + std::chrono::seconds{1} : now, limit);
    }
    Status forget(std::span<const AttachmentId> uploads) override {
        if (hands_.is(StoreFault::forgets_what_is_shown)) {
            const std::scoped_lock lock(hands_.database.state().mutex);
            for (AttachmentId id : uploads) hands_.tables().uploads.erase(id);
        }
        return real_.forget(uploads);
    }

private:
    AttachmentStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract
