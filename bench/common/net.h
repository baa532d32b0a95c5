#pragma once
// Sockets and time, as thin as they come: Linux only, IPv4 only, non-blocking unless said
// otherwise.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

/// A file descriptor that is closed with its owner.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) noexcept : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    void reset() noexcept;
    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// Where a server listens. The address is in host byte order.
struct Endpoint {
    std::uint32_t address = 0;
    std::uint16_t port = 0;
};

/// Reads `127.0.0.1:8080` or `localhost:8080`.
std::optional<Endpoint> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint& endpoint);

/// CLOCK_MONOTONIC, which is one clock for all processes of a machine.
std::int64_t now_ns() noexcept;

/// Begins to connect; the socket is writable when it is connected. `source` chooses the address to
/// come from, so that more connections than one address has ports can be opened. Without a socket,
/// `errno` says why.
Fd start_connecting(const Endpoint& target, std::uint32_t source);
/// Connects and waits for it; the socket blocks.
Fd connect_blocking(const Endpoint& target);
/// Listens at `endpoint` and writes the port that was given where it asked for port 0.
Fd listen_at(Endpoint& endpoint);

/// Prints `chatbench: message` to standard error and ends the program with code 1.
[[noreturn]] void die(std::string_view message);

}  // namespace bench
