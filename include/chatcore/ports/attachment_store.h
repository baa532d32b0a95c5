#pragma once
// Threads:   as the Store it belongs to: one call at a time.
// Blocking:  yes; on a worker.
// Lifetime:  the Store's.
// Errors:    `unavailable`, `timeout` (may be tried again), `corrupt`.
// Checked by: contract/attachment_contract.h

#include <optional>
#include <span>
#include <vector>

#include "chatcore/domain/attachment.h"
#include "chatcore/result.h"

namespace chatcore {

/// What is known of uploaded files; their bytes are in a BlobStore. Which messages show a file, and
/// whose picture it is, is written by the store itself, in the transaction of the change that
/// alters it. Each write is durable when it returns.
class AttachmentStore {
public:
    virtual ~AttachmentStore() = default;

    /// Keeps a fresh upload. `conflict` where the id is taken.
    virtual Status create(const Upload& upload) = 0;
    /// An upload that the viewer may have: one's own, what a message shows in a room that one is an
    /// active member of, the picture of a room that one may look at (one that one was not put out
    /// of, or an open one), and of any person. Nullopt for what is condemned, and for what there is
    /// not. Without a viewer it is the engine that asks, which may have all of them.
    virtual Result<std::optional<Upload>> find(AttachmentId id, std::optional<UserId> viewer) = 0;
    /// Condemns those that nothing shows and whose time is over, and gives them together with
    /// those that were condemned before, the longest unused first; at most `limit`. Nothing finds
    /// them any more, so that their bytes may be removed.
    virtual Result<std::vector<AttachmentId>> condemn(Timestamp now, int limit) = 0;
    /// Forgets those of them that are condemned, when their bytes are gone. No effect on others.
    virtual Status forget(std::span<const AttachmentId> uploads) = 0;
};

}  // namespace chatcore
