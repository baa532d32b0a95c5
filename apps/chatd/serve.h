#pragma once
// The server's life: from its settings to its last connection.

#include <functional>

#include "config.h"

namespace chatcore::chatd {

/// What a process ends with.
namespace exit_code {
inline constexpr int ok = 0;
inline constexpr int failed = 1;  ///< could not start, or was told to leave at once
inline constexpr int usage = 2;   ///< wrong flags or settings
}  // namespace exit_code

/// Blocks the signals that `serve` waits for, and ignores SIGPIPE. To be called before any thread
/// is started, so that all inherit it.
void prepare_signals();

/// Serves until SIGTERM or SIGINT. `reload` reads the settings anew, for SIGHUP.
int serve(const Config& config, const std::function<LoadedConfig()>& reload);

}  // namespace chatcore::chatd
