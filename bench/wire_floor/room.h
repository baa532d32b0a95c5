#pragma once
// What the floor writes: per room one run of bytes, appended to as messages come, of which every
// member is sent what it has not got yet, in one write. Threads: a room and its connections belong
// to one thread; a room with members on several threads exists on each.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/net.h"

namespace bench {

class Room;

struct Connection {
    Fd fd;
    bool upgraded = false;
    bool waits_to_write = false;  ///< the socket took less than it was given
    Room* room = nullptr;
    std::uint64_t sent = 0;  ///< how far into the room's bytes it has come
    std::string out;         ///< answers to it alone
    std::string partial;     ///< the beginning of a frame whose end has not come
};

enum class Written { all, blocked, failed };

class Room {
public:
    void join(Connection& connection);
    void leave(Connection& connection);
    /// Appends a message as a ready-made frame.
    void append(std::string_view payload);
    /// Sends every member that can take it what has gathered; the failed ones are appended to
    /// `failed`.
    void write_all(std::vector<Connection*>& failed, std::vector<Connection*>& blocked);
    /// Sends one connection what it has not got: first the room's bytes, then its own answers.
    Written write(Connection& connection);

    bool due = false;  ///< has bytes that were not yet written to its members

private:
    void forget_what_all_have();

    std::string bytes_;
    std::uint64_t first_ = 0;  // the position of bytes_[0] among all the room ever had
    std::vector<Connection*> members_;
};

/// Sends the connection's own answers; for one that is in no room.
Written write_answers(Connection& connection);

}  // namespace bench
