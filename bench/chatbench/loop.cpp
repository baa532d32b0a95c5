#include "chatbench/loop.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>

#include "common/digest.h"

namespace bench {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;
// A frame longer than this is no answer to anything the generator asks.
constexpr std::size_t frame_bytes_max = 8 * 1024 * 1024;

}  // namespace

Loop::Loop(const Endpoint& target, std::string handshake)
    : target_(target),
      handshake_(std::move(handshake)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      events_(1024),
      buffer_(read_bytes) {
    if (!epoll_) die(fmt::format("epoll: {}", std::strerror(errno)));
}

bool Loop::open(Client& client, std::uint32_t source) {
    client.fd = start_connecting(target_, source);
    if (!client.fd) {
        client.state = ClientState::closed;
        return false;
    }
    client.state = ClientState::connecting;
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.ptr = &client;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.fd.get(), &event) == 0;
}

void Loop::close(Client& client) {
    client.state = ClientState::closed;
    client.fd.reset();
    client.out = {};
    client.out_at = 0;
    client.partial = {};
}

int Loop::wait(std::int64_t wait_ns) {
    const timespec limit{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
    const int ready = ::epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                     &limit, nullptr);
    return ready < 0 ? 0 : ready;
}

bool Loop::finish_connecting(Client& client) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(client.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        close(client);
        return false;
    }
    client.state = ClientState::handshaking;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &client;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.fd.get(), &event);
    // 200 bytes always fit into a fresh socket.
    return ::send(client.fd.get(), handshake_.data(), handshake_.size(), MSG_NOSIGNAL) > 0;
}

std::size_t Loop::finish_handshake(Client& client, std::string_view bytes) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string_view::npos) {
        client.partial.assign(bytes);
        return 0;
    }
    const std::string_view head = bytes.substr(0, head_end + 2);
    static const std::string accept = websocket_accept("Y2hhdGJlbmNoY2hhdGJlbg==");
    if (!head.starts_with("HTTP/1.1 101 ") ||
        header_value(head, "Sec-WebSocket-Accept") != accept) {
        unsigned status = 0;
        if (head.size() > 12) std::from_chars(head.data() + 9, head.data() + 12, status);
        close(client);
        client.close_code = static_cast<std::uint16_t>(status);
        return 0;
    }
    client.state = ClientState::open;
    return head_end + 4;
}

std::size_t Loop::receive(Client& client) {
    const std::size_t kept = client.partial.size();
    if (kept + read_bytes / 2 > buffer_.size()) buffer_.resize(kept + read_bytes);
    std::memcpy(buffer_.data(), client.partial.data(), kept);
    const ssize_t got = ::recv(client.fd.get(), buffer_.data() + kept, buffer_.size() - kept, 0);
    if (got > 0 && kept <= frame_bytes_max) {
        client.partial.clear();
        bytes_read_ += static_cast<std::uint64_t>(got);
        return kept + static_cast<std::size_t>(got);
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    close(client);
    return 0;
}

bool Loop::write(Client& client) {
    if (client.state != ClientState::open) return true;
    while (client.out_at < client.out.size()) {
        const ssize_t sent = ::send(client.fd.get(), client.out.data() + client.out_at,
                                    client.out.size() - client.out_at, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            close(client);
            return false;
        }
        if (sent < 0) break;
        client.out_at += static_cast<std::size_t>(sent);
    }
    const bool all = client.out_at == client.out.size();
    if (all) {
        client.out.clear();
        client.out_at = 0;
    }
    if (all == client.waits_to_write) {
        client.waits_to_write = !all;
        epoll_event event{};
        event.events = all ? std::uint32_t{EPOLLIN} : std::uint32_t{EPOLLIN} | EPOLLOUT;
        event.data.ptr = &client;
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.fd.get(), &event);
    }
    return true;
}

bool Loop::control_frame(Client& client, const Frame& frame, std::string_view payload) {
    if (frame.opcode == Opcode::ping) {
        append_client_frame(output(client), Opcode::pong, payload);
        return true;
    }
    if (frame.opcode == Opcode::pong) return true;
    std::uint16_t code = 1005;
    if (frame.opcode == Opcode::close && payload.size() >= 2) {
        const auto high = static_cast<std::uint8_t>(payload[0]);
        code = static_cast<std::uint16_t>((high << 8) | static_cast<std::uint8_t>(payload[1]));
    }
    close(client);
    client.close_code = code;
    return false;
}

}  // namespace bench
