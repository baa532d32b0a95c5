#include "faulty_bus.h"

#include <algorithm>
#include <map>

namespace chatcore::simulation {

namespace {

/// What can be found again by looking at the store. Nothing makes up for the rest.
bool may_be_lost(const Event& event) {
    return !std::holds_alternative<ReadMoved>(event.what) &&
           !std::holds_alternative<TokensRevoked>(event.what);
}

/// The event as a bus would bring it that lies about what went before.
EventPtr without_gap(const EventPtr& event) {
    const auto* what = std::get_if<RoomEvent>(&event->what);
    if (what == nullptr) return event;
    RoomEvent told = *what;
    told.prev = told.known = Position{};
    return std::make_shared<const Event>(Event{std::move(told)});
}

}  // namespace

class FaultyNetwork::End final : public Bus {
public:
    End(FaultyNetwork& network, Life& life) : network_(network), life_(life) {
        network_.ends_.push_back(this);
    }
    ~End() override { std::erase(network_.ends_, this); }

    void publish(std::span<const EventPtr> events) override {
        if (life_.dying) return;
        Setting& setting = network_.setting_;
        for (const EventPtr& event : events) {
            const Channel channel = Channel::of(*event);
            for (End* end : network_.ends_) {
                if (end != this) end->take(channel, event);
            }
            if (setting.trips(setting.faults.crash_in_publish)) {
                setting.trace("  the node dies while it publishes");
                life_.dying = true;
                return;
            }
        }
    }
    void subscribe(std::span<const Channel> channels, Task done) override {
        if (life_.dying) return;
        pending_.push_back({{channels.begin(), channels.end()}, std::move(done), true});
    }
    void unsubscribe(std::span<const Channel> channels) override {
        if (life_.dying) return;
        pending_.push_back({{channels.begin(), channels.end()}, Task{}, false});
    }
    void listen(BusListener* listener) override { listener_ = listener; }

    bool waits() const {
        return listener_ != nullptr && !life_.dying &&
               (!pending_.empty() || !waiting_.empty() || interrupted_);
    }

    void step() {
        Setting& setting = network_.setting_;
        const std::size_t choices =
            waiting_.size() + (pending_.empty() ? 0 : 1) + (interrupted_ ? 1 : 0);
        std::size_t choice = setting.dice.below(choices);
        if (choice < waiting_.size()) return bring(choice);
        choice -= waiting_.size();
        if (choice == 0 && !pending_.empty()) return take_hold();
        interrupted_ = false;
        setting.trace("  the bus was interrupted");
        listener_->interrupted();
    }

private:
    struct Pending {
        std::vector<Channel> channels;
        Task done;
        bool adds = true;
    };

    void take(Channel channel, const EventPtr& event) {
        Setting& setting = network_.setting_;
        if (life_.dying || listener_ == nullptr || !subscribed_.contains(channel)) return;
        if (setting.breach == Breach::hides_block_moves &&
            std::holds_alternative<BlocksMoved>(event->what))
            return;
        if (may_be_lost(*event) && setting.trips(setting.faults.bus_loses)) return;
        if (setting.trips(setting.faults.bus_interrupts)) {
            interrupted_ = true;
            return;
        }
        waiting_[channel].push_back(setting.breach == Breach::hides_gaps ? without_gap(event)
                                                                         : event);
    }
    void bring(std::size_t choice) {
        auto it = waiting_.begin();
        std::advance(it, static_cast<std::ptrdiff_t>(choice));
        auto& queue = it->second;
        const auto count =
            static_cast<std::ptrdiff_t>(1 + network_.setting_.dice.below(queue.size()));
        std::vector<EventPtr> events(queue.begin(), queue.begin() + count);
        queue.erase(queue.begin(), queue.begin() + count);
        const bool hears = subscribed_.contains(it->first);
        if (queue.empty()) waiting_.erase(it);
        if (hears) listener_->heard(std::move(events));
    }
    void take_hold() {
        Pending pending = std::move(pending_.front());
        pending_.pop_front();
        for (Channel channel : pending.channels) {
            if (pending.adds) {
                subscribed_.insert(channel);
            } else {
                subscribed_.erase(channel);
            }
        }
        if (pending.done) pending.done();
    }

    FaultyNetwork& network_;
    Life& life_;
    BusListener* listener_ = nullptr;
    std::set<Channel> subscribed_;
    std::deque<Pending> pending_;
    std::map<Channel, std::deque<EventPtr>> waiting_;
    bool interrupted_ = false;
};

std::unique_ptr<Bus> FaultyNetwork::join(Life& life) {
    return std::make_unique<End>(*this, life);
}

bool FaultyNetwork::step() {
    std::vector<End*> waiting;
    std::copy_if(ends_.begin(), ends_.end(), std::back_inserter(waiting),
                 [](const End* end) { return end->waits(); });
    if (waiting.empty()) return false;
    setting_.dice.one_of(waiting)->step();
    return true;
}

}  // namespace chatcore::simulation
