#pragma once
// `chatd export` and `chatd import`: everything out of a store, and into an empty one.

#include "command_line.h"
#include "config.h"

namespace chatcore::chatd {

/// `chatd export [FILE|-] [--files]`: what there is at this moment, while a server may go on. FILE
/// must not be there yet; without one, or with `-`, it is standard output.
int export_all(const CommandLine& line, const Config& config);

/// `chatd import FILE|-`: refused while a server runs from the folder, and where there is anything
/// in the store. All of it is there afterwards, or nothing.
int import_all(const CommandLine& line, const Config& config);

}  // namespace chatcore::chatd
