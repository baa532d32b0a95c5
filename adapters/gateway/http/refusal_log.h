#pragma once
// Log lines of what the gateway refuses and fails at. Access that was refused is a security event;
// an answer of the 5xx kind is an error, with what the library underneath said. Other refusals
// (ill-formed, not found, too fast) are the client's affair and are not logged.
//
// Anybody can cause refusals at any rate, so each of the two kinds has a token bucket of its own;
// what is left out is counted, and told with the next line or within a second or so. A flood of
// refused access so hides no error, and fills no disk.
// Threads: any; one short lock a refusal.

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "chatcore/domain/ids.h"
#include "chatcore/error.h"
#include "chatcore/ports/clock.h"
#include "chatcore/ports/telemetry.h"

namespace chatcore::gateway {

class RefusalLog {
public:
    /// Lines of a kind at once, and then a second.
    static constexpr int burst = 50;
    static constexpr int lines_per_s = 10;

    /// Both outlive the log.
    RefusalLog(Telemetry& telemetry, Clock& clock) : telemetry_(telemetry), clock_(clock) {}

    /// A request was answered with the error. `user` 0: not known. Failed log-ins are left to
    /// Accounts, which knows whose they were.
    void note(const Error& error, std::string_view request_id, UserId user);
    /// Tells what was left out, where a line may be written again. To be called now and again.
    void tell_left_out();

private:
    enum class Kind : std::uint8_t { access, failure };
    struct Bucket {
        double tokens = burst;
        std::chrono::nanoseconds at{0};
        std::int64_t left_out = 0;
    };

    /// How many lines were left out before this one; -1: this one is left out too.
    std::int64_t take(Kind kind, bool only_if_left_out);
    void write(Kind kind, std::string_view text, std::string_view request_id, UserId user);

    Telemetry& telemetry_;
    Clock& clock_;
    std::mutex mutex_;
    std::array<Bucket, 2> buckets_;
};

}  // namespace chatcore::gateway
