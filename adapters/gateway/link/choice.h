#pragma once
// Which protocol a WebSocket speaks: its subprotocol decides, and where none is offered that is
// known, its first message. Threads: the loop's.

#include <memory>
#include <string>
#include <string_view>

#include "gateway/link/message_link.h"
#include "gateway/link/places.h"
#include "gateway/websocket/handshake.h"

namespace chatcore::gateway {

struct ServerShared;
class WebSocketSession;

/// `/ws` and `/ws/chat`, and the same for SockJS clients that want no more than a WebSocket.
SocketPlace chat_place();

/// `/ws` where nobody speaks STOMP: `chat.v1` whatever is offered, and no other address.
SocketPlace native_place();

/// The one of the offered subprotocols that is spoken: `chat.v1`, else the highest version of
/// STOMP; empty where there is none.
std::string_view choose_subprotocol(const Handshake& handshake);

/// The door for it. `token`: of the address. Shared and socket outlive the door.
std::unique_ptr<MessageDoor> make_door(ServerShared& shared, WebSocketSession& socket,
                                       std::string_view subprotocol, std::string token);

}  // namespace chatcore::gateway
