#pragma once
// The page that SockJS clients load into a hidden iframe, to speak from within it where browsers
// let nobody speak from without, and the script that does. Threads: any.

#include <string>
#include <string_view>

namespace chatcore::gateway::sockjs {

/// To the letter of sockjs-protocol 0.3.3, "IFrame page"; `script` is an address.
std::string iframe_page(std::string_view script);

/// Our own. That of the client does the same, but only for a client of its own version.
std::string_view iframe_script();

/// An `ETag` of what is served, quotes included.
std::string tag_of(std::string_view text);

}  // namespace chatcore::gateway::sockjs
