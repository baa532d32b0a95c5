#pragma once
// Clears away uploaded files that no message shows: first they are condemned, so that nothing finds
// them; then their bytes go; then they are forgotten. What ends in between is taken up again by the
// next round, of whichever node.

#include <vector>

#include "blob_pool.h"
#include "node.h"

namespace chatcore {

/// Threads: `start` once; the rest runs on the timer, a writer and a blob worker, one at a time.
class UploadSweeper {
public:
    UploadSweeper(Node& node, std::shared_ptr<BlobPool> blobs, Executor& timer)
        : node_(node), blobs_(std::move(blobs)), timer_(timer) {}

    /// Begins from now. Never where the interval is 0.
    void start();

private:
    void schedule();
    void condemn();
    void remove(std::vector<AttachmentId> condemned, bool more);
    void forget(std::vector<AttachmentId> removed, bool more);

    Node& node_;
    const std::shared_ptr<BlobPool> blobs_;  // as the uploads'
    Executor& timer_;
};

}  // namespace chatcore
