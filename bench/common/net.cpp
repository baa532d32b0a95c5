#include "common/net.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

sockaddr_in socket_address(std::uint32_t address, std::uint16_t port) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(address);
    in.sin_port = htons(port);
    return in;
}

void set_option(int fd, int level, int name) {
    const int on = 1;
    ::setsockopt(fd, level, name, &on, sizeof on);
}

}  // namespace

void Fd::reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string host(text.substr(0, colon));
    if (host == "localhost") host = "127.0.0.1";
    in_addr address{};
    if (::inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return Endpoint{ntohl(address.s_addr), port};
}

std::string to_string(const Endpoint& endpoint) {
    return fmt::format("{}.{}.{}.{}:{}", endpoint.address >> 24, (endpoint.address >> 16) & 255U,
                       (endpoint.address >> 8) & 255U, endpoint.address & 255U, endpoint.port);
}

std::int64_t now_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Fd start_connecting(const Endpoint& target, std::uint32_t source) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return fd;
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    if (source != 0) {
        // The port is chosen at connect, so that it need be free only towards this target (ip(7)).
        set_option(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
        const sockaddr_in from = socket_address(source, 0);
        if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) return {};
    }
    const sockaddr_in to = socket_address(target.address, target.port);
    const int result = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (result != 0 && errno != EINPROGRESS) return {};
    return fd;
}

Fd connect_blocking(const Endpoint& target) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return fd;
    set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    const sockaddr_in to = socket_address(target.address, target.port);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return {};
    return fd;
}

Fd listen_at(Endpoint& endpoint) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return fd;
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
    sockaddr_in at = socket_address(endpoint.address, endpoint.port);
    socklen_t size = sizeof at;
    auto* generic = reinterpret_cast<sockaddr*>(&at);
    if (::bind(fd.get(), generic, size) != 0 || ::listen(fd.get(), 4096) != 0) return {};
    if (::getsockname(fd.get(), generic, &size) != 0) return {};
    endpoint.port = ntohs(at.sin_port);
    return fd;
}

void die(std::string_view message) {
    fmt::print(stderr, "chatbench: {}\n", message);
    std::fflush(nullptr);
    std::_Exit(1);
}

}  // namespace bench
