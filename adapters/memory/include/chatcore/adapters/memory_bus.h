#pragma once
// A bus within one process: for a server of one node, and for several engines in one test.

#include <cstddef>
#include <memory>

#include "chatcore/ports/bus.h"
#include "chatcore/ports/executor.h"

namespace chatcore {

/// What the buses of several nodes have in common. Threads: any.
class MemoryBusNetwork {
public:
    struct State;

    /// `waiting_events_max`: how many events may wait for one node's listener; what comes beyond
    /// that is dropped, and the listener told by `interrupted`.
    explicit MemoryBusNetwork(std::size_t waiting_events_max = 65'536);
    ~MemoryBusNetwork();

    State& state() { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// One node's end of a network. Every node hears the events of a channel in the same order.
/// Threads: any; the destructor as `listen(nullptr)`.
class MemoryBus final : public Bus {
public:
    struct Node;

    /// A network of its own: nobody is heard.
    MemoryBus();
    /// The listener is called on the thread that publishes, or that is delivering already; never
    /// inside another call of it.
    explicit MemoryBus(std::shared_ptr<MemoryBusNetwork> network);
    /// The listener and `done` are called on the executor, which must outlive the bus.
    MemoryBus(std::shared_ptr<MemoryBusNetwork> network, Executor& executor);
    ~MemoryBus() override;
    MemoryBus(const MemoryBus&) = delete;
    MemoryBus& operator=(const MemoryBus&) = delete;

    void publish(std::span<const EventPtr> events) override;
    void subscribe(std::span<const Channel> channels, Task done) override;
    void unsubscribe(std::span<const Channel> channels) override;
    /// Inside a call of the listener it does not wait for that call.
    void listen(BusListener* listener) override;

private:
    std::shared_ptr<MemoryBusNetwork> network_;
    std::shared_ptr<Node> node_;  // shared with deliveries under way on other threads
};

}  // namespace chatcore
