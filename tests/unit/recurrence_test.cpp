#include "recurrence.h"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "chatcore/adapters/tz_time_zones.h"

#include "occurrence_key.h"
#include "utc_only.h"

using namespace chatcore;
using namespace std::chrono;

namespace {

const TzTimeZones zones;

LocalTime local(int year_, unsigned month_, unsigned day_, int hour, int minute = 0) {
    return local_days{year{year_} / month(month_) / day(day_)} + hours{hour} + minutes{minute};
}

Timestamp utc(int year_, unsigned month_, unsigned day_, int hour, int minute = 0) {
    return sys_days{year{year_} / month(month_) / day(day_)} + hours{hour} + minutes{minute};
}

/// The occurrences after a time, as RFC 3339 up to the minute.
std::vector<std::string> next(LocalTime first, Repeat repeat, const std::string& zone,
                              Timestamp after, int count) {
    std::vector<std::string> found;
    for (int i = 0; i < count; ++i) {
        const Result<Timestamp> at = next_occurrence(first, repeat, zone, after, zones);
        REQUIRE(at.has_value());
        CHECK(*at > after);
        found.push_back(format_rfc3339(*at).substr(0, 16));
        after = *at;
    }
    return found;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_CASE("a daily occurrence keeps its local time") {
    CHECK(next(local(2026, 1, 1, 9), Repeat::daily, "Asia/Seoul", utc(2026, 1, 1, 0), 2) ==
          Times{"2026-01-02T00:00", "2026-01-03T00:00"});
    CHECK(next(local(2026, 1, 1, 9), Repeat::daily, "Asia/Seoul", utc(2026, 1, 1, 0) - 1ms, 1) ==
          Times{"2026-01-01T00:00"});
}

TEST_CASE("local time is kept when the clock is set forward, and back") {
    const LocalTime noon = local(2026, 3, 1, 12);
    CHECK(next(noon, Repeat::daily, "America/New_York", utc(2026, 3, 7, 0), 3) ==
          Times{"2026-03-07T17:00", "2026-03-08T16:00", "2026-03-09T16:00"});
    CHECK(next(noon, Repeat::weekly, "America/New_York", utc(2026, 10, 26, 0), 2) ==
          Times{"2026-11-01T17:00", "2026-11-08T17:00"});
    CHECK(next(noon, Repeat::weekly, "America/New_York", utc(2026, 10, 20, 0), 1) ==
          Times{"2026-10-25T16:00"});
}

TEST_CASE("a time that the clock skips is moved forward by what is skipped, that day alone") {
    // On 8 March 2026 New York goes from 02:00 to 03:00: 02:30 is shown as 03:30.
    CHECK(next(local(2026, 3, 1, 2, 30), Repeat::daily, "America/New_York", utc(2026, 3, 7, 0),
               3) == Times{"2026-03-07T07:30", "2026-03-08T07:30", "2026-03-09T06:30"});
}

TEST_CASE("of a time that the clock shows twice the first counts, once") {
    // On 1 November 2026 New York goes from 02:00 back to 01:00.
    CHECK(next(local(2026, 10, 1, 1, 30), Repeat::daily, "America/New_York", utc(2026, 10, 31, 0),
               3) == Times{"2026-10-31T05:30", "2026-11-01T05:30", "2026-11-02T06:30"});
}

TEST_CASE("the 31st becomes a month's last day, and the 31st again") {
    CHECK(next(local(2026, 1, 31, 9), Repeat::monthly, "Asia/Seoul", utc(2026, 1, 31, 0), 5) ==
          Times{"2026-02-28T00:00", "2026-03-31T00:00", "2026-04-30T00:00", "2026-05-31T00:00",
                "2026-06-30T00:00"});
    CHECK(next(local(2027, 12, 31, 9), Repeat::monthly, "Asia/Seoul", utc(2028, 1, 31, 0), 1) ==
          Times{"2028-02-29T00:00"});
    CHECK(next(local(2028, 2, 29, 9), Repeat::monthly, "", utc(2029, 1, 30, 0), 2) ==
          Times{"2029-02-28T09:00", "2029-03-29T09:00"});
}

TEST_CASE("occurrences that passed by are not made up for") {
    CHECK(next(local(2026, 1, 31, 9), Repeat::monthly, "UTC", utc(2031, 5, 31, 9), 1) ==
          Times{"2031-06-30T09:00"});
    CHECK(next(local(1990, 1, 1, 9), Repeat::daily, "Europe/Berlin", utc(2026, 7, 1, 12), 1) ==
          Times{"2026-07-02T07:00"});
    CHECK(next(local(1990, 1, 1, 9), Repeat::weekly, "Europe/Berlin", utc(2026, 7, 1, 12), 1) ==
          Times{"2026-07-06T07:00"});
}

TEST_CASE("a day that a zone leaves out gives no second occurrence at its end") {
    // Samoa had no 30 December 2011: 08:00 of that day is 08:00 of the next.
    CHECK(next(local(2011, 12, 28, 8), Repeat::daily, "Pacific/Apia", utc(2011, 12, 29, 0), 3) ==
          Times{"2011-12-29T18:00", "2011-12-30T18:00", "2011-12-31T18:00"});
}

TEST_CASE("what does not repeat, or in no known zone, has no next time") {
    const LocalTime first = local(2026, 1, 1, 9);
    CHECK(next_occurrence(first, Repeat::none, "", {}, zones).error().detail == "repeat");
    CHECK(next_occurrence(first, Repeat::daily, "Mars/Olympus", {}, zones).error().detail ==
          "timeZone");
    CHECK(!next_occurrence(local(9999, 12, 31, 9), Repeat::daily, "", utc(9999, 12, 31, 10), zones)
               .has_value());
}

TEST_CASE("zones are known by their names in the tz database") {
    for (const char* name : {"", "UTC", "Asia/Seoul", "America/New_York", "Europe/Berlin"})
        CHECK_MESSAGE(zones.known(name), name);
    const std::string long_name(5'000, 'x');
    for (const char* name :
         {"asia/seoul", "Seoul", "../etc/passwd", "/etc/localtime", " ", long_name.c_str()})
        CHECK_MESSAGE(!zones.known(name), name);
    CHECK(*zones.to_local(utc(2026, 7, 1, 0), "Asia/Seoul") == local(2026, 7, 1, 9));
    CHECK(*zones.to_utc(local(2026, 7, 1, 9), "Asia/Seoul") == utc(2026, 7, 1, 0));
    CHECK(zones.to_utc(local(2026, 7, 1, 9), "Nowhere").error().code == ErrorCode::invalid_value);
}

TEST_CASE("the rules of a zone go on behind the years that the database lists") {
    for (const int year_ : {2026, 2037, 2038, 2040, 2100, 2101, 9'998}) {
        CAPTURE(year_);
        CHECK(*zones.to_utc(local(year_, 7, 1, 12), "America/New_York") == utc(year_, 7, 1, 16));
        CHECK(*zones.to_utc(local(year_, 1, 2, 12), "America/New_York") == utc(year_, 1, 2, 17));
        CHECK(*zones.to_local(utc(year_, 7, 1, 16), "America/New_York") == local(year_, 7, 1, 12));
    }
    // The second Sunday of March 2040 is the 11th.
    CHECK(*zones.to_utc(local(2040, 3, 10, 12), "America/New_York") == utc(2040, 3, 10, 17));
    CHECK(*zones.to_utc(local(2040, 3, 11, 12), "America/New_York") == utc(2040, 3, 11, 16));
}

TEST_CASE("a host that brings no zones has UTC") {
    CHECK(utc_only.known("UTC"));
    CHECK(!utc_only.known("Asia/Seoul"));
    CHECK(*next_occurrence(local(2026, 1, 31, 9), Repeat::monthly, "", utc(2026, 2, 1, 0),
                           utc_only) == utc(2026, 2, 28, 9));
}

TEST_CASE("every occurrence has a key of its own, a UUID of version 8") {
    std::set<ClientKey> keys;
    const std::int64_t numbers[] = {1, 2, 255, 256, 65'536, (1LL << 48) - 1, 1LL << 48, id_max};
    for (const std::int64_t schedule : numbers) {
        for (const std::int64_t occurrence : numbers) {
            const std::string text = key_of({ScheduleId{schedule}, occurrence}).to_string();
            CHECK(text[14] == '8');
            CHECK(text[19] == '8');
            CHECK(keys.insert(*ClientKey::parse(text)).second);
        }
    }
    CHECK(key_of({ScheduleId{258}, 3}).to_string() == "00000000-0102-8000-8000-000000000003");
}
