#pragma once
// The TOML file.

#include <string>
#include <vector>

#include "config.h"

namespace chatcore::chatd {

/// Reads the file's settings; a mistake in it becomes a problem with file, line and key.
std::vector<Setting> read_config_file(const std::string& path, std::vector<std::string>& problems);

}  // namespace chatcore::chatd
