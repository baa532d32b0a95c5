#pragma once
// Asks the store now and then which rooms have moved, and whose blocks, so that what neither this
// node nor the bus has told is found all the same: a node that died between its commit and its
// publish, or a last event that was lost.

#include <atomic>

#include "node.h"

namespace chatcore {

class Sweeper {
public:
    Sweeper(Node& node, Executor& timer) : node_(node), timer_(timer) {}

    /// Begins from now. Never where the interval is 0.
    void start();
    /// Looks at once, for a bus that was interrupted.
    void look();

private:
    void schedule();
    void look_at_rooms(Store& store);
    void look_at_blocks(Store& store);
    void find(std::vector<EventPtr> found);

    Node& node_;
    Executor& timer_;
    std::atomic<std::int64_t> cursor_{-1};
    std::atomic<std::int64_t> blocks_cursor_{-1};
};

}  // namespace chatcore
