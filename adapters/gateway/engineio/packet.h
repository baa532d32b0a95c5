#pragma once
// The packets of Engine.IO 4: a digit for the type, then data. Over a WebSocket each is a text
// message, or a binary one for bytes; over polling they are records of one body, and bytes are `b`
// and base64 (engine.io-protocol 4, "Packet encoding"). Knows no sockets.
// Checked by: unit/gateway/engineio_packet_test.cpp, fuzz/engineio_fuzz.cpp.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway::engineio {

enum class PacketType : std::uint8_t {
    open,
    close,
    ping,
    pong,
    message,
    upgrade,
    noop,
    binary,  ///< a message of bytes; over polling only
};

struct Packet {
    PacketType type = PacketType::noop;
    std::string_view data;  ///< a binary packet's is still in base64
};

/// Nullopt for what is no packet. `binary_allowed`: whether `b` begins one, as over polling.
std::optional<Packet> parse_packet(std::string_view text, bool binary_allowed);

/// Between the records of a body.
inline constexpr char record_separator = '\x1e';

/// Takes the first record off the front of a body, which may be empty; nullopt once there is none
/// left. `body` begins as that of a request, and is nullopt at the end.
std::optional<std::string_view> next_record(std::optional<std::string_view>& body);

/// What is refused before there is a session, with the numbers that Engine.IO's server gives.
enum class Refusal : std::uint8_t {
    unknown_transport = 0,
    unknown_session = 1,
    bad_handshake_method = 2,
    bad_request = 3,
    forbidden = 4,
    unsupported_version = 5,
};
/// `{"code":0,"message":"Transport unknown"}`.
std::string body_of(Refusal refusal);

/// What a session begins with.
struct Opening {
    std::string_view sid;
    bool upgrades = false;  ///< whether a WebSocket may take over
    std::chrono::milliseconds ping_interval{};
    std::chrono::milliseconds ping_timeout{};
    std::size_t payload_bytes_max = 0;
};
/// The open packet.
std::string write_opening(const Opening& opening);

}  // namespace chatcore::gateway::engineio
