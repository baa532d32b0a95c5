#pragma once
// Ends consultations: archive, then delete, then complete. Each step may be the last one before a
// crash; whoever comes next begins at the first, and finds nothing that does harm: an archive is
// replaced by a newer one, what is deleted is not found, and the completing change is refused where
// something was said since its archive was made.
//
// One node ends a consultation at a time, by a lease, because two archives of one consultation
// would replace one another in any order. Threads: any; its steps run on workers, one after the
// other.

#include <atomic>
#include <mutex>
#include <set>

#include "hot_copies.h"
#include "transcript_writer.h"

namespace chatcore {

class ConsultationCloser {
public:
    ConsultationCloser(ConsultationDesk& desk, HotCopies& copies);

    /// As Consultations::end. Completes on the caller's home.
    void close(Caller caller, RoomId room, Completion<Room> done);
    /// The same by the engine itself, only if nothing was said since `said_at`; else `conflict`.
    /// Completes on shard 0.
    void close_idle(RoomId room, Position said_at, Completion<Room> done);

private:
    struct Closing {
        Caller caller;
        RoomId room;
        std::optional<Position> idle_since;  ///< by the engine, if nothing was said since
        Completion<Room> done;
        Fence fence;
        std::atomic<std::int64_t> held_until{0};  ///< by Clock::now, in milliseconds
        int tries = 0;
        TranscriptWriter::Written written;
    };
    // Shared by the steps of one ending, on one worker after the other.
    using ClosingPtr = std::shared_ptr<Closing>;

    void begin(ClosingPtr closing);
    Status hold(Store& store, Closing& closing);
    /// Whether the lease is held; renews it in time.
    bool goes(const ClosingPtr& closing);
    void archive(ClosingPtr closing);
    void archived(const ClosingPtr& closing, const Result<TranscriptWriter::Written>& written);
    void clear(ClosingPtr closing);
    Status clear_blobs(const Closing& closing);
    void complete(ClosingPtr closing);
    void completed(const ClosingPtr& closing, Result<Outcome> outcome);
    void finish(ClosingPtr closing, Result<Room> result);

    ConsultationDesk& desk_;
    HotCopies& copies_;
    TranscriptWriter writer_;
    const std::string owner_;
    std::mutex mutex_;
    std::set<RoomId> closing_;  ///< by this node; guarded by the mutex
};

/// Removes all snapshots of the consultation. On a blob worker.
Status remove_snapshots(const ConsultationDesk& desk, RoomId room);

}  // namespace chatcore
