#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <doctest/doctest.h>

#include "chatcore/adapters/memory_bus.h"
#include "chatcore/adapters/thread_executor.h"

#include "contract/bus_contract.h"

using namespace chatcore;
using namespace std::chrono_literals;

namespace {

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(200us);
    }
    return true;
}

/// Small enough for the contract's rush to overflow it.
constexpr std::size_t waiting_events_max = 2'000;

class MemoryOnCallers final : public contract::BusSubject {
public:
    Bus& node(int number) override { return nodes_[static_cast<std::size_t>(number)]; }
    bool work_until(const std::function<bool()>& condition) override {
        return wait_until(condition, 20s);
    }
    void settle() override {}  // delivered by the time publish returns

private:
    std::shared_ptr<MemoryBusNetwork> network_ =
        std::make_shared<MemoryBusNetwork>(waiting_events_max);
    std::array<MemoryBus, 3> nodes_ = {MemoryBus(network_), MemoryBus(network_),
                                       MemoryBus(network_)};
};

class MemoryOnExecutors final : public contract::BusSubject {
public:
    Bus& node(int number) override { return nodes_[static_cast<std::size_t>(number)]; }
    bool work_until(const std::function<bool()>& condition) override {
        return wait_until(condition, 20s);
    }
    void settle() override {
        // A task posted now runs after every delivery posted so far.
        for (ThreadExecutor& executor : executors_) {
            std::atomic<bool> reached = false;
            executor.post([&] { reached = true; });
            wait_until([&] { return reached.load(); }, 20s);
        }
    }

private:
    std::shared_ptr<MemoryBusNetwork> network_ =
        std::make_shared<MemoryBusNetwork>(waiting_events_max);
    std::array<ThreadExecutor, 3> executors_;
    std::array<MemoryBus, 3> nodes_ = {MemoryBus(network_, executors_[0]),
                                       MemoryBus(network_, executors_[1]),
                                       MemoryBus(network_, executors_[2])};
};

enum class Fault {
    none,
    loses_silently,
    reorders,
    repeats,
    echoes,
    ignores_subscriptions,
    counts_subscriptions,
    never_done,
    nests_calls,
    keeps_listeners,
    returns_early,
    forgets_a_field,
    mixes_channels,
};

/// A bus that delivers on the publisher's thread, with a fault of one's choice. Without one it
/// keeps the contract: by a queue for all nodes, worked off by one thread at a time.
class FaultyBuses final : public contract::BusSubject {
public:
    explicit FaultyBuses(Fault fault)
        : fault_(fault), nodes_{Node(*this, 0), Node(*this, 1), Node(*this, 2)} {}

    Bus& node(int number) override { return nodes_[static_cast<std::size_t>(number)]; }
    bool work_until(const std::function<bool()>& condition) override {
        return wait_until(condition, fault_ == Fault::none ? 20s : 60ms);
    }
    void settle() override {}

private:
    class Node final : public Bus {
    public:
        Node(FaultyBuses& all, int number) : all_(all), number_(number) {}
        void publish(std::span<const EventPtr> events) override { all_.publish(number_, events); }
        void subscribe(std::span<const Channel> channels, Task done) override {
            {
                const std::lock_guard lock(all_.mutex_);
                for (const Channel channel : channels) ++subscribed_[all_.key(channel)];
            }
            if (all_.fault_ != Fault::never_done) done();
        }
        void unsubscribe(std::span<const Channel> channels) override {
            const std::lock_guard lock(all_.mutex_);
            for (const Channel channel : channels) {
                int& count = subscribed_[all_.key(channel)];
                count = all_.fault_ == Fault::counts_subscriptions ? std::max(0, count - 1) : 0;
            }
        }
        void listen(BusListener* listener) override {
            const bool waits = all_.fault_ != Fault::returns_early &&
                               all_.deliverer_.load() != std::this_thread::get_id();
            std::unique_lock calls(calls_, std::defer_lock);
            if (waits) calls.lock();
            const std::lock_guard lock(all_.mutex_);
            if (all_.fault_ == Fault::keeps_listeners && listener != nullptr &&
                listener_ != nullptr) {
                return;
            }
            listener_ = listener;
        }

        FaultyBuses& all_;
        int number_;
        std::map<Channel, int> subscribed_;
        BusListener* listener_ = nullptr;
        std::recursive_mutex calls_;
    };

