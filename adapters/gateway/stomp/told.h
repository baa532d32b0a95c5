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

/// The same from its parts. The head is the same for all that a subscription is told, the rest for
/// all subscriptions that are told the same; between them stands `ack`, a line, where one is asked
/// for.
std::string told_head(Version version, std::string_view destination, std::string_view subscription);
std::string ack_line(Version version, std::string_view subscription, std::string_view number);
void append_told_rest(std::string& out, std::string_view number, std::string_view body);
void append_told(std::string& out, Framing framing, std::string_view head, std::string_view ack,
                 std::string_view rest);

/// What the `ack` header names: the subscription that a message came by, and its number. The id is
/// made so that all who share a subscription's name share the frame's bytes.
std::string ack_id(std::string_view subscription, std::string_view number);
/// The subscription of such an id; empty where it is none.
std::string_view subscription_of(std::string_view ack_id);

}  // namespace chatcore::gateway::stomp
