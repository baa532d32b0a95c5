#pragma once
// What an `Authorization` header says. Threads: any; pure.

#include <string>
#include <string_view>

#include "chatcore/result.h"

namespace chatcore::gateway {

/// The text after `scheme` and one space or more (RFC 9110 section 11.4); empty where it is of
/// another scheme.
std::string_view given_by(std::string_view scheme, std::string_view header);

/// The token as Serverpod's clients write it: `Bearer` and the token, or `Basic` and base64 of the
/// token, `malformed` where that is none. Empty where it is neither.
Result<std::string> token_in_any_form(std::string_view header);

}  // namespace chatcore::gateway
