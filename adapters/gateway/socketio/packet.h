#pragma once
// The packets of Socket.IO 5: a digit for the type, how many attachments of bytes follow, the
// namespace, the number of the acknowledgement, JSON (socket.io-protocol 5, "Packet encoding").
// Knows no sockets. Checked by: unit/gateway/socketio_packet_test.cpp, fuzz/socketio_fuzz.cpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway::socketio {

enum class PacketType : std::uint8_t {
    connect,
    disconnect,
    event,
    ack,
    connect_error,
    binary_event,
    binary_ack,
};

/// What most clients send at most with one event, and their own server takes.
inline constexpr int attachments_max = 10;

struct Packet {
    PacketType type = PacketType::event;
    int attachments = 0;           ///< messages of bytes that belong to it and follow
    std::string_view space = "/";  ///< its namespace
    std::string_view id = {};      ///< digits; empty: nobody wants to know
    std::string_view json = {};    ///< as it was sent, and not looked into; empty: none
};

/// Nullopt for what is no packet, or one of more attachments than `attachments_max`.
std::optional<Packet> parse_packet(std::string_view text);

/// Appends the packet as Engine.IO's message. `packet` may be of any type.
void append_packet(std::string& out, const Packet& packet);

}  // namespace chatcore::gateway::socketio
