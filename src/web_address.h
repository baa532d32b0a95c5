#pragma once
// Addresses that people give, and that the clients of others fetch.

#include <string>
#include <string_view>

#include "chatcore/text.h"

namespace chatcore {

inline constexpr std::size_t web_address_bytes_max = 2'048;

/// Of this server, or of another by HTTP: what a client may fetch without asking what it runs.
/// Browsers read a backslash as a slash, so that two of either name another server.
inline bool is_web_address(std::string_view url) {
    const bool here = url.size() > 1 && url[0] == '/' && url[1] != '/' && url[1] != '\\';
    const std::string folded = text::fold(url.substr(0, 8));
    return (here || folded.starts_with("https://") || folded.starts_with("http://")) &&
           !text::has_controls(url);
}

}  // namespace chatcore
