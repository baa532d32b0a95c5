#pragma once
// Which sockets of a loop can be read or written: an epoll set of our own, which Asio waits for as
// one descriptor.
//
// Asio's own way costs an epoll_ctl(2) and an operation object for every wait of every socket, and
// gives at most 128 ready ones at a time. Here a socket is registered once (level-triggered,
// epoll(7)), all that are ready are served in one go, and what they say goes out with the same
// tick.
// Threads: the loop's.

#include <cstdint>
#include <functional>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

namespace chatcore::gateway {

class Readiness {
public:
    /// `ready(token, readable, writable)` is called for each socket; the token is the one it was
    /// added with.
    using Ready = std::function<void(std::uint64_t token, bool readable, bool writable)>;

    Readiness(asio::io_context& io, Ready ready);

    /// False where the kernel refuses (descriptors or memory are out).
    bool add(int socket, std::uint64_t token);
    void watch(int socket, std::uint64_t token, bool read, bool write);
    void remove(int socket);

private:
    void wait();
    void serve();

    asio::posix::stream_descriptor set_;
    Ready ready_;
};

}  // namespace chatcore::gateway
