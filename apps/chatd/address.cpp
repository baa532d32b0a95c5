#include "address.h"

#include <charconv>

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

}  // namespace chatcore::chatd
