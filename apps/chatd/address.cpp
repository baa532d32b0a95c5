#include "address.h"

#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chatcore::chatd {

std::optional<Address> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        if (host.find(':') == host.npos) return std::nullopt;
    } else if (host.find_first_of(":[] \t/\\") != host.npos) {
        return std::nullopt;
    }
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (host.empty() || error != std::errc{} || end != port.data() + port.size()) {
        return std::nullopt;
    }
    if (number > 65'535) return std::nullopt;
    return Address{std::string(host), static_cast<std::uint16_t>(number)};
}

std::string to_string(const Address& address) {
    const bool bracketed = address.host.find(':') != address.host.npos;
    return (bracketed ? '[' + address.host + ']' : address.host) + ':' +
           std::to_string(address.port);
}

namespace {

/// Why nobody can listen there now; 0 where one can.
int listening_error(const addrinfo& address) {
    const int listener = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) return errno;
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int why = 0;
    if (::bind(listener, address.ai_addr, address.ai_addrlen) != 0 || ::listen(listener, 1) != 0)
        why = errno;
    ::close(listener);
    return why;
}

}  // namespace

Status try_to_listen(const Address& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(address.port);
    if (const int why = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
        why != 0) {
        return unexpected(ErrorCode::unavailable, "listen",
                          fmt::format("{} is none: {}", to_string(address), ::gai_strerror(why)));
    }
    const int why = listening_error(*found);
    ::freeaddrinfo(found);
    if (why == 0) return {};
    return unexpected(
        why == EADDRINUSE ? ErrorCode::conflict : ErrorCode::unavailable, "listen",
        fmt::format("cannot listen on {}: {}", to_string(address), std::strerror(why)));
}

}  // namespace chatcore::chatd
