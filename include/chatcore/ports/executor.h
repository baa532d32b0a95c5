#pragma once
// Threads:   any thread may post; tasks run one at a time, in the order of posting.
// Blocking:  post never blocks; whether tasks may block is up to the role it is given (worker:
//            yes, shard: no).
// Lifetime:  owned by the Engine, which stops it before it goes.
// Errors:    none; a task that throws ends the process.
// Checked by: contract/executor_contract.h

#include <chrono>

#include "chatcore/task.h"

namespace chatcore {

/// A serial queue of work: what others call a strand.
class Executor {
public:
    virtual ~Executor() = default;

    /// Runs the task later, never inside this call.
    virtual void post(Task task) = 0;
    /// The same, not before `delay` has passed. Tasks of equal due time run in the order of
    /// posting.
    virtual void post_after(std::chrono::milliseconds delay, Task task) = 0;
    /// Returns when no task runs and none will; what was left is destroyed uncalled. Not from one
    /// of its own tasks.
    virtual void stop() = 0;
};

}  // namespace chatcore
