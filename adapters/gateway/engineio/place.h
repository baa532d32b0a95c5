#pragma once
// Where Engine.IO is spoken: its requests, its WebSockets, and what is refused before there is a
// session. Threads: any at start; afterwards each request's loop.

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/engineio/session.h"
#include "gateway/http/router.h"
#include "gateway/link/places.h"

namespace chatcore::gateway::engineio {

/// Adds the requests of polling at an address. `shared` outlives the router.
void add_polling_routes(Router& router, ServerShared& shared, const std::string& path,
                        DoorMaker make_door);

/// The name of the session that a request belongs to; empty: none yet.
std::string session_of(const Request& request);
/// Refuses a request whose body is too large, and ends its session.
void refuse_body(ServerShared& shared, const ExchangePtr& exchange);
/// What a request for a WebSocket is refused with; nullopt: it is welcome.
std::optional<Response> refusal_of_socket(ServerShared& shared, Loop& loop, const Request& request);
/// The door for a WebSocket that was opened: of a new session, or of one that it may take over.
std::unique_ptr<MessageDoor> open_socket(ServerShared& shared, WebSocketSession& link,
                                         const Request& request, DoorMaker make_door);

template <class Door>
bool is_at(const Request& request) {
    return std::any_of(std::begin(Door::paths), std::end(Door::paths),
                       [&](const char* path) { return request.path() == path; });
}

/// All of it, for the `Door::make` at the addresses `Door::paths`.
template <class Door>
void add_place(ServerShared& shared) {
    for (const char* path : Door::paths) {
        add_polling_routes(shared.router, shared, path, Door::make);
    }
    SocketPlace place;
    place.is_at = is_at<Door>;
    place.refuse = refusal_of_socket;
    place.choose = [](const Handshake&) { return std::string_view(); };
    place.open = [](ServerShared& of, WebSocketSession& socket, std::string_view,
                    const Request& request) {
        return open_socket(of, socket, request, Door::make);
    };
    shared.places.sockets.push_back(place);
    shared.places.sessions.push_back([](const Request& request) {
        return is_at<Door>(request) ? session_of(request) : std::string();
    });
    shared.places.bodies.push_back([&shared](const ExchangePtr& exchange) {
        const bool ours = is_at<Door>(exchange->request);
        if (ours) refuse_body(shared, exchange);
        return ours;
    });
}

}  // namespace chatcore::gateway::engineio
