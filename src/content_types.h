#pragma once
// What a file is said to be, and whether its bytes agree. Threads: any; pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatcore::content_types {

inline constexpr std::string_view unknown = "application/octet-stream";

/// `image/png` of `Image/PNG; a=b` (RFC 9110 section 8.3.1): lower case, without parameters;
/// nullopt where it is no media type.
std::optional<std::string> essence_of(std::string_view media_type);

/// Whether a file that was recognised as one may be declared to be the other. Families that share
/// their first bytes agree (what is packed in a zip, what is text), and other names of one type;
/// what is not recognised may be anything that would not have been recognised.
bool agree(std::string_view declared, std::string_view recognised);

/// Whether it is text that people can read as it is. Pictures are not, though some are written.
bool is_text(std::string_view type);

/// Whether one of the patterns means the type: `image/png`, `image/*`, `*/*`.
bool any_matches(const std::vector<std::string>& patterns, std::string_view type);

}  // namespace chatcore::content_types
