#pragma once
// A SockJS service: what is spoken under one prefix by the clients of SockJS 0.3.3, over whichever
// of its transports gets through to them (sockjs-protocol 0.3.3).

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "chatcore/adapters/gateway.h"

#include "gateway/http/router.h"
#include "gateway/link/message_link.h"
#include "gateway/link/places.h"

namespace chatcore::gateway {
struct ServerShared;
}

namespace chatcore::gateway::sockjs {

struct Service {
    std::string prefix;  ///< `/ws/chat`
    /// The door for a session that has begun. The link outlives it. `token`: of the address or
    /// header that began the session, empty where there was none.
    std::function<std::unique_ptr<MessageDoor>(MessageLink& link, std::string token)> open;
    SockJsOptions options = {};
    /// How long a session lives without a request that waits for its messages.
    std::chrono::seconds absence_max{5};
};

using ServicePtr = std::shared_ptr<const Service>;

/// Its addresses. Shared outlives the router.
void add_routes(Router& router, ServerShared& shared, const ServicePtr& service);

/// Where it opens WebSockets, and which of its requests belong to sessions.
void add_places(Places& places, const ServicePtr& service);

/// The services of chats: STOMP at `/ws/chat` and `/ws`.
void add_chat_services(Router& router, ServerShared& shared);

}  // namespace chatcore::gateway::sockjs
