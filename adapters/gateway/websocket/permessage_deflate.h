#pragma once
// Negotiation of permessage-deflate (RFC 7692 section 7.1). The answer is always without context
// takeover on both sides, which a server may choose whatever was offered: a compressed frame is
// then the same for all receivers, and no connection holds a window.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway {

struct DeflateAgreement {
    /// The client's window for what we send, 8 to 15. A frame whose message is longer than the
    /// window may refer further back than the client can see; see fits().
    int server_window_bits = 15;
    /// Whether the client asked for `server_max_window_bits`, which the answer must then carry.
    bool server_window_asked = false;

    /// Whether a message of that size, deflated with any window, can be inflated by this client. If
    /// not, it is sent plain, which is allowed for every message; so one shared frame serves all
    /// and none is refused.
    bool fits(std::size_t message_bytes) const {
        return message_bytes <= std::size_t{1} << server_window_bits;
    }

    /// The value of Sec-WebSocket-Extensions in the answer.
    std::string header_value() const;
};

/// Chooses the first offer of `permessage-deflate` that is valid: known parameters, each at most
/// once, flags without a value, window bits 8 to 15 without leading zeros. `offers` is the
/// request's combined Sec-WebSocket-Extensions; nullopt declines.
std::optional<DeflateAgreement> choose_deflate(std::string_view offers);

}  // namespace chatcore::gateway
