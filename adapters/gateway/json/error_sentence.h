#pragma once
// What a refusal says to people: the code's sentence, with the member it is about and what that is
// to be. One place for all doors.

#include <cstdint>
#include <string>

#include "chatcore/error.h"

namespace chatcore::gateway {

/// What a client sent that is refused.
enum class Refused : std::uint8_t { request, frame };

/// One English sentence, ours, without anything that a client sent.
std::string sentence_about(const Error& error, Refused refused = Refused::request);

}  // namespace chatcore::gateway
