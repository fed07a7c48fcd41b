#include "base/time.hpp"

#include <date/tz.h>
#include <fmt/format.h>
#include <charconv>

namespace converge {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads exactly `count` digits at `from`; -1 when one of them is not a digit.
int digits(std::string_view text, std::size_t from, std::size_t count) {
  if (from + count > text.size()) return -1;
  int value = 0;
  for (char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

Result<Duration> parse_time_of_day(std::string_view text, std::size_t& used) {
  const int hour = digits(text, 0, 2);
  const int minute = digits(text, 3, 2);
  const int second = digits(text, 6, 2);
  const bool shaped = text.size() >= 8 && text[2] == ':' && text[5] == ':';
  if (!shaped || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return fail(Errc::invalid_input, fmt::format("'{}' is not a time of day like 20:00:00", text));
  used = 8;
  std::int64_t micros = 0;
  if (text.size() > used && text[used] == '.') {
    std::size_t count = 0;
    while (used + 1 + count < text.size() && digits(text, used + 1 + count, 1) >= 0) ++count;
    if (count == 0 || count > 6)
      return fail(Errc::invalid_input, fmt::format("'{}' needs one to six digits after the point", text));
    std::from_chars(text.data() + used + 1, text.data() + used + 1 + count, micros);
    for (std::size_t i = count; i < 6; ++i) micros *= 10;
    used += 1 + count;
  }
  return hours(hour) + minutes(minute) + seconds(second) + Duration(micros);
}

// Writes `value` as `count` digits at `at`. By hand, because every row that is loaded renders instants.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::int64_t value) {
  for (std::size_t i = count; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
}

void append_date(std::string& text, Date date) {
  const int year = static_cast<int>(date.year());
  if (year < 0 || year > 9999) {
    text +=
        fmt::format("{:04}-{:02}-{:02}", year, static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return;
  }
  const std::size_t from = text.size();
  text += "0000-00-00";
  put_digits(text, from, 4, year);
  put_digits(text, from + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, from + 8, 2, static_cast<unsigned>(date.day()));
}

std::string render_clock(Instant at, std::string_view separator, bool full_fraction, std::string_view end) {
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::hh_mm_ss time(at - day);
  const bool has_fraction = full_fraction || time.subseconds().count() != 0;
  constexpr std::size_t clock_size = 8;     // 00:00:00
  constexpr std::size_t fraction_size = 7;  // .000000
  std::string text;
  text.reserve(32);
  append_date(text, Date(day));
  text.append(separator);
  const std::size_t from = text.size();
  text.append("00:00:00.000000", clock_size + (has_fraction ? fraction_size : 0));
  put_digits(text, from, 2, time.hours().count());
  put_digits(text, from + 3, 2, time.minutes().count());
  put_digits(text, from + 6, 2, time.seconds().count());
  if (has_fraction) put_digits(text, from + clock_size + 1, 6, time.subseconds().count());
  return text.append(end);
}

Result<const date::time_zone*> find_zone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone));
  } catch (const std::exception& e) {
    return fail(Errc::invalid_input, fmt::format("time zone '{}' is unknown: {}", zone, e.what()));
  }
}

}  // namespace

Result<Date> parse_date(std::string_view text) {
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && year >= 0 && month > 0 && day > 0) {
    const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                    std::chrono::day(static_cast<unsigned>(day))};
    if (date.ok()) return date;
  }
  return fail(Errc::invalid_input, fmt::format("'{}' is not a day like 2020-03-16", text));
}

std::string render_date(Date date) {
  std::string text;
  append_date(text, date);
  return text;
}

Result<Instant> parse_instant(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't'))
    return fail(Errc::invalid_input, fmt::format("'{}' is not an instant like 2020-03-16T20:00:00Z", text));
  TRY(const Date date, parse_date(text.substr(0, 10)));
  std::size_t used = 0;
  TRY(const Duration time, parse_time_of_day(text.substr(11), used));
  const std::string_view zone = text.substr(11 + used);
  if (zone == "Z" || zone == "z") return midnight_utc(date) + time;
  const int hour = digits(zone, 1, 2);
  const int minute = digits(zone, 4, 2);
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59)
    return fail(Errc::invalid_input, fmt::format("'{}' does not end in Z or an offset like -04:00", text));
  const Duration offset = hours(hour) + minutes(minute);
  return midnight_utc(date) + time - (zone[0] == '-' ? -offset : offset);
}

std::string render_instant(Instant at) {
  return render_clock(at, "T", false, "Z");
}

Result<Instant> parse_sql_instant(std::string_view text) {
  if (text.size() < 19 || text[10] != ' ')
    return fail(Errc::invalid_input, fmt::format("'{}' is not an instant like 2020-03-16 20:00:00.000000", text));
  TRY(const Date date, parse_date(text.substr(0, 10)));
  std::size_t used = 0;
  TRY(const Duration time, parse_time_of_day(text.substr(11), used));
  if (11 + used != text.size())
    return fail(Errc::invalid_input, fmt::format("'{}' has something behind the time", text));
  return midnight_utc(date) + time;
}

std::string render_sql_instant(Instant at) {
  return render_clock(at, " ", true, "");
}

Result<Instant> local_instant(Date date, std::chrono::seconds time_of_day, std::string_view zone) {
  TRY(const date::time_zone* tz, find_zone(zone));
  const auto local = date::local_seconds(std::chrono::sys_days(date).time_since_epoch() + time_of_day);
  try {
    return Instant(tz->to_sys(local).time_since_epoch());
  } catch (const std::exception&) {
    return fail(Errc::invalid_input, fmt::format("{} + {} s is skipped or repeated by the clocks of {}",
                                                 render_date(date), time_of_day.count(), zone));
  }
}

Result<Date> local_date(Instant at, std::string_view zone) {
  TRY(const date::time_zone* tz, find_zone(zone));
  const auto local = tz->to_local(date::sys_time<Duration>(at.time_since_epoch()));
  return Date(std::chrono::sys_days(date::floor<date::days>(local).time_since_epoch()));
}

}  // namespace converge
