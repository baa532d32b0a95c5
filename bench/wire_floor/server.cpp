#include "wire_floor/server.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/digest.h"
#include "common/frame.h"
#include "common/json.h"

namespace bench {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;
constexpr std::string_view broadcast_head = R"({"type":"broadcast","roomId":)";

// What two reactors exchange: the room, the length, the payload.
struct PassedFrame {
    std::uint32_t room;
    std::uint32_t bytes;
};

std::uint32_t number_at(std::string_view text, std::size_t at) {
    std::uint32_t number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
    }
    return number < rooms_max ? number : 0;
}

void unmask(char* payload, std::size_t size, const char* key) {
    const std::array<char, 4> zero{};
    if (std::memcmp(key, zero.data(), 4) == 0) return;
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ key[i & 3U]);
}

}  // namespace

Reactor::Reactor(Shared& shared, std::uint32_t number, int listener)
    : shared_(shared),
      number_(number),
      listener_(listener),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      buffer_(read_bytes),
      rooms_(rooms_max),
      outboxes_(reactors_max) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &wake_;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
    if (listener_ >= 0) {
        event.data.ptr = this;
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener_, &event);
    }
}

void Reactor::run() {
    std::array<epoll_event, 1024> events;
    for (;;) {
        const int ready = ::epoll_wait(epoll_.get(), events.data(), events.size(), -1);
        for (int i = 0; i < ready; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.ptr == &wake_) {
                take_inbox();
            } else if (event.data.ptr == this) {
                accept_all();
            } else {
                auto& connection = *static_cast<Connection*>(event.data.ptr);
                if ((event.events & EPOLLOUT) != 0) write(connection);
                if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(connection);
            }
        }
        flush();
    }
}

void Reactor::accept_all() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Reactor& taker = *shared_.reactors[accepted_++ % shared_.reactors.size()];
        if (&taker == this) {
            add(fd);
        } else {
            taker.hand_over(fd);
        }
    }
}

void Reactor::add(int fd) {
    auto connection = std::make_unique<Connection>();
    connection->fd = Fd(fd);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection.get();
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
    connections_.emplace(connection.get(), std::move(connection));
}

void Reactor::hand_over(int fd) {
    const std::lock_guard lock(inbox_mutex_);
    inbox_fds_.push_back(fd);
    ::eventfd_write(wake_.get(), 1);
}

void Reactor::deliver(std::string_view frames) {
    const std::lock_guard lock(inbox_mutex_);
    inbox_frames_ += frames;
    ::eventfd_write(wake_.get(), 1);
}

void Reactor::take_inbox() {
    std::vector<int> fds;
    std::string frames;
    {
        const std::lock_guard lock(inbox_mutex_);
        eventfd_t count = 0;
        ::eventfd_read(wake_.get(), &count);
        fds.swap(inbox_fds_);
        frames.swap(inbox_frames_);
    }
    for (const int fd : fds) add(fd);
    for (std::size_t at = 0; at < frames.size();) {
        PassedFrame head{};
        std::memcpy(&head, frames.data() + at, sizeof head);
        at += sizeof head;
        append(head.room, std::string_view(frames).substr(at, head.bytes));
        at += head.bytes;
    }
}

void Reactor::read(Connection& connection) {
    if (!connection.fd) return;
    const std::size_t kept = connection.partial.size();
    if (kept + read_bytes / 2 > buffer_.size()) buffer_.resize(kept + read_bytes);
    std::memcpy(buffer_.data(), connection.partial.data(), kept);
    const ssize_t got =
        ::recv(connection.fd.get(), buffer_.data() + kept, buffer_.size() - kept, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        failed_.push_back(&connection);
        return;
    }
    const std::size_t have = kept + static_cast<std::size_t>(got);
    const std::size_t used = take(connection, buffer_.data(), have);
    connection.partial.assign(buffer_.data() + used, have - used);
}

std::size_t Reactor::take(Connection& connection, char* bytes, std::size_t size) {
    std::size_t used = 0;
    if (!connection.upgraded) {
        used = upgrade(connection, {bytes, size});
        if (used == 0) return 0;
    }
    Frame frame;
    while (read_frame(bytes + used, size - used, frame) && frame.size() <= size - used) {
        char* payload = bytes + used + frame.header_bytes;
        if (frame.masked) unmask(payload, frame.payload_bytes, payload - 4);
        const std::string_view text(payload, frame.payload_bytes);
        used += frame.size();
        if (frame.opcode == Opcode::close) {
            failed_.push_back(&connection);
            break;
        }
        if (frame.opcode != Opcode::text) continue;
        // A request that wants a reply begins with its id.
        if (text.size() > broadcast_head.size() && text[2] == 't') [[likely]] {
            broadcast(number_at(text, broadcast_head.size()), text);
        } else {
            answer(connection, text);
        }
    }
    return used;
}

