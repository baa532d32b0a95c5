#pragma once
// New messages of a room, as the streams of the marketplace tell them: written once for all who
// follow it.

#include "chatcore/hub.h"

#include "gateway/doors/marketplace/shapes.h"
#include "gateway/link/framing.h"

namespace chatcore::gateway::marketplace {

/// A ChatMessage a text message.
const WireFormat& stream_format(Framing framing);

/// For Serverpod's streams, whose frames name the stream: the bare ChatMessages in that form, each
/// followed by a line's end, of which there is none within one.
const WireFormat& item_format(bool by_index);

}  // namespace chatcore::gateway::marketplace
