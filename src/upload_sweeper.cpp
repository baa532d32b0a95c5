#include "upload_sweeper.h"

namespace chatcore {

void UploadSweeper::start() {
    if (node_.limits.attachment_sweep_interval.value().count() > 0) schedule();
}

void UploadSweeper::schedule() {
    timer_.post_after(node_.limits.attachment_sweep_interval, [this] { condemn(); });
}

void UploadSweeper::condemn() {
    node_.pool.write([this](Store& store) {
        const int most = node_.limits.attachments_swept_at_once;
        Result<std::vector<AttachmentId>> condemned =
            store.attachments().condemn(node_.clock.now(), most);
        if (!condemned || condemned->empty()) return schedule();
        const bool more = condemned->size() >= static_cast<std::size_t>(most);
        remove(std::move(*condemned), more);
    });
}

void UploadSweeper::remove(std::vector<AttachmentId> condemned, bool more) {
    blobs_->next_worker().post([this, condemned = std::move(condemned), more]() mutable {
        std::vector<AttachmentId> removed;
        for (AttachmentId id : condemned) {
            if (blobs_->store().remove(blob_name(id))) removed.push_back(id);
        }
        // Where some stay, the store of blobs is ill: it has the interval to come back.
        forget(std::move(removed), more && removed.size() == condemned.size());
    });
}

void UploadSweeper::forget(std::vector<AttachmentId> removed, bool more) {
    node_.pool.write([this, removed = std::move(removed), more](Store& store) {
        const Status forgotten = store.attachments().forget(removed);
        if (forgotten)
            node_.telemetry.add(Counter::attachments_removed,
                                static_cast<std::int64_t>(removed.size()));
        if (more && forgotten) return condemn();
        schedule();
    });
}

}  // namespace chatcore
