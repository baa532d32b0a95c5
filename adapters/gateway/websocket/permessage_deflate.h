#pragma once
// Negotiation of permessage-deflate (RFC 7692 section 7.1). What we send is always without context
// takeover, which a server may choose whatever was offered: a compressed frame is then the same for
// all receivers. What clients send may refer back to their earlier messages, as far as a small
// window reaches, where they can keep to one (decision 0004).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway {

/// The widest window of a client's that is kept between its messages: 2 KiB, a dozen posts.
inline constexpr int client_window_bits_max = 11;

struct DeflateAgreement {
    /// How far back what we send may refer, 8 to 15. Below 15 frames are deflated with the narrow
    /// window, which all clients can follow.
    int server_window_bits = 15;
    /// Whether the client asked for `server_max_window_bits`, which the answer must then carry.
    bool server_window_asked = false;
    /// How far back into its earlier messages a client's may refer, 8 to client_window_bits_max; 0:
    /// each stands for itself.
    int client_window_bits = 0;

    /// The same in bytes.
    std::size_t client_window_bytes() const {
        return client_window_bits == 0 ? 0 : std::size_t{1} << client_window_bits;
    }
    /// The value of Sec-WebSocket-Extensions in the answer.
    std::string header_value() const;
};

struct DeflateChoice {
    /// Whether the list keeps to its grammar (RFC 6455 section 9.1). One that does not fails the
    /// handshake.
    bool well_formed = true;
    /// nullopt declines.
    std::optional<DeflateAgreement> agreement = std::nullopt;
};

/// Chooses the first offer of `permessage-deflate` that is valid: known parameters, each at most
/// once, flags without a value, window bits 8 to 15 without leading zeros. `offers` is the
/// request's combined Sec-WebSocket-Extensions.
DeflateChoice choose_deflate(std::string_view offers);

}  // namespace chatcore::gateway
