#pragma once
// Looks after running consultations: writes a snapshot of each in which something was said since
// the last one, closes those that are idle, and clears away snapshots of what has ended. One node
// does it at a time, by a lease that it keeps. Threads: its state is of the timer's executor alone;
// stores and blobs are asked on workers, one consultation after the other.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "consultation_closer.h"
#include "transcript_writer.h"

namespace chatcore {

class ConsultationKeeper {
public:
    /// `timer`: the executor of hub shard 0.
    ConsultationKeeper(ConsultationDesk& desk, ConsultationCloser& closer, Executor& timer);

    /// Never where an interval is 0.
    void start();
    /// Gives the lease back. All workers have stopped.
    void stop();

private:
    enum class Work { snapshots, cleaning };
    /// One turn over all active consultations.
    struct Round {
        Work work = Work::snapshots;
        std::vector<Room> page;
        std::size_t next = 0;
        RoomId after;
        bool last = false;  ///< no page follows
        std::set<RoomId> seen;
        std::string swept;  ///< names of snapshots up to here have been looked at
    };
    // Shared by the steps of a round.
    using RoundPtr = std::shared_ptr<Round>;

    std::chrono::milliseconds interval(Work work) const;
    void schedule(Work work);
    void begin(Work work);
    Status hold_lease(Store& store);
    void read_page(RoundPtr round);
    void go_on(RoundPtr round);
    void later(RoundPtr round);
    void end(const RoundPtr& round);

    bool wants_snapshot(const Room& room) const;
    bool is_idle(const Room& room) const;
    void snapshot(RoundPtr round, const Room& room);
    void snapped(RoundPtr round, RoomId room, const Result<TranscriptWriter::Written>& written);
    Status prune(RoomId room) const;
    void sweep(RoundPtr round);
    void remove_ended(RoundPtr round, std::vector<RoomId> rooms, bool more);
    std::string snapshots_prefix() const;

    ConsultationDesk& desk_;
    ConsultationCloser& closer_;
    Executor& timer_;
    TranscriptWriter writer_;
    const std::string owner_;

    // Of the timer's executor.
    std::set<Work> working_;
    std::map<RoomId, Position> snapped_;  ///< up to where each was last written

    // Of the first writer, where the lease is taken.
    Fence fence_;
};

}  // namespace chatcore
