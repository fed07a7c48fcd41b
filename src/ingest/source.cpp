#include "ingest/source.hpp"

#include "ingest/date_spelling.hpp"
#include "wire/toml.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace converge::ingest {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 1> formats{"csv"};
constexpr std::array<std::string_view, 4> separators{",", ";", "|", "\t"};
constexpr std::array<std::string_view, 2> stamps{"open", "close"};
constexpr std::int64_t known_delay_s_max = 366 * 86'400;
constexpr std::int64_t stale_after_days_max = 3'660;

struct Timeframe {
  std::string_view name;
  seconds length;  // 0: a calendar month
};
constexpr std::array<Timeframe, 8> timeframes{{{"1m", seconds(60)},
                                               {"5m", seconds(300)},
                                               {"15m", seconds(900)},
                                               {"1h", seconds(3600)},
                                               {"4h", seconds(14'400)},
                                               {"1d", days(1)},
                                               {"1w", days(7)},
                                               {"1mo", seconds(0)}}};

const Timeframe* find_timeframe(std::string_view name) {
  const auto* found = std::ranges::find(timeframes, name, &Timeframe::name);
  return found == timeframes.end() ? nullptr : found;
}

// "16:00" and "24:00".
Result<seconds> parse_close_at(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100; };
  if (text.size() == 5 && text[2] == ':') {
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    if ((hour < 24 && minute < 60) || (hour == 24 && minute == 0))
      return std::chrono::hours(hour) + std::chrono::minutes(minute);
  }
  return fail(Errc::invalid_input, fmt::format("'{}' is not a time of day like 16:00", text));
}

Result<Instant> close_instant(Date date, const BarStamps& bar) {
  if (bar.close_at < days(1)) return local_instant(date, bar.close_at, bar.zone);
  return local_instant(Date(std::chrono::sys_days(date) + days(1)), seconds(0), bar.zone);
}

Date last_day(Date first, std::string_view timeframe) {
  if (timeframe == "1w") return Date(std::chrono::sys_days(first) + days(6));
  Date next = first + std::chrono::months(1);
  if (!next.ok()) next = next.year() / next.month() / std::chrono::last;
  return Date(std::chrono::sys_days(next) - days(1));
}

// "2020-03-16T16:00:00-04:00", or without an offset (and with a blank for the T) a time on the clocks of `zone`.
Result<Instant> parse_date_time(std::string_view text, std::string_view zone) {
  const bool has_offset = text.ends_with('Z') || text.ends_with('z') || text.find_first_of("+-", 11) != text.npos;
  std::string spelled(text);
  if (spelled.size() > 10 && spelled[10] == ' ') spelled[10] = 'T';
  if (has_offset) return parse_instant(spelled);
  if (zone.empty())
    return fail(Errc::invalid_input, fmt::format("'{}' has no offset, and the source names no zone", text));
  if (spelled.size() == 16) spelled += ":00";
  TRY(const Instant clock, parse_instant(spelled + "Z"));
  const Date date = utc_date(clock);
  const Duration time = clock - midnight_utc(date);
  const auto whole = std::chrono::floor<seconds>(time);
  TRY(const Instant at, local_instant(date, whole, zone));
  return at + (time - whole);
}

Result<BarStamps> read_bar(TableReader& file, bool symbol_mapped) {
  BarStamps bar;
  if (!symbol_mapped) {
    TRY(bar.symbol, file.text("symbol"));
  } else if (file.has("symbol")) {
    return file.refuse("symbol", "is given twice: a column is mapped to symbol as well");
  }
  TRY(bar.timeframe, file.text("timeframe"));
  const Timeframe* timeframe = find_timeframe(bar.timeframe);
  if (timeframe == nullptr) {
    std::vector<std::string_view> names;
    for (const Timeframe& t : timeframes) names.push_back(t.name);
    return file.refuse("timeframe", fmt::format("must be one of {}", fmt::join(names, ", ")));
  }
  TRY(const std::string format, file.text("stamp_format"));
  bar.format = format == "date-time" ? StampFormat::date_time : StampFormat::date;
  if (format != "date" && format != "date-time") {
    if (!check_date_spelling(format))
      return file.refuse("stamp_format", "must be date, date-time, or a spelling of dates like dd/mm/yyyy");
    bar.spelling = format;
  }
  if (!file.has("stamp"))
    return file.refuse("stamp",
                       "is required: \"open\" or \"close\", which end of the bar its time stamp names. There is no "
                       "default, because the wrong one lets every model look one bar ahead");
  TRY(const std::string stamp, file.word("stamp", stamps));
  bar.stamp = stamp == "open" ? Stamp::open : Stamp::close;
  if (file.has("zone")) {
    TRY(bar.zone, file.text("zone"));
    if (const auto known = local_date(Instant{}, bar.zone); !known) return file.refuse("zone", known.error().message);
  }
  if (bar.format == StampFormat::date) {
    if (timeframe->length > seconds(0) && timeframe->length < days(1))
      return file.refuse("stamp_format", fmt::format("must be date-time for a timeframe of {}", bar.timeframe));
    if (bar.zone.empty()) return file.refuse("zone", "is required for dates: the clocks that close_at is read on");
    TRY(const std::string close_at, file.text("close_at"));
    const auto parsed = parse_close_at(close_at);
    if (!parsed) return file.refuse("close_at", parsed.error().message);
    bar.close_at = *parsed;
  } else {
    if (file.has("close_at")) return file.refuse("close_at", "has no meaning where stamps carry a time");
    if (bar.stamp == Stamp::open && timeframe->length == seconds(0))
      return file.refuse("stamp", "must be close for months with a time: they have no fixed length");
  }
  if (file.has("known_delay_s")) {
    TRY(const std::int64_t delay, file.integer("known_delay_s", 0, known_delay_s_max));
    bar.known_delay = seconds(delay);
  }
  if (file.has("mark_repeated_open")) {
    TRY(bar.mark_repeated_open, file.flag("mark_repeated_open"));
  }
  return bar;
}

}  // namespace

