#pragma once
// The events of `chat.v1` as WebSocket frames: see docs/protocol-native.md.

#include <string>

#include "chatcore/hub.h"

#include "gateway/link/framing.h"

namespace chatcore::gateway {

/// Plain text frames.
class NativeFormat final : public WireFormat {
public:
    void append(const Event& event, std::string& out) const override;
};

/// The same, deflated (RFC 7692) where that is smaller: for connections that agreed to it.
class NativeDeflatedFormat final : public WireFormat {
public:
    explicit NativeDeflatedFormat(Framing framing) : framing_(framing) {}

    void append(const Event& event, std::string& out) const override;

private:
    const Framing framing_;
};

/// For one of the WebSocket's framings.
const WireFormat& native_format(Framing framing);

/// Frames of what is told to one connection only.
void append_list_update(std::string& out, const ListUpdate& update);
void append_resumed(std::string& out, RoomId room, Position head, bool truncated);

}  // namespace chatcore::gateway
