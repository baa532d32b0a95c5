#pragma once
// Where what is no plain request is taken: the addresses at which WebSockets are opened, and those
// of requests that belong to a session. Each front door adds its own; filled once at start, read by
// all loops afterwards.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/exchange.h"
#include "gateway/http/request.h"
#include "gateway/http/response.h"
#include "gateway/link/message_link.h"
#include "gateway/websocket/handshake.h"

namespace chatcore::gateway {

struct ServerShared;
class WebSocketSession;

/// Functions of one front door; any thread.
struct SocketPlace {
    /// Whether a request asks for this place, by its address.
    std::function<bool(const Request& request)> is_at;
    /// What a sound handshake is refused with all the same; nullopt: it is welcome. nullptr: every
    /// one is.
    std::function<std::optional<Response>(ServerShared& shared, Loop& loop, const Request& request)>
        refuse;
    /// The one of the offered subprotocols that will be spoken; empty: none is named.
    std::function<std::string_view(const Handshake& handshake)> choose;
    /// The door for a WebSocket that was opened. Shared and socket outlive it, the request does
    /// not.
    std::function<std::unique_ptr<MessageDoor>(ServerShared& shared, WebSocketSession& socket,
                                               std::string_view subprotocol,
                                               const Request& request)>
        open;
    /// Whether the drafts of RFC 6455 with the same frames, versions 7 and 8, are spoken too.
    bool drafts = false;
};

/// The name of the session (session_table.h) that a request belongs to; empty: none.
using SessionNamer = std::function<std::string(const Request& request)>;

/// Refuses in a front door's own words a request whose body is larger than any may be; false: it is
/// of another. The request has no body then, and may be of a session on another loop.
using BodyRefuser = std::function<bool(const ExchangePtr& exchange)>;

struct Places {
    std::vector<SocketPlace> sockets;
    std::vector<SessionNamer> sessions;
    std::vector<BodyRefuser> bodies = {};

    /// nullptr: no WebSocket is opened there.
    const SocketPlace* socket_at(const Request& request) const;
    /// Empty: it belongs to none.
    std::string session_of(const Request& request) const;
    /// False: no front door has words of its own for it.
    bool refuse_body(const ExchangePtr& exchange) const;
};

/// The token that the request for a WebSocket or a stream shows: in its `Authorization` header,
/// else in its query, since browsers cannot set headers there. Empty: none.
std::string token_shown(const Request& request);

}  // namespace chatcore::gateway
