#pragma once
// Files that people upload and messages show: taking their bytes, giving them out, and clearing
// away what no message shows.
// Threads: any; completions run on the caller's home shard. Nothing here blocks.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chatcore/caller.h"
#include "chatcore/domain/attachment.h"
#include "chatcore/result.h"
#include "chatcore/task.h"

namespace chatcore {

struct Node;
class BlobPool;
class FileTypes;
class UploadWork;

/// Which kinds of files are taken: patterns such as `image/png` or `image/*`.
struct AttachmentOptions {
    std::vector<std::string> types_allowed;  ///< empty: all that are not denied
    std::vector<std::string> types_denied;
};

struct UploadRequest {
    std::string name;          ///< of a path the last part counts; empty becomes `file`
    std::string content_type;  ///< as declared; empty: to be recognised
    std::optional<std::int64_t> size_bytes;  ///< where it is known before
};

/// A file on its way in, from a caller who bounds what is not yet taken. Going without `finish`, or
/// before it has been answered with success, leaves nothing that anybody finds. Threads: one at a
/// time, the caller's home shard.
class AttachmentUpload {
public:
    explicit AttachmentUpload(std::shared_ptr<UploadWork> work) : work_(std::move(work)) {}
    ~AttachmentUpload();
    AttachmentUpload(const AttachmentUpload&) = delete;
    AttachmentUpload& operator=(const AttachmentUpload&) = delete;

    /// Hands over the next piece; `taken` gives its size when it has been written. Errors end the
    /// upload: `too_large`, `unsupported_type`, `unavailable`.
    void append(std::string piece, Completion<std::size_t> taken);
    /// Nothing more comes. Errors: as `append`, and `empty` (body) for a file without bytes.
    void finish(Completion<Upload> done);

private:
    // Shared with the worker that writes the pieces.
    std::shared_ptr<UploadWork> work_;
};

/// One of the downloads that a person may have under way at once, given back when it goes. Threads:
/// any.
class DownloadPlace {
public:
    DownloadPlace(std::shared_ptr<BlobPool> blobs, UserId person);
    ~DownloadPlace();
    DownloadPlace(const DownloadPlace&) = delete;
    DownloadPlace& operator=(const DownloadPlace&) = delete;

private:
    const std::shared_ptr<BlobPool> blobs_;  // a download under way may outlive the engine
    const UserId person_;
};

class Attachments {
public:
    Attachments(Node& node, std::shared_ptr<BlobPool> blobs, FileTypes& types,
                AttachmentOptions options);
    ~Attachments();

    /// Errors, before a byte is taken: `invalid_value` (name), `too_long` (name), `malformed`
    /// (name), `too_large`, `unsupported_type`, `too_many` (uploads at once).
    Result<std::unique_ptr<AttachmentUpload>> begin(Caller caller, UploadRequest request);

    /// What is known of a file that the caller may have: their own, what a message shows in a room
    /// they are in, the picture of a room they may look at, and of any person. `not_found`
    /// (attachment) for all others.
    void find(Caller caller, AttachmentId id, Completion<Upload> done);
    /// To be held while a file is given to the caller. `too_many` (downloads) above
    /// `limits.person_downloads_max`.
    Result<std::unique_ptr<DownloadPlace>> begin_download(Caller caller);
    /// Up to `size_max` bytes of a file from `offset` on; who may have it was asked before.
    void read(int home, AttachmentId id, std::int64_t offset, std::size_t size_max,
              Completion<std::string> done);

    /// Whether the store of blobs answers now; for health checks.
    void check_blobs(int home, Completion<bool> done);

private:
    Node& node_;
    const std::shared_ptr<BlobPool> blobs_;  // uploads under way may outlive this
    FileTypes& types_;
    const AttachmentOptions options_;
};

}  // namespace chatcore
