#pragma once
// What goes through each front door, for who runs the server. Every loop counts by itself, and
// whoever asks adds them up.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "chatcore/adapters/gateway.h"

namespace chatcore::gateway {

/// The front doors by what their clients speak: those of plain requests, the carriers of sessions,
/// and those that tell events. `none`: what is of no door, as health, and addresses that are not
/// served.
enum class Door : std::uint8_t {
    none,
    v1,
    consultation,
    marketplace,
    storefront,
    messenger,
    native,
    stomp,
    sockjs,
    socketio,
    events,
    serverpod
};
inline constexpr std::size_t door_count =
    std::size_t{static_cast<std::size_t>(Door::serverpod)} + 1;

/// As it is called in figures.
std::string_view name_of(Door door);

/// One loop's share. Threads: counted on the loop's only, read by any; a reader may miss what is
/// being counted in its moment.
class DoorCounts {
public:
    void requested(Door door) { add(cell(door).requests, 1); }
    void came(Door door) { add(cell(door).sessions, 1); }
    void went(Door door) { add(cell(door).sessions, -1); }
    void told(Door door, std::size_t events) {
        add(cell(door).events, static_cast<std::int64_t>(events));
    }
    /// Adds what was counted to `figures`, of which there is one for each door, in their order.
    void add_to(std::span<DoorFigures> figures) const;

private:
    struct Cell {
        std::atomic<std::int64_t> requests{0};
        std::atomic<std::int64_t> sessions{0};
        std::atomic<std::int64_t> events{0};
    };

    Cell& cell(Door door) { return cells_[static_cast<std::size_t>(door)]; }
    /// No locked instruction: nobody else writes.
    static void add(std::atomic<std::int64_t>& to, std::int64_t n) {
        to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }

    std::array<Cell, door_count> cells_;
};

/// A session at a door, counted for as long as it is. Threads: the loop's, which it never leaves.
template <Door door>
class CountedSession {
public:
    explicit CountedSession(DoorCounts& counts) : counts_(counts) { counts_.came(door); }
    ~CountedSession() { counts_.went(door); }
    CountedSession(const CountedSession&) = delete;
    CountedSession& operator=(const CountedSession&) = delete;

    void told(std::size_t events = 1) { counts_.told(door, events); }

private:
    DoorCounts& counts_;
};

}  // namespace chatcore::gateway
