#pragma once
// The opening handshake of a WebSocket, as a server (RFC 6455 section 4.2).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/request.h"
#include "gateway/http/response.h"
#include "gateway/websocket/permessage_deflate.h"

namespace chatcore::gateway {

enum class HandshakeError : std::uint8_t {
    none,
    method_not_get,       ///< 405
    version_too_low,      ///< 426: HTTP/1.0, which knows no Upgrade (RFC 9110 section 7.8)
    not_an_upgrade,       ///< 426: Upgrade or Connection do not ask for a WebSocket
    version_unsupported,  ///< 426 with Sec-WebSocket-Version: 13
    key_invalid,          ///< 400: not one key of 16 bytes in base64
    subprotocol_invalid,  ///< 400: the list holds something that is no token, or twice the same
    extensions_invalid,   ///< 400: no list of extensions with parameters (section 9.1)
};

int status_of(HandshakeError error);
std::string_view describe(HandshakeError error);

struct Handshake {
    HandshakeError error = HandshakeError::none;
    std::string accept;                     ///< Sec-WebSocket-Accept
    std::vector<std::string> subprotocols;  ///< offered, in the client's order of preference
    std::optional<DeflateAgreement> deflate;

    bool offers(std::string_view subprotocol) const;
};

/// Whether the request asks for a WebSocket at all: `Upgrade: websocket` and `Connection: upgrade`.
/// One that does not is an ordinary request to the same path.
bool asks_for_websocket(const Request& request);

/// Checks everything the RFC asks a server to check; `error` is set where it is refused, and
/// nothing else then. `drafts`: versions 7 and 8, whose frames are the same, are taken as well as
/// 13.
Handshake check_handshake(const Request& request, bool drafts = false);

/// base64(SHA-1(key + the RFC's GUID)), section 4.2.2.
std::string accept_key(std::string_view key);

/// Appends the 101 answer. `subprotocol` is one of those offered, or empty for none; `headers` are
/// further fields.
void append_handshake_answer(std::string& out, const Handshake& handshake,
                             std::string_view subprotocol, std::string_view date,
                             const HeaderList& headers = {});

/// The answer to a refused handshake: its status and the headers that this asks for. The body is
/// the session's to write, and describe() has the sentence.
Response handshake_refusal(HandshakeError error);

}  // namespace chatcore::gateway
