#include "gateway/http/ip_address.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "gateway/http/request.h"

namespace chatcore::gateway {

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// Proxies that one request may have passed.
constexpr int hops_max = 32;

std::string_view without_space(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// One of X-Forwarded-For: an address, which some proxies give with brackets and with a port.
std::optional<IpAddress> forwarded(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        return end == text.npos ? std::nullopt : IpAddress::parse(text.substr(1, end - 1));
    }
    const std::size_t colon = text.find(':');
    const bool one_colon = colon != text.npos && text.find(':', colon + 1) == text.npos;
    return IpAddress::parse(one_colon ? text.substr(0, colon) : text);
}

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size()) return std::nullopt;
    std::copy(text.begin(), text.end(), terminated.begin());
    IpAddress address;
    in_addr v4{};
    if (::inet_pton(AF_INET, terminated.data(), &v4) == 1) {
        std::copy(v4_prefix.begin(), v4_prefix.end(), address.bytes_.begin());
        std::memcpy(address.bytes_.data() + v4_prefix.size(), &v4, sizeof v4);
        return address;
    }
    if (::inet_pton(AF_INET6, terminated.data(), address.bytes_.data()) != 1) return std::nullopt;
    return address;
}

IpAddress IpAddress::of(const sockaddr& address) {
    IpAddress found;
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::copy(v4_prefix.begin(), v4_prefix.end(), found.bytes_.begin());
        std::memcpy(found.bytes_.data() + v4_prefix.size(), &v4.sin_addr, sizeof v4.sin_addr);
    } else if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        std::memcpy(found.bytes_.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    }
    return found;
}

bool IpAddress::is_v4() const {
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes_.begin());
}

std::string IpAddress::to_string() const {
    if (!known()) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4();
    const std::uint8_t* from = bytes_.data() + (v4 ? v4_prefix.size() : 0);
    if (::inet_ntop(v4 ? AF_INET : AF_INET6, from, text.data(), text.size()) == nullptr) return {};
    return text.data();
}

std::string IpAddress::network() const {
    if (!known() || is_v4()) return to_string();
    IpAddress base = *this;
    std::fill(base.bytes_.begin() + 8, base.bytes_.end(), std::uint8_t{0});
    // Its first half may be nothing, as that of ::1.
    return base.known() ? base.to_string() + "/64" : to_string();
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<IpAddress> base = IpAddress::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    IpNetwork network;
    network.base_ = *base;
    if (slash == text.npos) return network;
    const std::string_view digits = text.substr(slash + 1);
    int bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const bool v4 = text.substr(0, slash).find(':') == text.npos;
    if (error != std::errc{} || end != digits.data() + digits.size() || bits < 0 ||
        bits > (v4 ? 32 : 128))
        return std::nullopt;
    network.bits_ = v4 ? bits + 96 : bits;
    return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
    if (!address.known()) return false;
    const auto whole = static_cast<std::size_t>(bits_ / 8);
    if (!std::equal(base_.bytes_.begin(), base_.bytes_.begin() + whole, address.bytes_.begin()))
        return false;
    const int rest = bits_ % 8;
    if (rest == 0) return true;
    const int differing = base_.bytes_[whole] ^ address.bytes_[whole];
    return (differing >> (8 - rest)) == 0;
}

IpAddress client_of(const Request& request, const IpAddress& peer,
                    std::span<const IpNetwork> trusted) {
    if (!any_contains(trusted, peer)) return peer;
    const std::string said = request.combined_header("X-Forwarded-For");
    std::string_view rest = said;
    IpAddress client = peer;
    for (int hops = 0; hops < hops_max && !rest.empty(); ++hops) {
        const std::size_t comma = rest.rfind(',');
        const std::string_view last = comma == rest.npos ? rest : rest.substr(comma + 1);
        const std::optional<IpAddress> address = forwarded(without_space(last));
        if (!address) break;
        client = *address;
        if (!any_contains(trusted, client)) break;
        rest = comma == rest.npos ? std::string_view() : rest.substr(0, comma);
    }
    return client;
}

}  // namespace chatcore::gateway
