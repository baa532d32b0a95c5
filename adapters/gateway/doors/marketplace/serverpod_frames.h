#pragma once
// The frames of Serverpod's streams, as JSON texts: `{"type":T,"data":{…}}`. See
// docs/protocols/marketplace.md. Threads: any; pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway::marketplace {

/// What each frame of a stream names it by, echoed as the client wrote it.
struct StreamName {
    std::string endpoint;
    std::string method;
    std::string id;  ///< the client's own
};

/// What a client may send.
struct StreamFrame {
    enum class Type : std::uint8_t { ping, pong, open, close, bad_request };
    Type type = Type::ping;
    StreamName name;            ///< of open and close
    std::string arguments;      ///< of open: JSON
    std::string authorization;  ///< of open: the header's value; empty: none
    bool has_inputs = false;    ///< of open: the client would stream something, too
};

/// Nullopt for what is no such frame: other types, other shapes, names longer than any.
std::optional<StreamFrame> parse_stream_frame(std::string_view text);

/// The answers to open.
enum class StreamAnswer : std::uint8_t {
    success,
    endpoint_not_found,
    authentication_failed,
    authorization_declined,
    invalid_arguments
};

std::string pong_frame();
std::string opened_frame(const StreamName& name, StreamAnswer result);
std::string closed_frame(const StreamName& name, bool by_error);
/// Cut to a few kilobytes.
std::string bad_request_frame(std::string_view text);

/// A ChatMessage of a stream is this, then its JSON, then item_end.
std::string item_begin(const StreamName& name);
inline constexpr std::string_view item_end = "}}}";

}  // namespace chatcore::gateway::marketplace
