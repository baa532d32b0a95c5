#pragma once
// `/v1/websocket`: the streams of Serverpod's generated clients, several on one socket, each opened
// with a token of its own. See docs/protocols/marketplace.md.

#include "gateway/link/places.h"

namespace chatcore::gateway {

SocketPlace serverpod_place();

}  // namespace chatcore::gateway
