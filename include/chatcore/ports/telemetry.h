#pragma once
// Threads:   any thread, several at once.
// Blocking:  no; a few nanoseconds for counters.
// Lifetime:  outlives the Engine.
// Errors:    none.
// Checked by: unit/chatd_telemetry_test.cpp, integration tests of /metrics and of the log lines

#include <chrono>
#include <cstdint>
#include <string_view>

#include "chatcore/domain/ids.h"

namespace chatcore {

enum class Counter : std::uint8_t {
    messages_sent,      ///< posts accepted, before they are applied
    messages_consumed,  ///< posts applied
    rooms_created,
    changes_refused,
    batches_applied,
    batches_retried,
    events_delivered,  ///< events times receivers
    gaps_repaired,
    slow_readers_dropped,
    log_ins_failed,
    attachments_uploaded,
    attachment_bytes_uploaded,
    attachment_bytes_read,
    attachments_removed,
};
inline constexpr int counter_count = static_cast<int>(Counter::attachments_removed) + 1;

/// Times of a change on its way, by stage.
enum class Stage : std::uint8_t {
    consume,  ///< from acceptance to applied
    commit,   ///< one batch's transaction
    publish,  ///< from applied to handed to the shards
    deliver,  ///< from acceptance to written to the shard's sockets
};
inline constexpr int stage_count = static_cast<int>(Stage::deliver) + 1;

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// One line of log. Never holds message content or tokens.
struct LogRecord {
    LogLevel level = LogLevel::info;
    bool security = false;  ///< goes to the security logger
    std::string_view text;
    UserId user = {};  ///< 0: none
    RoomId room = {};  ///< 0: none
    /// The id that the request's answer carries, or that of a native request; empty: none.
    std::string_view request = {};
    /// Where a security event comes from: an IP address, or a network of them; empty: not known.
    std::string_view address = {};
};

/// Where counters, durations and log lines go.
class Telemetry {
public:
    virtual ~Telemetry() = default;

    virtual void add(Counter counter, std::int64_t n) = 0;
    virtual void observe(Stage stage, std::chrono::nanoseconds duration) = 0;
    virtual void log(const LogRecord& record) = 0;
};

/// Counts and logs nothing.
class NullTelemetry final : public Telemetry {
public:
    void add(Counter, std::int64_t) override {}
    void observe(Stage, std::chrono::nanoseconds) override {}
    void log(const LogRecord&) override {}
};

}  // namespace chatcore
