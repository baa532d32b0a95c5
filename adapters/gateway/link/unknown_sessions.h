#pragma once
// How many sessions that outlive their connections each address has, as long as nobody has logged
// in on them. They cost a request each and no connection, so without a bound one address could
// begin all that there may be. Threads: any.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace chatcore::gateway {

class UnknownSessions {
public:
    /// One of an address's sessions, until it logs in or ends: then this goes. Holds nothing where
    /// none is counted.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept
            : of_(std::exchange(other.of_, nullptr)), address_(std::move(other.address_)) {}
        Place& operator=(Place&& other) noexcept {
            leave();
            of_ = std::exchange(other.of_, nullptr);
            address_ = std::move(other.address_);
            return *this;
        }
        ~Place() { leave(); }
        void leave() {
            if (auto* const of = std::exchange(of_, nullptr)) of->left(address_);
        }

    private:
        friend class UnknownSessions;
        Place(UnknownSessions& of, std::string address) : of_(&of), address_(std::move(address)) {}

        UnknownSessions* of_ = nullptr;
        std::string address_;
    };

    /// Whether the address, as IpAddress::network() gives it, may have one more, which `place` then
    /// stands for. Who has no address may always; `at_most` 0: everybody may.
    bool take(const std::string& address, int at_most, Place& place) {
        if (address.empty() || at_most <= 0) return true;
        {
            const std::lock_guard lock(mutex_);
            int& count = counts_[address];
            if (count >= at_most) return false;
            ++count;
        }
        place = Place(*this, address);
        return true;
    }

private:
    void left(const std::string& address) {
        const std::lock_guard lock(mutex_);
        const auto found = counts_.find(address);
        if (found != counts_.end() && --found->second <= 0) counts_.erase(found);
    }

    std::mutex mutex_;
    std::unordered_map<std::string, int> counts_;
};

}  // namespace chatcore::gateway
