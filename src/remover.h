#pragma once
// Does what deletions have left to do: deletes the rooms of removed contexts, each by a change of
// its own through the journal, and clears the rows of deleted rooms away in pieces between which
// others write. Every node looks now and then, which costs an idle deployment two indexed reads;
// whatever was cut off in between is found by the next look of any. Several at once do no harm: a
// room is deleted once, and rows that are gone are not found. Threads: its state is of the timer's
// executor alone; the store is asked on workers.

#include <memory>
#include <optional>
#include <vector>

#include "chatcore/domain/outcome.h"

#include "node.h"

namespace chatcore {

class Remover {
public:
    /// `timer`: the executor of hub shard 0.
    Remover(Node& node, Executor& timer) : node_(node), timer_(timer) {}

    /// Never where the interval is 0.
    void start();
    /// Deletes the rooms of a context that was removed, and gives how many this was. Any thread.
    void delete_rooms(Context of, int home, Completion<std::int64_t> done);

private:
    /// A deletion of many rooms, some at a time.
    struct Cascade {
        std::optional<Context> of;  ///< nullopt: of all removed contexts
        int home = 0;
        Completion<std::int64_t> done;
        std::int64_t deleted = 0;
        std::size_t waiting = 0;     ///< changes that are not answered
        std::optional<Error> error;  ///< of one of them
        int failures = 0;            ///< in a row
    };
    using CascadePtr = std::shared_ptr<Cascade>;

    void tick();
    void next(CascadePtr cascade);
    void found(const CascadePtr& cascade, const Result<std::vector<RoomId>>& rooms);
    void deleted(const CascadePtr& cascade, const Result<Outcome>& outcome);
    void failed(const CascadePtr& cascade, const Error& error);
    void clear();

    Node& node_;
    Executor& timer_;
    bool cascading_ = false;  ///< over all contexts
    bool clearing_ = false;
};

}  // namespace chatcore
