#pragma once
// Which channels of the bus this node listens to, counted over its shards.
// Threads: any; one lock, held for a look-up.

#include <memory>
#include <mutex>
#include <unordered_map>

#include "chatcore/ports/bus.h"

namespace chatcore {

class Subscriptions {
public:
    explicit Subscriptions(Bus& bus) : bus_(bus) {}

    void add(Channel channel) {
        const std::lock_guard lock(mutex_);
        if (counts_[channel]++ == 0) bus_.subscribe({&channel, 1}, [] {});
    }
    /// `done` is called once the channel is heard, on any thread, maybe within this call; never
    /// after `stop`.
    void add(Channel channel, Task done) {
        const std::lock_guard lock(mutex_);
        ++counts_[channel];
        bus_.subscribe({&channel, 1}, [gate = gate_, done = std::move(done)]() mutable {
            const std::lock_guard passing(gate->mutex);
            if (gate->open) done();
        });
    }
    void remove(Channel channel) {
        const std::lock_guard lock(mutex_);
        const auto it = counts_.find(channel);
        if (it == counts_.end() || --it->second > 0) return;
        counts_.erase(it);
        bus_.unsubscribe({&channel, 1});
    }

    void stop() {
        const std::lock_guard lock(gate_->mutex);
        gate_->open = false;
    }

private:
    /// Shared with answers that the bus may give after the engine has gone.
    struct Gate {
        std::mutex mutex;
        bool open = true;
    };

    Bus& bus_;
    std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
    std::mutex mutex_;
    std::unordered_map<Channel, int> counts_;
};

}  // namespace chatcore
