#pragma once
// What a refusal says to people: the code's sentence, with the member it is about and what that is
// to be. One place for all doors.

#include <string>

#include "chatcore/error.h"

namespace chatcore::gateway {

/// One English sentence, ours, without anything that a client sent.
std::string sentence_about(const Error& error);

}  // namespace chatcore::gateway
