#pragma once
// A way to one client for whole text messages, whatever carries them: a WebSocket, or the requests
// that SockJS makes of one. A door speaks its protocol over it and knows no more of the carrier.
// Threads: the loop's.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chatcore/hub.h"

#include "gateway/link/framing.h"
#include "gateway/net/loop.h"

namespace chatcore::gateway {

class MessageLink {
public:
    virtual ~MessageLink() = default;

    /// How messages must be framed that are sent.
    virtual Framing framing() const = 0;
    /// Queues messages that append_message() has framed so.
    virtual void send(SharedBytes framed) = 0;
    /// Queues one message.
    void send_message(std::string_view text) {
        std::string framed;
        append_message(framed, framing(), text);
        send(std::make_shared<const std::string>(std::move(framed)));
    }
    virtual void flush() = 0;
    /// Drops what waits, to make room for a last word.
    virtual void drop_queue() = 0;
    /// Says goodbye in the carrier's own way, with a code of RFC 6455, when all that waits is sent.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    /// The door knows now who the client is.
    virtual void logged_in() {}
    virtual bool is_closing() const = 0;
    virtual Loop& loop() = 0;
};

/// A protocol spoken in messages.
class MessageDoor {
public:
    virtual ~MessageDoor() = default;

    /// A message, UTF-8, valid during the call, with `payload_slack_bytes` of readable memory after
    /// it.
    virtual void text(std::string_view message) = 0;
    /// A message of bytes. False where the protocol has none, which ends the link.
    virtual bool binary(std::string_view /*message*/) { return false; }
    virtual void second_passed(SteadyTime now) = 0;
    /// The client does not read what it is sent.
    virtual void overflowed() = 0;
    /// The server is going away.
    virtual void leaving() = 0;
    /// There are too many connections for one more.
    virtual void turned_away() = 0;
    /// The last call.
    virtual void closed() = 0;
};

}  // namespace chatcore::gateway
