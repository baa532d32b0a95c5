#pragma once
// What every Journal promises: the one over a store, and those over a log of their own.

#include <functional>
#include <memory>

#include "chatcore/ports/journal.h"

#include "contract/findings.h"

namespace chatcore::contract {

/// A journal whose applying a test can hold back and spoil.
class JournalSubject {
public:
    virtual ~JournalSubject() = default;

    virtual Journal& journal() = 0;
    /// A store over the same state, for making rooms and for reading what became of changes.
    virtual Store& store() = 0;
    /// How many changes may wait before a submission is refused.
    virtual std::size_t queue_max() const = 0;

    /// From here on nothing is applied, until it is released.
    virtual void hold() = 0;
    virtual void release() = 0;
    /// The next so many applies fail with `timeout`: after they were done, or without having been.
    virtual void fail_next(int applies, bool done_all_the_same) = 0;
    /// Waits for threads until the condition holds; false when it gave up.
    virtual bool wait_until(const std::function<bool()>& condition) = 0;
};

/// Makes a journal that settles into the sink.
using JournalFactory = std::function<std::unique_ptr<JournalSubject>(JournalSink&)>;

Findings check_journal_contract(const JournalFactory& make);

}  // namespace chatcore::contract
