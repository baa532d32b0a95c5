#pragma once
// Log lines on standard error: one line an event, as text for people or as JSON for machines.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "chatcore/ports/telemetry.h"

namespace chatcore {

enum class LogFormat : std::uint8_t {
    automatic,  ///< text where standard error is a terminal, JSON otherwise
    text,       ///< `2025-10-24T05:15:30.123Z warning chatd.security: log-in failed user=7`
    json,  ///< `{"time":"…","level":"warning","logger":"chatd.security","text":"…","userId":7}`
};

struct LogOptions {
    LogLevel level = LogLevel::info;  ///< what is below is not written
    LogFormat format = LogFormat::automatic;
    /// Lines waiting to be written; when one more comes, the oldest is forgotten and counted.
    std::size_t waiting_lines_max = 8'192;
};

/// `debug`, `info`, `warning`, `error`; nullopt for anything else.
std::optional<LogLevel> parse_log_level(std::string_view name);

/// Writes lines from a thread of its own, so that nobody waits for a slow terminal or pipe.
/// Ordinary lines are of the logger `chatd`, security events of `chatd.security`, which is never
/// quieter than `info`. Threads: any.
class SpdlogLog {
public:
    explicit SpdlogLog(LogOptions options = {});
    /// Writes what waits.
    ~SpdlogLog();
    SpdlogLog(const SpdlogLog&) = delete;
    SpdlogLog& operator=(const SpdlogLog&) = delete;

    void write(const LogRecord& record);
    void set_level(LogLevel level);
    /// Lines forgotten because too many waited.
    std::size_t lines_dropped() const;

private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace chatcore
