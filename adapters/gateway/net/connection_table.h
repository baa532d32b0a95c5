#pragma once
// The connections of a loop, each found by a token that is never used again: what the kernel
// reports for a socket that was closed a moment before must not reach the one that has its place
// now.
// Threads: the loop's.

#include <cstdint>
#include <memory>
#include <vector>

namespace chatcore::gateway {

class Connection;

class ConnectionTable {
public:
    std::uint64_t add(std::shared_ptr<Connection> connection) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(places_.size()));
            places_.emplace_back();
        }
        const std::uint32_t place = free_.back();
        free_.pop_back();
        places_[place].connection = std::move(connection);
        ++count_;
        return std::uint64_t{places_[place].turn} << 32 | place;
    }

    /// nullptr where it has gone.
    const std::shared_ptr<Connection>& find(std::uint64_t token) const {
        static const std::shared_ptr<Connection> none;
        const Place& place = places_[token & 0xFFFFFFFFU];
        return place.turn == token >> 32 ? place.connection : none;
    }

    void remove(std::uint64_t token) {
        Place& place = places_[token & 0xFFFFFFFFU];
        place.connection.reset();
        ++place.turn;
        --count_;
        free_.push_back(static_cast<std::uint32_t>(token & 0xFFFFFFFFU));
    }

    /// All of them now; they may go while the caller goes through the list.
    std::vector<std::shared_ptr<Connection>> all() const {
        std::vector<std::shared_ptr<Connection>> all;
        all.reserve(count_);
        for (const Place& place : places_) {
            if (place.connection) all.push_back(place.connection);
        }
        return all;
    }

private:
    struct Place {
        std::shared_ptr<Connection> connection;
        std::uint32_t turn = 0;
    };
    std::vector<Place> places_;
    std::vector<std::uint32_t> free_;
    std::size_t count_ = 0;
};

}  // namespace chatcore::gateway
