#include "gateway/websocket/handshake.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "gateway/http/chars.h"

namespace chatcore::gateway {
namespace {

constexpr std::string_view websocket_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// 16 bytes in base64: 22 digits and "==".
bool is_key(std::string_view key) {
    if (key.size() != 24 || !key.ends_with("==")) return false;
    const std::string_view digits = key.substr(0, 22);
    return std::all_of(digits.begin(), digits.end(), [](char c) {
        return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '+' ||
               c == '/';
    });
}

/// False where an element is no token or comes twice (RFC 6455 section 4.1, item 10).
bool read_subprotocols(const Request& request, std::vector<std::string>& subprotocols) {
    const std::string list = request.combined_header("sec-websocket-protocol");
    std::string_view rest = list;
    while (const auto element = next_list_element(rest)) {
        if (!is_token(*element)) return false;
        if (std::find(subprotocols.begin(), subprotocols.end(), *element) != subprotocols.end()) {
            return false;
        }
        subprotocols.emplace_back(*element);
    }
    return true;
}

bool is_spoken(std::string_view version, bool drafts) {
    return version == "13" || (drafts && (version == "8" || version == "7"));
}

HandshakeError check(const Request& request, bool drafts) {
    // HEAD is told what GET without an upgrade would be.
    const bool only_head = request.method() == "HEAD" && !request.wants_upgrade();
    if (request.method() != "GET" && !only_head) return HandshakeError::method_not_get;
    if (request.version_minor() == 0) return HandshakeError::version_too_low;
    if (!asks_for_websocket(request)) return HandshakeError::not_an_upgrade;
    if (!is_spoken(request.combined_header("sec-websocket-version"), drafts)) {
        return HandshakeError::version_unsupported;
    }
    if (request.header_count("sec-websocket-key") != 1 ||
        !is_key(*request.header("sec-websocket-key"))) {
        return HandshakeError::key_invalid;
    }
    return HandshakeError::none;
}

}  // namespace

int status_of(HandshakeError error) {
    switch (error) {
        case HandshakeError::none:
            return 101;
        case HandshakeError::method_not_get:
            return 405;
        case HandshakeError::version_too_low:
        case HandshakeError::not_an_upgrade:
        case HandshakeError::version_unsupported:
            return 426;
        case HandshakeError::key_invalid:
        case HandshakeError::subprotocol_invalid:
        case HandshakeError::extensions_invalid:
            return 400;
    }
    return 400;
}

std::string_view describe(HandshakeError error) {
    switch (error) {
        case HandshakeError::none:
            return "No error.";
        case HandshakeError::method_not_get:
            return "A WebSocket is opened by GET.";
        case HandshakeError::version_too_low:
            return "A WebSocket needs HTTP/1.1.";
        case HandshakeError::not_an_upgrade:
            return "This address speaks WebSocket; ask for it by Upgrade and Connection.";
        case HandshakeError::version_unsupported:
            return "The WebSocket version here is 13.";
        case HandshakeError::key_invalid:
            return "Sec-WebSocket-Key is not one key of 16 bytes in base64.";
        case HandshakeError::subprotocol_invalid:
            return "Sec-WebSocket-Protocol is not a list of different names.";
        case HandshakeError::extensions_invalid:
            return "Sec-WebSocket-Extensions is not a list of extensions.";
    }
    return "The handshake is malformed.";
}

bool Handshake::offers(std::string_view subprotocol) const {
    return std::find(subprotocols.begin(), subprotocols.end(), subprotocol) != subprotocols.end();
}

bool asks_for_websocket(const Request& request) {
    return request.wants_upgrade() && request.header_has_token("upgrade", "websocket");
}

Handshake check_handshake(const Request& request, bool drafts) {
    Handshake handshake;
    handshake.error = check(request, drafts);
    if (handshake.error != HandshakeError::none) return handshake;
    if (!read_subprotocols(request, handshake.subprotocols)) {
        handshake.subprotocols.clear();
        handshake.error = HandshakeError::subprotocol_invalid;
        return handshake;
    }
    const DeflateChoice choice =
        choose_deflate(request.combined_header("sec-websocket-extensions"));
    if (!choice.well_formed) {
        handshake.subprotocols.clear();
        handshake.error = HandshakeError::extensions_invalid;
        return handshake;
    }
    handshake.accept = accept_key(*request.header("sec-websocket-key"));
    handshake.deflate = choice.agreement;
    return handshake;
}

std::string accept_key(std::string_view key) {
    std::string text(key);
    text += websocket_guid;
    std::array<unsigned char, 20> digest{};
    unsigned int digest_bytes = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &digest_bytes, EVP_sha1(), nullptr) !=
        1) {
        return {};
    }
    std::array<unsigned char, 29> encoded{};  // 28 digits and the NUL that the function writes
    const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest_bytes));
    return {encoded.begin(), encoded.begin() + size};
}

void append_handshake_answer(std::string& out, const Handshake& handshake,
                             std::string_view subprotocol, std::string_view date,
                             const HeaderList& headers) {
    HeaderList all = headers;
    all.add("Sec-WebSocket-Accept", handshake.accept);
    if (!subprotocol.empty()) all.add("Sec-WebSocket-Protocol", subprotocol);
    if (handshake.deflate) all.add("Sec-WebSocket-Extensions", handshake.deflate->header_value());
    append_switching_head(out, "websocket", all, date);
}

Response handshake_refusal(HandshakeError error) {
    Response response;
    response.status = status_of(error);
    if (error == HandshakeError::method_not_get) response.headers.add("Allow", "GET");
    if (response.status == 426) {
        response.headers.add("Upgrade", "websocket");
        response.headers.add("Sec-WebSocket-Version", "13");
    }
    return response;
}

}  // namespace chatcore::gateway
