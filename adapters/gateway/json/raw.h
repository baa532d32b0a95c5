#pragma once
// A member of a JSON object as the text it was sent as, so that what is only passed on is neither
// rebuilt nor changed.

#include <string_view>

namespace chatcore::gateway {

/// The value of the first member of that name of the object that `json` is. The text must be JSON
/// that a parser has accepted; names written with escapes are not found. Empty where there is none.
std::string_view raw_member(std::string_view json, std::string_view name);

}  // namespace chatcore::gateway
