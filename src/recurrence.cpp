#include "recurrence.h"

#include <algorithm>

namespace chatcore {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::weeks;
using std::chrono::year_month_day;
using std::chrono::year_month_day_last;

/// The wall clock of the occurrence that is `steps` after the first.
LocalTime occurrence(LocalTime first, Repeat repeat, std::int64_t steps) {
    if (repeat == Repeat::daily) return first + days{steps};
    if (repeat == Repeat::weekly) return first + weeks{steps};
    const auto day = std::chrono::floor<days>(first);
    const year_month_day date{day};
    const auto month = date.year() / date.month() + months{steps};
    const auto last = year_month_day_last{month.year() / month.month() / std::chrono::last}.day();
    return local_days{month / std::min(date.day(), last)} + (first - day);
}

/// How many steps lie between two wall clocks, about.
std::int64_t steps_between(LocalTime first, LocalTime later, Repeat repeat) {
    if (repeat == Repeat::daily) return std::chrono::floor<days>(later - first).count();
    if (repeat == Repeat::weekly) return std::chrono::floor<weeks>(later - first).count();
    const year_month_day from{std::chrono::floor<days>(first)};
    const year_month_day to{std::chrono::floor<days>(later)};
    return (to.year() / to.month() - from.year() / from.month()).count();
}

}  // namespace

Result<Timestamp> next_occurrence(LocalTime first, Repeat repeat, const std::string& zone,
                                  Timestamp after, const TimeZones& zones) {
    if (repeat == Repeat::none) return unexpected(ErrorCode::invalid_value, "repeat");
    Result<LocalTime> now = zones.to_local(after, zone);
    if (!now) return unexpected(now.error());
    // The wall clock may be a day off where it was moved, and a month is not of one length: begun
    // a little earlier, the first that is late enough is found within a few steps.
    constexpr std::int64_t earlier = 3;
    constexpr int tries_max = 16;
    std::int64_t step = std::max<std::int64_t>(steps_between(first, *now, repeat) - earlier, 0);
    constexpr LocalTime last = local_days{std::chrono::year{9999} / 12 / 31};
    for (int i = 0; i < tries_max; ++i, ++step) {
        const LocalTime local = occurrence(first, repeat, step);
        if (local > last) break;
        Result<Timestamp> at = zones.to_utc(local, zone);
        if (!at) return unexpected(at.error());
        if (*at > after) return *at;
    }
    return unexpected(ErrorCode::invalid_value, "repeat");
}

}  // namespace chatcore
