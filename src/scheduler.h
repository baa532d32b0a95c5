#pragma once
// Posts what is due. Every node looks now and then, which costs an idle deployment one indexed
// read; the one that holds the lease claims what it found, posts it, and advances over it when the
// outcome is known. Whatever is cut off in between is done again by whoever holds the lease next,
// under the same client key, and so is the same post. Threads: its state is of the timer's executor
// alone; the store is asked on workers.

#include <set>
#include <string>
#include <vector>

#include "chatcore/domain/schedule.h"
#include "chatcore/ports/schedule_store.h"
#include "chatcore/ports/time_zones.h"

#include "node.h"

namespace chatcore {

class Scheduler {
public:
    /// `timer`: the executor of hub shard 0. `zones` may be nullptr.
    Scheduler(Node& node, Executor& timer, const TimeZones* zones);

    /// Never where the interval is 0.
    void start();
    /// Gives the lease back, so that the next node, or the next start, need not wait for its end.
    /// All workers have stopped.
    void stop();

private:
    void tick();
    void look();
    void found(std::vector<Schedule> due);
    /// What was claimed, and the token that it was claimed under. Progress is written under the
    /// same one: what was learnt before somebody else held the lease may be out of date, although
    /// we hold it again.
    struct Claimed {
        std::vector<Schedule> schedules;
        std::int64_t token = 0;
    };
    struct Over {
        Progress progress;
        std::int64_t token = 0;
    };

    /// On a worker: the lease, then the claim.
    Result<Claimed> claim(Store& store, const std::vector<Occurrence>& occurrences);
    Status hold_lease(Store& store);
    void post(const Schedule& schedule, std::int64_t token);
    void submit_post(const Schedule& schedule, std::int64_t token, PostMessage what);
    void posted(const Schedule& schedule, std::int64_t token, const Result<Outcome>& outcome);
    /// What comes after the outcome; nullopt where it must be tried again.
    std::optional<Progress> progress_after(const Schedule& schedule,
                                           const Result<Outcome>& outcome) const;
    void advance();
    void advanced(const std::vector<Progress>& steps, std::int64_t token,
                  const Result<std::vector<bool>>& done);

    Node& node_;
    Executor& timer_;
    const TimeZones& zones_;
    const std::string owner_;

    // Of the timer's executor.
    bool looking_ = false;          ///< a look, or a claim, is under way
    bool advancing_ = false;        ///< an advance is under way
    std::set<ScheduleId> sending_;  ///< claimed by us and not yet advanced over
    std::vector<Over> over_;        ///< posted, and waiting for an advance

    // Of the first writer, where leases are taken and used.
    Fence fence_;
};

}  // namespace chatcore
