#include "gateway/engineio/packet.h"

#include <string>

namespace chatcore::gateway::engineio {

std::optional<Packet> parse_packet(std::string_view text, bool binary_allowed) {
    if (text.empty()) return std::nullopt;
    const char type = text.front();
    text.remove_prefix(1);
    if (type == 'b' && binary_allowed) return Packet{PacketType::binary, text};
    if (type < '0' || type > '6') return std::nullopt;
    return Packet{static_cast<PacketType>(type - '0'), text};
}

std::optional<std::string_view> next_record(std::optional<std::string_view>& body) {
    if (!body) return std::nullopt;
    const std::size_t end = body->find(record_separator);
    const std::string_view record = body->substr(0, end);
    if (end == std::string_view::npos) {
        body.reset();
    } else {
        body->remove_prefix(end + 1);
    }
    return record;
}

std::string body_of(Refusal refusal) {
    constexpr std::string_view messages[] = {
        "Transport unknown", "Session ID unknown", "Bad handshake method",
        "Bad request",       "Forbidden",          "Unsupported protocol version"};
    const auto code = static_cast<std::size_t>(refusal);
    return R"({"code":)" + std::to_string(code) + R"(,"message":")" + std::string(messages[code]) +
           R"("})";
}

std::string write_opening(const Opening& opening) {
    std::string packet = R"(0{"sid":")";
    packet.append(opening.sid).append(R"(","upgrades":[)");
    if (opening.upgrades) packet += R"("websocket")";
    packet.append(R"(],"pingInterval":)").append(std::to_string(opening.ping_interval.count()));
    packet.append(R"(,"pingTimeout":)").append(std::to_string(opening.ping_timeout.count()));
    return packet.append(R"(,"maxPayload":)")
        .append(std::to_string(opening.payload_bytes_max))
        .append("}");
}

}  // namespace chatcore::gateway::engineio
