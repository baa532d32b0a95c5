#pragma once
// One upload, as its worker sees it: pieces into a blob, its kind from the first of them, and at
// the end the row, then the blob. So a blob that is there has a row, and is cleared away when no
// message shows it, whatever ends in between. Threads: those of one worker, but for `abandon`.

#include <atomic>
#include <memory>
#include <string>

#include "chatcore/attachments.h"
#include "chatcore/ports/file_types.h"

#include "blob_pool.h"
#include "node.h"

namespace chatcore {

class UploadWork : public std::enable_shared_from_this<UploadWork> {
public:
    /// `upload.content_type`: as declared; empty: to be recognised. Its place in the pool is
    /// taken already, and given back at the end.
    UploadWork(Node& node, std::shared_ptr<BlobPool> blobs, FileTypes& types,
               const AttachmentOptions& options, Upload upload, int home);
    ~UploadWork();

    Executor& worker() { return worker_; }
    /// Nobody waits for it any more; what is still to be written is let be. Any thread.
    void abandon() { abandoned_ = true; }

    void append(std::string piece, Completion<std::size_t> taken);
    void finish(Completion<Upload> done);

private:
    Status take(std::string_view piece);
    Status write(std::string_view piece);
    /// Decides what kind of file it is by what has come of it.
    Status recognise();
    void keep_row(Completion<Upload> done);
    void commit(Completion<Upload> done);

    Node& node_;
    const std::shared_ptr<BlobPool> blobs_;  // outlives the engine with this
    FileTypes& types_;
    const AttachmentOptions& options_;
    Executor& worker_;
    const int home_;
    Upload upload_;
    std::string beginning_;  ///< kept until it is enough to tell the kind
    bool recognised_ = false;
    std::unique_ptr<BlobUpload> blob_;
    Status status_;
    std::atomic<bool> abandoned_ = false;
};

}  // namespace chatcore
