#include "upload_work.h"

#include <algorithm>

#include "chatcore/text.h"

#include "content_types.h"

namespace chatcore {

namespace {

/// Enough for all kinds that are told by their beginning, archives of several files among them.
constexpr std::size_t beginning_bytes = 64 * 1024;

/// Whether it is text as far as it goes: UTF-8, the last letter of which may be cut off.
bool reads_as_text(std::string_view beginning) {
    constexpr std::size_t letter_bytes_max = 4;
    for (std::size_t cut = 0; cut < letter_bytes_max && cut < beginning.size(); ++cut) {
        if (text::valid(beginning.substr(0, beginning.size() - cut))) return true;
    }
    return false;
}

}  // namespace

UploadWork::UploadWork(Node& node, std::shared_ptr<BlobPool> blobs, FileTypes& types,
                       const AttachmentOptions& options, Upload upload, int home)
    : node_(node),
      blobs_(std::move(blobs)),
      types_(types),
      options_(options),
      worker_(blobs_->next_worker()),
      home_(home),
      upload_(std::move(upload)) {}

UploadWork::~UploadWork() {
    blobs_->uploads.give_back(upload_.uploader);
}

void UploadWork::append(std::string piece, Completion<std::size_t> taken) {
    if (abandoned_) return;
    const std::size_t size = piece.size();
    if (status_) status_ = take(piece);
    if (!status_) blob_.reset();
    node_.answer<std::size_t>(
        home_, std::move(taken),
        status_ ? Result<std::size_t>(size) : Result<std::size_t>(unexpected(status_.error())));
}

Status UploadWork::take(std::string_view piece) {
    upload_.size_bytes += static_cast<std::int64_t>(piece.size());
    if (upload_.size_bytes > node_.limits.attachment_bytes_max)
        return unexpected(ErrorCode::too_large, "body");
    if (recognised_) return write(piece);
    const std::size_t wanted = std::min(beginning_bytes - beginning_.size(), piece.size());
    beginning_ += piece.substr(0, wanted);
    if (beginning_.size() < beginning_bytes) return {};
    if (Status status = recognise(); !status) return status;
    return write(piece.substr(wanted));
}

Status UploadWork::write(std::string_view piece) {
    if (!blob_) {
        Result<std::unique_ptr<BlobUpload>> begun = blobs_->store().begin(blob_name(upload_.id));
        if (!begun) return unexpected(begun.error());
        blob_ = std::move(*begun);
    }
    return blob_->append(piece);
}

Status UploadWork::recognise() {
    namespace types = content_types;
    const std::string seen = types_.type_of(beginning_);
    std::string& said = upload_.content_type;
    const bool declared = !said.empty() && said != types::unknown;
    const bool agrees = !declared || types::agree(said, seen) ||
                        (types::is_text(said) && reads_as_text(beginning_));
    if (!agrees) return unexpected(ErrorCode::unsupported_type, "contentType");
    if (!declared) said = seen;
    const bool denied = types::any_matches(options_.types_denied, said) ||
                        types::any_matches(options_.types_denied, seen);
    const bool allowed =
        options_.types_allowed.empty() || types::any_matches(options_.types_allowed, said);
    if (denied || !allowed) return unexpected(ErrorCode::unsupported_type, "contentType");
    recognised_ = true;
    const std::string beginning = std::exchange(beginning_, {});
    return write(beginning);
}

void UploadWork::finish(Completion<Upload> done) {
    if (abandoned_) return;
    if (status_ && upload_.size_bytes == 0) status_ = unexpected(ErrorCode::empty, "body");
    if (status_ && !recognised_) status_ = recognise();
    if (!status_) {
        blob_.reset();
        node_.answer<Upload>(home_, std::move(done), unexpected(status_.error()));
        return;
    }
    keep_row(std::move(done));
}

void UploadWork::keep_row(Completion<Upload> done) {
    upload_.created_at = node_.clock.now();
    upload_.unused_until = upload_.created_at + node_.limits.attachment_unused_max.value();
    node_.pool.write([self = shared_from_this(), done = std::move(done)](Store& store) mutable {
        Status kept = store.attachments().create(self->upload_);
        if (!kept) {
            // A number drawn twice is for the client to try again, as a store that is away is.
            const bool taken = kept.error().code == ErrorCode::conflict;
            self->node_.answer<Upload>(
                self->home_, std::move(done),
                taken ? unexpected(ErrorCode::unavailable, "store") : unexpected(kept.error()));
            // On its worker, where waiting for the disk is nobody's harm.
            Executor& worker = self->worker_;
            worker.post([self = std::move(self)] { self->blob_.reset(); });
            return;
        }
        Executor& worker = self->worker_;
        worker.post([self = std::move(self), done = std::move(done)]() mutable {
            self->commit(std::move(done));
        });
    });
}

void UploadWork::commit(Completion<Upload> done) {
    if (Status committed = blob_->commit(); !committed) {
        blob_.reset();
        node_.answer<Upload>(home_, std::move(done), unexpected(committed.error()));
        return;
    }
    blob_.reset();
    node_.telemetry.add(Counter::attachments_uploaded, 1);
    node_.telemetry.add(Counter::attachment_bytes_uploaded, upload_.size_bytes);
    node_.answer<Upload>(home_, std::move(done), upload_);
}

}  // namespace chatcore
