#pragma once
// Base 64 (RFC 4648, section 4), with its padding.

#include <optional>
#include <string>
#include <string_view>

namespace chatcore::chatd {

std::string to_base64(std::string_view bytes);
/// nullopt for what `to_base64` does not give.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace chatcore::chatd
