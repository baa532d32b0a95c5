#include "chatcore/attachments.h"

#include <algorithm>
#include <limits>

#include "blob_pool.h"
#include "content_types.h"
#include "file_name.h"
#include "node.h"
#include "upload_work.h"

namespace chatcore {

namespace {

Unexpected no_place(const char* detail) {
    return Unexpected(Error{.code = ErrorCode::too_many,
                            .detail = detail,
                            .cause = {},
                            .retry_after = std::chrono::seconds{1}});
}

/// What tools declare that were told nothing.
bool says_nothing(std::string_view declared) {
    return declared.empty() || declared == "application/x-www-form-urlencoded";
}

}  // namespace

AttachmentUpload::~AttachmentUpload() {
    work_->abandon();
    // It goes where it may wait for the disk.
    Executor& worker = work_->worker();
    worker.post([work = std::move(work_)] {});
}

void AttachmentUpload::append(std::string piece, Completion<std::size_t> taken) {
    work_->worker().post(
        [work = work_, piece = std::move(piece), taken = std::move(taken)]() mutable {
            work->append(std::move(piece), std::move(taken));
        });
}

void AttachmentUpload::finish(Completion<Upload> done) {
    work_->worker().post(
        [work = work_, done = std::move(done)]() mutable { work->finish(std::move(done)); });
}

DownloadPlace::DownloadPlace(std::shared_ptr<BlobPool> blobs, UserId person)
    : blobs_(std::move(blobs)), person_(person) {}
DownloadPlace::~DownloadPlace() {
    blobs_->downloads.give_back(person_);
}

Attachments::Attachments(Node& node, std::shared_ptr<BlobPool> blobs, FileTypes& types,
                         AttachmentOptions options)
    : node_(node), blobs_(std::move(blobs)), types_(types), options_(std::move(options)) {}
Attachments::~Attachments() = default;

Result<std::unique_ptr<AttachmentUpload>> Attachments::begin(Caller caller, UploadRequest request) {
    Result<std::string> name = name_of_file(request.name, node_.limits, "name");
    if (!name) return unexpected(name.error());
    if (name->empty()) *name = "file";
    std::optional<std::string> declared = content_types::essence_of(request.content_type);
    if (!declared && !request.content_type.empty())
        return unexpected(ErrorCode::unsupported_type, "contentType");
    if (!declared || says_nothing(*declared)) declared.emplace();
    const bool refused = content_types::any_matches(options_.types_denied, *declared) ||
                         (!declared->empty() && *declared != content_types::unknown &&
                          !options_.types_allowed.empty() &&
                          !content_types::any_matches(options_.types_allowed, *declared));
    if (refused) return unexpected(ErrorCode::unsupported_type, "contentType");
    if (request.size_bytes && *request.size_bytes > node_.limits.attachment_bytes_max)
        return unexpected(ErrorCode::too_large, "body");

    // Nobody holds more than a sixteenth, so that a person who begins many and sends nothing keeps
    // no others out.
    const int most = node_.limits.uploads_at_once_max;
    if (!blobs_->uploads.take(caller.user, most, std::max(most / 16, 1)))
        return no_place("uploads");
    Upload upload;
    upload.id = AttachmentId{node_.random_id()};
    upload.uploader = caller.user;
    upload.name = std::move(*name);
    upload.content_type = std::move(*declared);
    return std::make_unique<AttachmentUpload>(std::make_shared<UploadWork>(
        node_, blobs_, types_, options_, std::move(upload), caller.home));
}

void Attachments::find(Caller caller, AttachmentId id, Completion<Upload> done) {
    node_.ask<Upload>(
        caller.home,
        [caller, id](Store& store) -> Result<Upload> {
            Result<std::optional<Upload>> found = store.attachments().find(id, caller.user);
            if (!found) return unexpected(found.error());
            if (!*found) return unexpected(ErrorCode::not_found, "attachment");
            return std::move(**found);
        },
        std::move(done));
}

Result<std::unique_ptr<DownloadPlace>> Attachments::begin_download(Caller caller) {
    const int share = node_.limits.person_downloads_max;
    constexpr int any = std::numeric_limits<int>::max();
    if (!blobs_->downloads.take(caller.user, any, share > 0 ? share : any))
        return no_place("downloads");
    return std::make_unique<DownloadPlace>(blobs_, caller.user);
}

void Attachments::read(int home, AttachmentId id, std::int64_t offset, std::size_t size_max,
                       Completion<std::string> done) {
    blobs_->next_worker().post(
        [this, home, id, offset, size_max, done = std::move(done)]() mutable {
            Result<std::string> bytes = blobs_->store().read(blob_name(id), offset, size_max);
            if (bytes) {
                node_.telemetry.add(Counter::attachment_bytes_read,
                                    static_cast<std::int64_t>(bytes->size()));
            } else if (bytes.error().code == ErrorCode::not_found) {
                bytes = unexpected(ErrorCode::not_found, "attachment");
            }
            node_.answer<std::string>(home, std::move(done), std::move(bytes));
        });
}

void Attachments::check_blobs(int home, Completion<bool> done) {
    blobs_->next_worker().post([this, home, done = std::move(done)]() mutable {
        const Result<BlobPage> any = blobs_->store().list("health/", {}, 1);
        node_.answer<bool>(home, std::move(done),
                           any ? Result<bool>(true) : Result<bool>(unexpected(any.error())));
    });
}

}  // namespace chatcore
