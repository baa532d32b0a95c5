#pragma once
// Threads:   any thread submits; the sink is called on a worker of the journal, one call at a time
//            per room.
// Blocking:  submit never blocks; it refuses when the queue is full.
// Lifetime:  owned by the Engine; what was not settled when it goes is not completed.
// Errors:    a submission that cannot be made durable settles with `unavailable` or `timeout`; it
//            may then have been applied all the same, and trying again with the same client key is
//            safe.
// Checked by: contract/journal_contract.h

#include <chrono>
#include <optional>
#include <vector>

#include "chatcore/domain/change.h"
#include "chatcore/domain/outcome.h"
#include "chatcore/ports/store.h"
#include "chatcore/task.h"

namespace chatcore {

/// Who waits for a change, and where to call them. The journal only carries it.
struct Ticket {
    int home = 0;                            ///< hub shard that the completion runs on
    std::chrono::nanoseconds accepted_at{};  ///< by the steady clock
    Completion<Outcome> done;                ///< may be empty
};

struct Submission {
    Change change;
    Ticket ticket;
};

/// A submission with its end.
struct Settled {
    Change change;
    Ticket ticket;
    Result<Outcome> outcome = unexpected(ErrorCode::internal);
};

/// Takes what has settled: the one place where events are made and callers are answered.
class JournalSink {
public:
    virtual ~JournalSink() = default;

    /// A batch as it was applied, in that order; per room, batches come in the order of positions.
    /// `store` is the one that applied it, and may be asked within the call.
    virtual void settled(std::vector<Settled> batch, Store& store) = 0;
};

/// Makes changes durable in one order per room.
class Journal {
public:
    virtual ~Journal() = default;

    /// Takes the submission (it is moved from), or leaves it alone and gives false where too many
    /// wait.
    virtual bool submit(Submission& submission) = 0;
    /// How many wait: those of the batch under way too, until they settle.
    virtual std::size_t waiting() const = 0;
    /// For how long nothing could be made durable though it is being tried: since the oldest of
    /// the batches under way was first tried, or one before it that was given up. Zero where
    /// nothing is under way.
    virtual std::chrono::nanoseconds stuck_for() const = 0;
};

}  // namespace chatcore
