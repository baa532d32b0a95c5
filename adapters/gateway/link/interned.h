#pragma once
// One object a key, shared by all who want it for as long as anybody holds it. Threads: one.

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace chatcore::gateway {

template <class Key, class Value>
class Interned {
public:
    /// The one of that key, or what `make(key)` gives: a shared pointer.
    template <class Make>
    std::shared_ptr<Value> of(Key key, Make make) {
        if (known_.size() >= sweep_at_) sweep();
        std::weak_ptr<Value>& known = known_[key];
        std::shared_ptr<Value> value = known.lock();
        if (!value) {
            value = make(std::move(key));
            known = value;
        }
        return value;
    }

private:
    /// Those that nobody holds go when there are twice as many as were left the last time.
    void sweep() {
        std::erase_if(known_, [](const auto& each) { return each.second.expired(); });
        sweep_at_ = std::max(kept_min, known_.size() * 2);
    }

    static constexpr std::size_t kept_min = 64;
    std::map<Key, std::weak_ptr<Value>> known_;
    std::size_t sweep_at_ = kept_min;
};

}  // namespace chatcore::gateway
