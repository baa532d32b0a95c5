#pragma once
// How everybody who has joined a room of a store is told what happens there: a packet of Socket.IO
// for each event. Those whose transport frames messages alike share one format, so that the hub
// encodes a batch once for all of them.

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "chatcore/domain/event.h"
#include "chatcore/hub.h"

#include "gateway/link/framing.h"

namespace chatcore::gateway::socketio {

struct RoomFormatKey {
    RoomId room;
    UserId owner;  ///< whose store it is
    Framing framing = Framing::websocket;
    /// Whether events say where the client stands then: right for who has joined this room alone.
    bool offsets = true;

    auto operator<=>(const RoomFormatKey&) const = default;
};

class RoomFormat final : public WireFormat {
public:
    explicit RoomFormat(const RoomFormatKey& key) : key_(key) {}

    void append(const Event& event, std::string& out) const override;
    /// The events of what a client has missed, together: each says where the client stands then, so
    /// that one whose connection breaks between two of them is told the rest, and nothing twice.
    /// For that messages stand where they were said, and not where they were changed last.
    void append_missed(std::span<const EventPtr> events, std::string& out) const;

    const RoomFormatKey& key() const { return key_; }

private:
    /// `stands`: where the client does behind it, if that may be said.
    void append_told(const State& state, std::optional<Position> stands, std::string& out) const;

    const RoomFormatKey key_;
};

/// The format of that key, one for all who want it. Threads: each has its own.
std::shared_ptr<const RoomFormat> room_format(const RoomFormatKey& key);

}  // namespace chatcore::gateway::socketio
