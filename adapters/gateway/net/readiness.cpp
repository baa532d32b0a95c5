#include "gateway/net/readiness.h"

#include <array>

#include <sys/epoll.h>

namespace chatcore::gateway {

namespace {

/// Served between two looks at Asio's own queue. More would let timers and tasks of other threads
/// wait.
constexpr int ready_a_turn = 1'024;

std::uint32_t events_of(bool read, bool write) {
    return (read ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
           (write ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}

}  // namespace

Readiness::Readiness(asio::io_context& io, Ready ready)
    : set_(io, ::epoll_create1(EPOLL_CLOEXEC)), ready_(std::move(ready)) {
    wait();
}

bool Readiness::add(int socket, std::uint64_t token) {
    epoll_event event{};
    event.events = events_of(true, false);
    event.data.u64 = token;
    return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void Readiness::watch(int socket, std::uint64_t token, bool read, bool write) {
    epoll_event event{};
    event.events = events_of(read, write);
    event.data.u64 = token;
    ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, socket, &event);
}

void Readiness::remove(int socket) {
    ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
}

void Readiness::wait() {
    set_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [this](const std::error_code& error) {
                        if (error) return;
                        serve();
                        wait();
                    });
}

void Readiness::serve() {
    std::array<epoll_event, ready_a_turn> events;
    const int count = ::epoll_wait(set_.native_handle(), events.data(), ready_a_turn, 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        // An error or a hang-up is found by whoever reads or writes next.
        const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        ready_(event.data.u64, broken || (event.events & EPOLLIN) != 0,
               broken || (event.events & EPOLLOUT) != 0);
    }
}

}  // namespace chatcore::gateway
