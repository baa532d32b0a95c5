#include "chatcore/adapters/tz_time_zones.h"

#include <exception>

#include <date/tz.h>

namespace chatcore {

namespace {

using Milliseconds = std::chrono::milliseconds;

/// The longest name of the database has some 30 characters.
constexpr std::size_t name_bytes_max = 64;

/// nullptr for UTC.
Result<const date::time_zone*> zone_of(std::string_view zone) {
    if (zone.empty() || zone == "UTC") return static_cast<const date::time_zone*>(nullptr);
    if (zone.size() > name_bytes_max) return unexpected(ErrorCode::invalid_value, "timeZone");
    // The library throws for what it does not know, and where there is no database.
    try {
        return date::locate_zone(zone);
    } catch (const std::exception& error) {
        return unexpected(ErrorCode::invalid_value, "timeZone", error.what());
    }
}

/// The library reads the changes that the database lists, which are those up to 2037, and not the
/// rule that goes on. What is later is looked up in the last listed year with the same calendar, so
/// that the rule's weekdays fall on the same days: how much earlier that is.
std::chrono::days to_listed_years(Milliseconds since_1970) {
    using std::chrono::January;
    using std::chrono::sys_days;
    using std::chrono::weekday;
    using std::chrono::year;
    constexpr year last_listed{2036};
    const auto day = std::chrono::floor<std::chrono::days>(Timestamp{since_1970});
    const year asked = std::chrono::year_month_day{day}.year();
    if (asked <= last_listed) return {};
    const sys_days begin{asked / January / 1};
    // 28 years in a row have begun on each weekday, leap years and others.
    for (year like = last_listed;; --like) {
        const sys_days same{like / January / 1};
        const bool alike = like.is_leap() == asked.is_leap() && weekday{same} == weekday{begin};
        if (alike || like < last_listed - std::chrono::years{28}) return begin - same;
    }
}

}  // namespace

bool TzTimeZones::known(std::string_view zone) const {
    return zone_of(zone).has_value();
}

Result<LocalTime> TzTimeZones::to_local(Timestamp at, std::string_view zone) const {
    Result<const date::time_zone*> found = zone_of(zone);
    if (!found) return unexpected(found.error());
    if (*found == nullptr) return LocalTime{at.time_since_epoch()};
    try {
        const std::chrono::days earlier = to_listed_years(at.time_since_epoch());
        return LocalTime{(*found)->to_local(at - earlier).time_since_epoch() + earlier};
    } catch (const std::exception& error) {  // a file of the database that cannot be read
        return unexpected(ErrorCode::invalid_value, "timeZone", error.what());
    }
}

Result<Timestamp> TzTimeZones::to_utc(LocalTime local, std::string_view zone) const {
    Result<const date::time_zone*> found = zone_of(zone);
    if (!found) return unexpected(found.error());
    if (*found == nullptr) return Timestamp{local.time_since_epoch()};
    try {
        const Milliseconds listed =
            local.time_since_epoch() - to_listed_years(local.time_since_epoch());
        const date::local_info info = (*found)->get_info(date::local_time<Milliseconds>{listed});
        // By the offset that held before the clock was moved: a time that is skipped comes out as
        // much later as is skipped, and one that is shown twice is the first.
        return Timestamp{local.time_since_epoch() - info.first.offset};
    } catch (const std::exception& error) {
        return unexpected(ErrorCode::invalid_value, "timeZone", error.what());
    }
}

}  // namespace chatcore
