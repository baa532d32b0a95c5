#include "gateway/http/refusal_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "gateway/http/exchange.h"

namespace chatcore::gateway {

void RefusalLog::note(const Error& error, std::string_view request_id, UserId user) {
    const int status = status_of(error.code);
    const bool access =
        (status == 401 || status == 403) && error.code != ErrorCode::bad_credentials;
    if (!access && status < 500) return;
    const Kind kind = access ? Kind::access : Kind::failure;
    const std::int64_t left_out = take(kind, false);
    if (left_out < 0) return;
    std::string text = fmt::format("{}: {}", access ? "access refused" : "request failed",
                                   chatcore::name_of(error.code));
    if (!error.detail.empty()) text += fmt::format(" ({})", error.detail);
    if (!error.cause.empty()) text += fmt::format(": {}", error.cause);
    if (left_out > 0) text += fmt::format("; {} before it were not logged", left_out);
    write(kind, text, request_id, user);
}

void RefusalLog::tell_left_out() {
    for (const Kind kind : {Kind::access, Kind::failure}) {
        const std::int64_t left_out = take(kind, true);
        if (left_out <= 0) continue;
        write(kind,
              fmt::format("{} {} were not logged", left_out,
                          kind == Kind::access ? "refusals of access" : "failed requests"),
              {}, UserId{});
    }
}

std::int64_t RefusalLog::take(Kind kind, bool only_if_left_out) {
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    Bucket& bucket = buckets_[static_cast<std::size_t>(kind)];
    if (only_if_left_out && bucket.left_out == 0) return 0;
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    bucket.tokens = std::min<double>(burst, bucket.tokens + std::max(seconds, 0.0) * lines_per_s);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return std::exchange(bucket.left_out, 0);
    }
    if (!only_if_left_out) ++bucket.left_out;
    return -1;
}

void RefusalLog::write(Kind kind, std::string_view text, std::string_view request_id, UserId user) {
    const bool access = kind == Kind::access;
    telemetry_.log({.level = access ? LogLevel::info : LogLevel::error,
                    .security = access,
                    .text = text,
                    .user = user,
                    .request = request_id});
}

}  // namespace chatcore::gateway
