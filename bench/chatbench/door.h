#pragma once
// How a client of one of the front doors speaks: its way in, a post, and what a delivered message
// looks like. Stateless; any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "chatbench/people.h"

namespace bench {

/// How far a client is on its way in.
struct Entrance {
    std::size_t number = 0;  ///< of the client, among all of the run
    int step = 0;
    bool in = false;  ///< authenticated, and following its room where it has one
};

class Door {
public:
    virtual ~Door() = default;

    /// The request that opens the WebSocket.
    [[nodiscard]] virtual std::string handshake(std::string_view host) const = 0;
    /// What is said when it is open; empty where the server speaks first.
    [[nodiscard]] virtual std::string greeting(const Person& person) const = 0;
    /// What is said to a message on the way in; empty: nothing. `room` of 0: none is followed, but
    /// what a client hears of that only waits. Ends the program where it is a refusal.
    [[nodiscard]] virtual std::string answer(Entrance& entrance, std::string_view message,
                                             const Person& person, std::int64_t room) const = 0;
    /// A post into a room that it follows; the content needs no escaping.
    [[nodiscard]] virtual std::string post(std::int64_t room, std::string_view content) const = 0;
    /// Whether that is a post delivered.
    [[nodiscard]] virtual bool is_delivery(std::string_view message) const = 0;
    /// What answers the protocol's own pings; empty: that is none.
    [[nodiscard]] virtual std::string_view pong(std::string_view message) const = 0;
};

/// "native"; "stomp", whose clients name their subscriptions alike, and "stomp-own", where each has
/// a name of its own; "socketio".
const Door& door_named(std::string_view name);

}  // namespace bench