    struct Delivery {
        Node* to;
        EventPtr event;
    };

    Channel key(Channel channel) const {
        if (fault_ == Fault::mixes_channels) channel.kind = Channel::Kind::room;
        return channel;
    }

    void publish(int from, std::span<const EventPtr> events) {
        std::vector<EventPtr> sent(events.begin(), events.end());
        if (fault_ == Fault::reorders) std::reverse(sent.begin(), sent.end());
        {
            const std::lock_guard lock(mutex_);
            for (const EventPtr& event : sent) {
                if (fault_ == Fault::loses_silently && ++published_ % 300 == 0) continue;
                put(from, event);
            }
            const bool nested = deliverer_.load() == std::this_thread::get_id();
            if (delivering_ && !(nested && fault_ == Fault::nests_calls)) return;
            delivering_ = true;
        }
        deliver();
    }

    void put(int from, const EventPtr& event) {
        for (Node& node : nodes_) {
            if (node.number_ == from && fault_ != Fault::echoes) continue;
            const auto found = node.subscribed_.find(key(Channel::of(*event)));
            const bool subscribed = found != node.subscribed_.end() && found->second > 0;
            if (!subscribed && fault_ != Fault::ignores_subscriptions) continue;
            const int times = fault_ == Fault::repeats ? 2 : 1;
            for (int i = 0; i < times; ++i) queue_.push_back({&node, event});
        }
    }

    void deliver() {
        deliverer_ = std::this_thread::get_id();
        std::unique_lock lock(mutex_);
        while (!queue_.empty()) {
            Delivery next = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            call(next);
            lock.lock();
        }
        deliverer_ = std::thread::id{};
        delivering_ = false;
    }

    void call(Delivery& next) {
        const std::lock_guard calls(next.to->calls_);
        BusListener* listener = nullptr;
        {
            const std::lock_guard lock(mutex_);
            listener = next.to->listener_;
        }
        if (listener == nullptr) return;
        if (fault_ == Fault::forgets_a_field) {
            Event changed = *next.event;
            if (auto* event = std::get_if<RoomEvent>(&changed.what)) {
                std::get<Message>(event->states.front()).metadata.clear();
            }
            next.event = std::make_shared<const Event>(changed);
        }
        listener->heard({next.event});
    }

    Fault fault_;
    std::mutex mutex_;
    std::array<Node, 3> nodes_;
    std::deque<Delivery> queue_;
    bool delivering_ = false;
    std::atomic<std::thread::id> deliverer_;
    int published_ = 0;
};

template <class Subject, class... Args>
contract::Findings findings_of(Args... args) {
    return contract::check_bus_contract([=] { return std::make_unique<Subject>(args...); });
}

}  // namespace

TEST_SUITE("bus contract") {
    TEST_CASE("the memory bus keeps it, delivering on the threads that publish") {
        const auto findings = findings_of<MemoryOnCallers>();
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("the memory bus keeps it, delivering on executors") {
        const auto findings = findings_of<MemoryOnExecutors>();
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("a double without a fault keeps it") {
        const auto findings = findings_of<FaultyBuses>(Fault::none);
        INFO(findings.to_string());
        CHECK(findings.clean());
    }

    TEST_CASE("each broken bus is found out") {
        const auto broke = [](Fault fault, std::string_view clause) {
            return findings_of<FaultyBuses>(fault).broke(clause);
        };
        CHECK(broke(Fault::loses_silently, "order"));
        CHECK(broke(Fault::loses_silently, "losses"));
        CHECK(broke(Fault::reorders, "order"));
        CHECK(broke(Fault::repeats, "order"));
        CHECK(broke(Fault::repeats, "all others"));
        CHECK(broke(Fault::echoes, "not oneself"));
        CHECK(broke(Fault::ignores_subscriptions, "subscriptions"));
        CHECK(broke(Fault::counts_subscriptions, "subscriptions"));
        CHECK(broke(Fault::never_done, "order"));
        CHECK(broke(Fault::nests_calls, "listeners may publish"));
        CHECK(broke(Fault::keeps_listeners, "listening ends"));
        CHECK(broke(Fault::returns_early, "the call under way"));
        CHECK(broke(Fault::forgets_a_field, "every kind"));
        CHECK(broke(Fault::mixes_channels, "subscriptions"));
    }
}
