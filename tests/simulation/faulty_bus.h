#pragma once
// A network of buses that delays, loses and interrupts, and keeps the order of each channel.

#include <deque>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "chatcore/ports/bus.h"

#include "setting.h"

namespace chatcore::simulation {

class FaultyNetwork {
public:
    explicit FaultyNetwork(Setting& setting) : setting_(setting) {}

    /// A node's end. The node's Life outlives it, and the network outlives all ends.
    std::unique_ptr<Bus> join(Life& life);

    /// Lets one thing happen somewhere: a subscription takes hold, a channel brings some of its
    /// events, an interruption is told. False where nothing waits.
    bool step();

private:
    class End;

    Setting& setting_;
    std::vector<End*> ends_;
};

}  // namespace chatcore::simulation
