#pragma once
// The least work that a chat server can do for the same connections: no accounts, no membership, no
// JSON. A broadcast frame is looked at for its length and its room's number and goes out as it
// came, gathered per tick. Nothing that does more per message, or writes more often, can be faster;
// so it is what chatd is measured against. Threads: a Reactor runs on one thread; `hand_over` and
// `deliver` are called from the others.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sys/epoll.h>

#include "wire_floor/room.h"

namespace bench {

inline constexpr std::uint32_t rooms_max = 65'536;
inline constexpr std::uint32_t reactors_max = 32;

class Reactor;

/// What the reactors share: who they are, the next room's number, and which of them have members in
/// a room.
struct Shared {
    std::vector<std::unique_ptr<Reactor>> reactors;
    std::atomic<std::uint32_t> next_room = 1;
    std::vector<std::atomic<std::uint32_t>> on_reactors =
        std::vector<std::atomic<std::uint32_t>>(rooms_max);
};

class Reactor {
public:
    /// The first reactor is given the listening socket and shares out what it accepts.
    Reactor(Shared& shared, std::uint32_t number, int listener);
    [[noreturn]] void run();

private:
    void hand_over(int fd);
    void deliver(std::string_view frames);

    void accept_all();
    void add(int fd);
    void take_inbox();
    void read(Connection& connection);
    /// How many bytes were used; the connection may have failed.
    std::size_t take(Connection& connection, char* bytes, std::size_t size);
    std::size_t upgrade(Connection& connection, std::string_view bytes);
    void broadcast(std::uint32_t room, std::string_view payload);
    void answer(Connection& connection, std::string_view request);
    void attach(Connection& connection, std::uint32_t room);
    void append(std::uint32_t room, std::string_view payload);
    void write(Connection& connection);
    void watch(Connection& connection, bool for_writing);
    void flush();
    void close(Connection& connection);

    Shared& shared_;
    const std::uint32_t number_;
    const int listener_;
    Fd epoll_;
    Fd wake_;
    std::vector<char> buffer_;
    std::vector<std::unique_ptr<Room>> rooms_;  // by number; empty where nobody here is a member
    std::vector<Room*> due_;
    std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> failed_;
    std::vector<Connection*> blocked_;
    std::uint64_t accepted_ = 0;
    std::vector<std::string> outboxes_;  // by reactor: frames for its members of rooms

    std::mutex inbox_mutex_;
    std::vector<int> inbox_fds_;
    std::string inbox_frames_;
};

}  // namespace bench
