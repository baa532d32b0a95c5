#pragma once
// The MESSAGE frame: something told to one subscription.

#include <string>
#include <string_view>

#include "gateway/link/framing.h"
#include "gateway/stomp/frame.h"

namespace chatcore::gateway::stomp {

struct Told {
    std::string_view destination;
    std::string_view subscription;  ///< the client's name for it
    std::string_view number;        ///< the `message-id`
    bool acks = false;              ///< whether the client is to say that it has taken it
};

/// Appends it as a message of the link. `body` is JSON.
void append_told(std::string& out, Framing framing, Version version, const Told& told,
                 std::string_view body);

/// What the `ack` header names: the subscription that a message came by, and its number. The id is
/// made so that all who share a subscription's name share the frame's bytes.
std::string ack_id(std::string_view subscription, std::string_view number);
/// The subscription of such an id; empty where it is none.
std::string_view subscription_of(std::string_view ack_id);

}  // namespace chatcore::gateway::stomp
