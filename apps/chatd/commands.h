#pragma once
// What `chatd` does besides serving.

#include "command_line.h"
#include "config.h"

namespace chatcore::chatd {

/// `chatd user add --email E --nickname N [--password P] [--role user|seller|admin]`. Without
/// `--password`, it is the first line of standard input. Prints the account's id.
int add_user(const CommandLine& line, const Config& config);

/// `chatd token --user ID`: prints an access token of that account.
int print_token(const CommandLine& line, const Config& config);

}  // namespace chatcore::chatd
