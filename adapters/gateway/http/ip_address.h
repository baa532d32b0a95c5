#pragma once
// Where a request comes from. Addresses are values of 16 bytes; an IPv4 address is the IPv6 address
// that stands for it (RFC 4291 section 2.5.5.2), so that both ways of writing one are the same.
// Threads: any.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sockaddr;

namespace chatcore::gateway {

class Request;

class IpAddress {
public:
    /// None: of a socket that has no such address.
    IpAddress() = default;

    /// `192.0.2.1`, `2001:db8::1`; nullopt for anything else, with a port or brackets too.
    static std::optional<IpAddress> parse(std::string_view text);
    /// None for other families than IPv4 and IPv6.
    static IpAddress of(const sockaddr& address);

    bool known() const { return bytes_ != Bytes{}; }
    bool is_v4() const;
    /// As it is usually written; empty for none.
    std::string to_string() const;
    /// Who shares limits with it: an IPv4 address for itself; of IPv6 the network of 64 bits that
    /// one customer has at least (RFC 6177). Empty for none.
    std::string network() const;

    bool operator==(const IpAddress&) const = default;

private:
    friend class IpNetwork;
    using Bytes = std::array<std::uint8_t, 16>;

    Bytes bytes_{};
};

/// Addresses that begin with the same bits (RFC 4632).
class IpNetwork {
public:
    /// `10.0.0.0/8`, `2001:db8::/32`, or a single address; bits beyond the prefix do not count.
    static std::optional<IpNetwork> parse(std::string_view text);

    bool contains(const IpAddress& address) const;

private:
    IpAddress base_;
    int bits_ = 128;
};

/// Who asks: the peer, or where the peer is a trusted proxy, whom it says that it speaks for in
/// `X-Forwarded-For`. Read from its end, since each proxy adds behind what it was sent: the last
/// one that is no trusted proxy. What is no address ends the reading, and counts for who said it.
IpAddress client_of(const Request& request, const IpAddress& peer,
                    std::span<const IpNetwork> trusted);

}  // namespace chatcore::gateway
