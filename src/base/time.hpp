// base/time.hpp — instants and dates, and the only texts they are read from and written to.
//
// An Instant is UTC with microseconds, the resolution of DATETIME(6). A Date is a calendar day without a zone.
#pragma once
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace converge {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;
using Duration = std::chrono::microseconds;

// Earlier and later than every row, and within what both servers can write.
inline constexpr Instant begin_of_time{
    std::chrono::sys_days(Date(std::chrono::year(1000), std::chrono::month(1), std::chrono::day(1)))};
inline constexpr Instant end_of_time{
    std::chrono::sys_days(Date(std::chrono::year(9999), std::chrono::month(12), std::chrono::day(31)))};

// "2020-03-16". errors: invalid_input when it is not ten characters of a day that exists.
Result<Date> parse_date(std::string_view text);
std::string render_date(Date date);

// RFC 3339 with a zone: "2020-03-16T20:00:00Z", "2020-03-16T16:00:00.25-04:00". Digits after the sixth are refused,
// because the two servers round them differently.
Result<Instant> parse_instant(std::string_view text);
// "2020-03-16T20:00:00Z", with ".ffffff" only when the fraction is not zero.
std::string render_instant(Instant at);

// The server's form, "2020-03-16 20:00:00.000000", always UTC and always six digits.
Result<Instant> parse_sql_instant(std::string_view text);
std::string render_sql_instant(Instant at);

// The instant at which clocks of `zone` (IANA name) show `time_of_day` on `date`.
// errors: invalid_input when the zone is unknown, or the time does not exist or is ambiguous that day.
Result<Instant> local_instant(Date date, std::chrono::seconds time_of_day, std::string_view zone);
// The calendar day that clocks of `zone` show at `at`.
Result<Date> local_date(Instant at, std::string_view zone);

inline Instant midnight_utc(Date date) {
  return std::chrono::time_point_cast<Duration>(std::chrono::sys_days(date));
}
inline Date utc_date(Instant at) {
  return Date(std::chrono::floor<std::chrono::days>(at));
}

}  // namespace converge
