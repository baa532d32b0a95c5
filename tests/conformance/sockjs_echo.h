#pragma once
// SockJS services as the protocol's own test suite (sockjs-protocol 0.3.3) wants a server to have
// them: `/echo`, `/close`, `/disabled_websocket_echo`, `/cookie_needed_echo`.

#include "gateway/http/session.h"

namespace chatcore::gateway {

/// Streaming answers end after 4,096 bytes, as the suite wants it.
void add_sockjs_echo(ServerShared& shared);

}  // namespace chatcore::gateway
