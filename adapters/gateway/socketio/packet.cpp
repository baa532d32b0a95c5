#include "gateway/socketio/packet.h"

#include <algorithm>

namespace chatcore::gateway::socketio {

namespace {

/// As many as a number of JavaScript has for certain.
constexpr std::size_t id_digits_max = 15;
constexpr std::size_t space_bytes_max = 200;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string_view digits =
        text.substr(0, static_cast<std::size_t>(std::distance(text.begin(), end)));
    text.remove_prefix(digits.size());
    return digits;
}

bool has_attachments(PacketType type) {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

/// `2-`: from 1.
std::optional<int> take_attachments(std::string_view& text) {
    const std::string_view digits = take_digits(text);
    if (digits.empty() || digits.size() > 2 || !text.starts_with('-')) return std::nullopt;
    text.remove_prefix(1);
    int count = 0;
    for (const char digit : digits) count = count * 10 + (digit - '0');
    if (count < 1 || count > attachments_max) return std::nullopt;
    return count;
}

}  // namespace

std::optional<Packet> parse_packet(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
    Packet packet;
    packet.type = static_cast<PacketType>(text.front() - '0');
    text.remove_prefix(1);
    if (has_attachments(packet.type)) {
        const std::optional<int> attachments = take_attachments(text);
        if (!attachments) return std::nullopt;
        packet.attachments = *attachments;
    }
    if (text.starts_with('/')) {
        const std::size_t comma = text.find(',');
        packet.space = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        // Older clients put parameters there, which those of this protocol give by the payload.
        packet.space = packet.space.substr(0, packet.space.find('?'));
        if (packet.space.size() > space_bytes_max) return std::nullopt;
    }
    packet.id = take_digits(text);
    if (packet.id.size() > id_digits_max) return std::nullopt;
    packet.json = text;
    return packet;
}

void append_packet(std::string& out, const Packet& packet) {
    out += '4';
    out += static_cast<char>('0' + static_cast<int>(packet.type));
    if (has_attachments(packet.type)) out.append(std::to_string(packet.attachments)).append("-");
    if (packet.space != "/") out.append(packet.space).append(",");
    out.append(packet.id).append(packet.json);
}

}  // namespace chatcore::gateway::socketio
