#pragma once
// Base64 (RFC 4648 section 4). Threads: any.

#include <optional>
#include <string>
#include <string_view>

namespace chatcore::gateway {

/// What the text encodes; with its padding or without. Nullopt for any other character, and for
/// bits left over that no encoder leaves.
std::optional<std::string> from_base64(std::string_view text);

/// With padding.
std::string to_base64(std::string_view bytes);

}  // namespace chatcore::gateway