std::size_t Reactor::upgrade(Connection& connection, std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const std::string_view key = header_value(bytes.substr(0, end + 2), "Sec-WebSocket-Key");
    connection.out += fmt::format(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        websocket_accept(key));
    connection.upgraded = true;
    write(connection);
    return end + 4;
}

void Reactor::broadcast(std::uint32_t room, std::string_view payload) {
    const std::uint32_t on = shared_.on_reactors[room].load(std::memory_order_relaxed);
    if ((on & (1U << number_)) != 0) append(room, payload);
    if ((on & ~(1U << number_)) == 0) return;
    const PassedFrame head{room, static_cast<std::uint32_t>(payload.size())};
    for (std::uint32_t i = 0; i < shared_.reactors.size(); ++i) {
        if (i == number_ || (on & (1U << i)) == 0) continue;
        outboxes_[i].append(reinterpret_cast<const char*>(&head), sizeof head);
        outboxes_[i] += payload;
    }
}

void Reactor::append(std::uint32_t number, std::string_view payload) {
    Room* room = rooms_[number].get();
    if (room == nullptr) return;
    room->append(payload);
    if (room->due) return;
    room->due = true;
    due_.push_back(room);
}

void Reactor::answer(Connection& connection, std::string_view request) {
    const auto id = json_integer(request, {"id"}).value_or(0);
    const std::string_view type = json_text(request, {"type"});
    std::string more;
    if (type == "hello") {
        more = R"(,"user":{"id":1},"session":"floor","heartbeatSeconds":25)";
    } else if (type == "create" || type == "open") {
        more = fmt::format(R"(,"room":{{"id":{}}})", shared_.next_room++);
    } else if (type == "attach") {
        const auto room = json_integer(request, {"roomId"}).value_or(0);
        if (room > 0 && room < rooms_max) attach(connection, static_cast<std::uint32_t>(room));
        more = R"(,"position":0)";
    }
    const std::string reply = fmt::format(R"({{"id":{},"type":"ok"{}}})", id, more);
    append_server_frame(connection.out, Opcode::text, reply);
    write(connection);
}

void Reactor::attach(Connection& connection, std::uint32_t number) {
    if (connection.room != nullptr) connection.room->leave(connection);
    if (!rooms_[number]) rooms_[number] = std::make_unique<Room>();
    rooms_[number]->join(connection);
    shared_.on_reactors[number].fetch_or(1U << number_);
}

void Reactor::write(Connection& connection) {
    if (!connection.fd) return;
    const Written written =
        connection.room != nullptr ? connection.room->write(connection) : write_answers(connection);
    if (written == Written::failed) failed_.push_back(&connection);
    if (written != Written::failed) watch(connection, written == Written::blocked);
}

void Reactor::watch(Connection& connection, bool for_writing) {
    if (connection.waits_to_write == for_writing) return;
    connection.waits_to_write = for_writing;
    epoll_event event{};
    event.events = for_writing ? std::uint32_t{EPOLLIN} | EPOLLOUT : std::uint32_t{EPOLLIN};
    event.data.ptr = &connection;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.fd.get(), &event);
}

void Reactor::flush() {
    for (std::uint32_t i = 0; i < shared_.reactors.size(); ++i) {
        if (outboxes_[i].empty()) continue;
        shared_.reactors[i]->deliver(outboxes_[i]);
        outboxes_[i].clear();
    }
    for (Room* room : due_) room->write_all(failed_, blocked_);
    due_.clear();
    for (Connection* connection : blocked_) watch(*connection, true);
    blocked_.clear();
    for (Connection* connection : failed_) close(*connection);
    failed_.clear();
}

void Reactor::close(Connection& connection) {
    const auto found = connections_.find(&connection);
    if (found == connections_.end()) return;  // failed twice in one tick
    if (connection.room != nullptr) connection.room->leave(connection);
    connections_.erase(found);
}

}  // namespace bench
