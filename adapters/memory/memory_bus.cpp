#include "chatcore/adapters/memory_bus.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace chatcore {

/// What waits for one listener, and whether somebody is delivering it. One thread delivers at a
/// time; others leave their events with it.
struct MemoryBus::Node : std::enable_shared_from_this<Node> {
    Node(Executor* on, std::size_t events_max) : executor(on), waiting_max(events_max) {}

    /// Whether the caller has to see to a delivery; else one is on its way, or nobody listens.
    bool add(std::vector<EventPtr>&& events) {
        const std::lock_guard lock(mutex);
        if (listener == nullptr) return false;
        const std::size_t room = waiting_max - std::min(waiting_max, waiting.size());
        if (lost || events.size() > room) {
            // Once something is lost, so is all that follows, until the listener knows of it: what
            // it hears is then without a hole up to each interruption.
            if (lost) events.clear();
            events.resize(std::min(events.size(), room));
            lost = true;
        }
        std::move(events.begin(), events.end(), std::back_inserter(waiting));
        return !std::exchange(delivering, true);
    }

    void see_to_delivery() {
        if (executor == nullptr) return deliver();
        executor->post([node = shared_from_this()] { node->deliver(); });
    }

    void deliver() {
        std::unique_lock lock(mutex);
        deliverer = std::this_thread::get_id();
        while (listener != nullptr && (!waiting.empty() || lost)) {
            BusListener* const to = listener;
            std::vector<EventPtr> events = std::exchange(waiting, {});
            const bool interrupted = std::exchange(lost, false);
            if (!events.empty()) {
                call(lock, [&] { to->heard(std::move(events)); });
            }
            // What was lost came after what was heard here, and before what waits by now. The
            // listener may have taken itself off meanwhile.
            if (interrupted && listener == to) {
                call(lock, [&] { to->interrupted(); });
            }
        }
        deliverer = {};
        delivering = false;
    }

    void listen(BusListener* to) {
        std::unique_lock lock(mutex);
        if (to == listener) return;
        listener = to;
        waiting.clear();
        lost = false;
        if (!calling || deliverer == std::this_thread::get_id()) return;
        call_ended.wait(lock, [this, call = calls] { return !calling || calls != call; });
    }

    Executor* const executor;
    const std::size_t waiting_max;
    std::unordered_set<Channel> channels;  ///< guarded by the network's mutex

private:
    template <class Callee>
    void call(std::unique_lock<std::mutex>& lock, Callee&& callee) {
        calling = true;
        ++calls;
        lock.unlock();
        callee();
        lock.lock();
        calling = false;
        call_ended.notify_all();
    }

    std::mutex mutex;  // guards what follows; not held while the listener is called
    std::condition_variable call_ended;
    BusListener* listener = nullptr;
    std::vector<EventPtr> waiting;
    bool lost = false;
    bool delivering = false;
    bool calling = false;
    std::uint64_t calls = 0;
    std::thread::id deliverer;
};

struct MemoryBusNetwork::State {
    explicit State(std::size_t events_max) : waiting_events_max(events_max) {}

    const std::size_t waiting_events_max;
    std::mutex mutex;  // also held while events are put before the nodes: all see one order
    std::unordered_map<Channel, std::vector<std::shared_ptr<MemoryBus::Node>>> subscribers;

    void unsubscribe(const std::shared_ptr<MemoryBus::Node>& node, Channel channel) {
        if (node->channels.erase(channel) == 0) return;
        const auto found = subscribers.find(channel);
        std::erase(found->second, node);
        if (found->second.empty()) subscribers.erase(found);
    }
};

MemoryBusNetwork::MemoryBusNetwork(std::size_t waiting_events_max)
    : state_(std::make_unique<State>(waiting_events_max)) {}

MemoryBusNetwork::~MemoryBusNetwork() = default;

MemoryBus::MemoryBus() : MemoryBus(std::make_shared<MemoryBusNetwork>()) {}

MemoryBus::MemoryBus(std::shared_ptr<MemoryBusNetwork> network)
    : network_(std::move(network)),
      node_(std::make_shared<Node>(nullptr, network_->state().waiting_events_max)) {}

MemoryBus::MemoryBus(std::shared_ptr<MemoryBusNetwork> network, Executor& executor)
    : network_(std::move(network)),
      node_(std::make_shared<Node>(&executor, network_->state().waiting_events_max)) {}

MemoryBus::~MemoryBus() {
    listen(nullptr);
    MemoryBusNetwork::State& network = network_->state();
    const std::lock_guard lock(network.mutex);
    const std::vector<Channel> channels(node_->channels.begin(), node_->channels.end());
    for (const Channel channel : channels) network.unsubscribe(node_, channel);
}

void MemoryBus::publish(std::span<const EventPtr> events) {
    MemoryBusNetwork::State& network = network_->state();
    std::vector<std::shared_ptr<Node>> due;
    {
        std::unordered_map<std::shared_ptr<Node>, std::vector<EventPtr>> parts;
        const std::lock_guard lock(network.mutex);
        if (network.subscribers.empty()) return;
        for (const EventPtr& event : events) {
            const auto found = network.subscribers.find(Channel::of(*event));
            if (found == network.subscribers.end()) continue;
            for (const std::shared_ptr<Node>& node : found->second) {
                if (node != node_) parts[node].push_back(event);
            }
        }
        for (auto& [node, part] : parts) {
            if (node->add(std::move(part))) due.push_back(node);
        }
    }
    for (const std::shared_ptr<Node>& node : due) node->see_to_delivery();
}

void MemoryBus::subscribe(std::span<const Channel> channels, Task done) {
    MemoryBusNetwork::State& network = network_->state();
    {
        const std::lock_guard lock(network.mutex);
        for (const Channel channel : channels) {
            if (node_->channels.insert(channel).second) {
                network.subscribers[channel].push_back(node_);
            }
        }
    }
    if (node_->executor == nullptr) return done();
    node_->executor->post(std::move(done));
}

void MemoryBus::unsubscribe(std::span<const Channel> channels) {
    MemoryBusNetwork::State& network = network_->state();
    const std::lock_guard lock(network.mutex);
    for (const Channel channel : channels) network.unsubscribe(node_, channel);
}

void MemoryBus::listen(BusListener* listener) {
    node_->listen(listener);
}

}  // namespace chatcore
