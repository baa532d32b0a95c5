#pragma once
// A protocol spoken in the messages of an Engine.IO session. Threads: the session's loop.

#include <memory>

#include "gateway/http/request.h"
#include "gateway/link/message_link.h"

namespace chatcore::gateway {

struct ServerShared;

namespace engineio {

class EngineSession;

/// As of any link; a message is the data of a message packet. What it sends are whole packets, a
/// message with its `4` in front.
class EngineDoor : public MessageDoor {
public:
    /// Another transport carries the session from now on, and frames messages otherwise.
    virtual void reframed() = 0;
};

/// The door for a session that was begun by the request. Shared and session outlive it.
using DoorMaker = std::unique_ptr<EngineDoor> (*)(ServerShared& shared, EngineSession& session,
                                                  const Request& request);

}  // namespace engineio
}  // namespace chatcore::gateway
