#pragma once
// What a client does in one namespace. Threads: the session's loop.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "gateway/link/message_link.h"

namespace chatcore::gateway {

struct ServerShared;

namespace socketio {

class SocketIoSession;

/// An event that a client has sent, valid during the call.
struct ClientEvent {
    std::string_view id;  ///< of the acknowledgement it wants; empty: none
    std::string_view json;
    simdjson::dom::array arguments;  ///< of `json`; the first is the event's name
    std::span<const std::string> attachments;
};

class Space {
public:
    virtual ~Space() = default;

    /// The client asks to be let in. `auth`: a JSON object, or empty.
    virtual void connect(std::string_view auth) = 0;
    virtual void event(const ClientEvent& event) = 0;
    /// An event whose texts or numbers are none that can be read: half of a surrogate pair, an
    /// integer beyond 64 bits. `id`: of the acknowledgement it wants; empty: none.
    virtual void unreadable(std::string_view /*id*/) {}
    /// Whether the client is let in, and known.
    virtual bool is_let_in() const = 0;
    virtual void second_passed(SteadyTime /*now*/) {}
    /// The client does not read what it is sent; the session ends after it.
    virtual void overflowed() {}
    /// Messages are framed otherwise from now on.
    virtual void reframed() {}
    /// The client has left, or has gone. The last call.
    virtual void closed() = 0;
};

/// The namespaces that there are.
struct SpaceKind {
    std::string_view name;
    std::unique_ptr<Space> (*make)(ServerShared& shared, SocketIoSession& session) = nullptr;
};
using SpaceKinds = std::span<const SpaceKind>;

}  // namespace socketio
}  // namespace chatcore::gateway
