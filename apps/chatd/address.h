#pragma once
// Where to listen.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chatcore/result.h"

namespace chatcore::chatd {

struct Address {
    std::string host;  ///< a name or an IP address; IPv6 without its brackets
    std::uint16_t port = 0;

    bool operator==(const Address&) const = default;
};

/// Reads `host:port` and `[ipv6]:port`; nullopt for anything else.
std::optional<Address> parse_address(std::string_view text);

/// As it stands in a URL: an IPv6 host in brackets.
std::string to_string(const Address& address);

/// Whether somebody could listen there now; nobody does afterwards. `conflict` where somebody else
/// does, `unavailable` where nobody can; a whole sentence in `cause`.
Status try_to_listen(const Address& address);

}  // namespace chatcore::chatd
