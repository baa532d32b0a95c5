#include "common/frame.h"

#include <fmt/format.h>
#include <strings.h>

namespace bench {
namespace {

void append_frame(std::string& out, Opcode opcode, std::string_view payload, bool masked) {
    const auto mask_bit = static_cast<std::uint8_t>(masked ? 0x80 : 0);
    const auto put = [&out](std::size_t byte) { out += static_cast<char>(byte); };
    put(0x80U | static_cast<std::uint8_t>(opcode));
    if (payload.size() < 126) {
        put(mask_bit | payload.size());
    } else if (payload.size() < 65536) {
        put(mask_bit | 126U);
        put(payload.size() >> 8);
        put(payload.size() & 255U);
    } else {
        put(mask_bit | 127U);
        for (int shift = 56; shift >= 0; shift -= 8) put((payload.size() >> shift) & 255U);
    }
    if (masked) out.append(4, '\0');
    out += payload;
}

}  // namespace

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_frame(out, opcode, payload, true);
}

void append_server_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_frame(out, opcode, payload, false);
}

std::string handshake_request(std::string_view host, std::string_view target,
                              std::string_view subprotocol) {
    std::string request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: Y2hhdGJlbmNoY2hhdGJlbg==\r\nSec-WebSocket-Version: 13\r\n",
        target, host);
    if (!subprotocol.empty()) request += fmt::format("Sec-WebSocket-Protocol: {}\r\n", subprotocol);
    return request + "\r\n";
}

std::string_view header_value(std::string_view head, std::string_view name) {
    std::size_t line = head.find("\r\n");
    while (line != std::string_view::npos && line + 2 < head.size()) {
        const std::size_t start = line + 2;
        const std::size_t end = head.find("\r\n", start);
        const std::string_view field = head.substr(start, end == head.npos ? end : end - start);
        if (field.size() > name.size() && field[name.size()] == ':' &&
            ::strncasecmp(field.data(), name.data(), name.size()) == 0) {
            std::string_view value = field.substr(name.size() + 1);
            while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
            return value;
        }
        line = end;
    }
    return {};
}

}  // namespace bench
