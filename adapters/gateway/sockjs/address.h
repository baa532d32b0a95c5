#pragma once
// The addresses of a SockJS service (sockjs-protocol 0.3.3): what stands below its prefix.

#include <cstdint>
#include <string_view>

namespace chatcore::gateway::sockjs {

enum class Place : std::uint8_t {
    none,
    greeting,
    info,
    iframe,
    iframe_script,  ///< our own; the protocol leaves the address of the script open
    raw_websocket,
    websocket,
    xhr,
    xhr_streaming,
    xhr_send,
    eventsource,
    htmlfile,
    jsonp,
    jsonp_send
};

struct Address {
    Place place = Place::none;
    /// Of the path that it was read from; empty where the place has none.
    std::string_view session = {};
};

/// `below`: the decoded path, without the service's prefix.
Address read_address(std::string_view below);

/// Takes the prefix off a path; false, and nothing is done, where it is not below it.
bool take_prefix(std::string_view& path, std::string_view prefix);

/// As `Allow` and CORS name them. The order is the protocol's.
std::string_view methods_of(Place place);

/// Whether requests for it wait for frames.
bool receives(Place place);
/// Whether they bring messages.
bool sends(Place place);
/// Whether an answer has many frames, and not one.
bool streams(Place place);

}  // namespace chatcore::gateway::sockjs
