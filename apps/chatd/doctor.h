#pragma once
// `chatd doctor`: everything that a server needs, looked at before it is missed.

#include "config.h"

namespace chatcore::chatd {

/// Prints a line for each thing looked at, beginning with `ok`, `note` (works, but should be known)
/// or `fault`, and makes nothing that was not there. Gives the exit code: not 0 where there was a
/// fault. A server may be running from the same folder meanwhile.
int doctor(const Config& config);

/// `chatd migrate`: brings the database up to this version's schema, with progress on a terminal.
/// Refused while a server runs from the folder.
int migrate(const Config& config);

}  // namespace chatcore::chatd
