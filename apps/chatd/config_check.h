#pragma once
// Whether a server could start with settings that are sound in themselves: what they name is looked
// at. `chatd config check` asks; a start finds out by itself.

#include <string>
#include <vector>

#include "config.h"

namespace chatcore::chatd {

/// What a start would refuse now, each with where the setting came from and its key, as in
/// `LoadedConfig::problems`. Makes nothing, and may run beside a server: what that holds (the
/// folder, the address) is no problem. `loaded` has no problems of its own.
std::vector<std::string> problems_with_surroundings(const LoadedConfig& loaded);

}  // namespace chatcore::chatd
