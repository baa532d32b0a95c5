#pragma once
// Threads:   any thread, several at once; the listener is called on a thread of the bus, one call
//            at a time.
// Blocking:  publish and subscribe never wait for a server: they queue, bounded, and drop with an
//            interruption.
// Lifetime:  outlives the Engine; after `listen(nullptr)` returned, the old listener is called no
//            more.
// Errors:    none are returned: what is lost is told by `interrupted`.
// Checked by: contract/bus_contract.h

#include <span>
#include <vector>

#include "chatcore/domain/event.h"
#include "chatcore/task.h"

namespace chatcore {

/// Called by a bus.
class BusListener {
public:
    virtual ~BusListener() = default;

    /// Events of other nodes on channels subscribed to, per channel in the order of publishing.
    virtual void heard(std::vector<EventPtr> events) = 0;
    /// Some may have been lost since the last call; whoever must know has to look for himself.
    virtual void interrupted() = 0;
};

/// Takes events from node to node. A node does not hear itself.
class Bus {
public:
    virtual ~Bus() = default;

    /// Sends each event to its channel, in order. Returns at once.
    virtual void publish(std::span<const EventPtr> events) = 0;
    /// Once `done` is called (on any thread, maybe within this call), what is published later on
    /// the channels is heard. Subscribing twice is as once.
    virtual void subscribe(std::span<const Channel> channels, Task done) = 0;
    virtual void unsubscribe(std::span<const Channel> channels) = 0;
    /// Who hears; nullptr for nobody, which waits for a call under way to end.
    virtual void listen(BusListener* listener) = 0;
};

}  // namespace chatcore
