#pragma once
// What every Executor promises: the threads of a server and the scheduler of a simulator alike.

#include <chrono>
#include <functional>
#include <memory>

#include "chatcore/ports/executor.h"

#include "contract/findings.h"

namespace chatcore::contract {

/// An executor, and how to let time pass for it.
class ExecutorSubject {
public:
    virtual ~ExecutorSubject() = default;

    virtual Executor& executor() = 0;
    /// Lets the executor work until the condition holds; false when it gave up.
    virtual bool work_until(const std::function<bool()>& condition) = 0;
    /// The time by which the executor's delays are counted.
    virtual std::chrono::nanoseconds now() = 0;
    /// Whether tasks run on a thread of their own and any thread may post; a simulator's do not.
    virtual bool threaded() const { return true; }
};

using ExecutorFactory = std::function<std::unique_ptr<ExecutorSubject>()>;

Findings check_executor_contract(const ExecutorFactory& make);

}  // namespace chatcore::contract