Result<Source> parse_source(std::string_view toml_text, std::string_view where) {
  const std::string name = std::filesystem::path(where).stem().string();
  TRY(const JsonObject object, parse_toml(toml_text, where));
  TableReader file(object, std::string(where));
  Source source;
  source.name = name;
  if (file.has("table")) {
    TRY(source.table, file.text("table"));
  }
  TRY(source.file, file.text("file"));
  TRY(const std::string format, file.word("format", formats));
  if (file.has("separator")) {
    TRY(const std::string separator, file.word("separator", separators));
    source.separator = separator.front();
  }
  if (file.has("ignore")) {
    TRY(source.ignore, file.texts("ignore"));
  }
  if (file.has("stale_after_days")) {
    TRY(source.stale_after_days, file.integer("stale_after_days", 0, stale_after_days_max));
  }
  TRY(TableReader columns, file.table("columns"));
  std::set<std::string, std::less<>> targets;
  for (const std::string& from : columns.keys()) {
    TRY(const std::string to, columns.text(from));
    if (!targets.insert(to).second) return columns.refuse(from, fmt::format("is the second column mapped to {}", to));
    if (std::ranges::find(source.ignore, from) != source.ignore.end())
      return columns.refuse(from, "is mapped and ignored at once");
    source.columns.emplace_back(from, to);
  }
  if (source.table == "bar") {
    TRY(source.bar, read_bar(file, targets.contains("symbol")));
  }
  TRY_VOID(file.refuse_rest());
  return source;
}

Result<void> check_source(const Source& source, const contract::Contract& contract) {
  std::set<std::string, std::less<>> supplied(std::begin(system_columns), std::end(system_columns));
  if (source.bar) {
    supplied.insert({"timeframe", "open_synthetic"});
    if (!source.bar->symbol.empty()) supplied.insert("symbol");
  }
  for (const auto& [from, to] : source.columns) {
    if (contract.find_column(to) == nullptr)
      return fail(Errc::invalid_input, fmt::format("source {}: column '{}' is mapped to {}.{}, which does not exist",
                                                   source.name, from, contract.table, to));
    if (source.bar && supplied.contains(to))
      return fail(Errc::invalid_input,
                  fmt::format("source {}: column '{}' is mapped to {}.{}, which ingest fills itself", source.name, from,
                              contract.table, to));
    supplied.insert(to);
  }
  for (const contract::Column& column : contract.columns) {
    if (!column.nullable && !supplied.contains(column.name))
      return fail(Errc::invalid_input, fmt::format("source {}: nothing is mapped to {}.{}, which is required",
                                                   source.name, contract.table, column.name));
  }
  return {};
}

Result<Instant> parse_stamp(std::string_view text, const BarStamps& bar) {
  if (bar.format == StampFormat::date) {
    TRY(const Date date, bar.spelling == iso_date_spelling ? parse_date(text) : parse_spelled_date(text, bar.spelling));
    const bool names_first_day = bar.stamp == Stamp::open && (bar.timeframe == "1w" || bar.timeframe == "1mo");
    return close_instant(names_first_day ? last_day(date, bar.timeframe) : date, bar);
  }
  TRY(const Instant at, parse_date_time(text, bar.zone));
  return bar.stamp == Stamp::open ? at + find_timeframe(bar.timeframe)->length : at;
}

}  // namespace converge::ingest
