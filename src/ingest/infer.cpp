#include "ingest/infer.hpp"

#include "ingest/csv.hpp"
#include "ingest/source.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>

namespace converge::ingest {
namespace {

// What a column's values have in common, over the whole file.
struct ColumnSight {
  std::int64_t values = 0;  // that are not empty
  std::int64_t dates = 0;
  std::int64_t date_times = 0;
  std::int64_t numbers = 0;
  int scale = 0;  // most digits after the point
  std::string first;
  std::string last;

  std::string describe() const {
    if (values == 0) return "always empty";
    const std::string range = fmt::format("{} values, {} to {}", values, first, last);
    if (dates == values) return "dates: " + range;
    if (date_times == values) return "instants: " + range;
    if (numbers == values) return fmt::format("numbers with up to {} digits after the point: {}", scale, range);
    return fmt::format("texts: {} values", values);
  }
};

struct KnownColumn {
  std::string_view target;
  std::array<std::string_view, 5> names;
};
constexpr std::array<KnownColumn, 6> bar_columns{{{"bar_at", {"date", "datetime", "timestamp", "time", "bar_at"}},
                                                  {"open", {"open", "o", "", "", ""}},
                                                  {"high", {"high", "h", "", "", ""}},
                                                  {"low", {"low", "l", "", "", ""}},
                                                  {"close", {"close", "c", "last", "", ""}},
                                                  {"volume", {"volume", "vol", "v", "", ""}}}};

struct Step {
  std::string_view timeframe;
  std::int64_t seconds_min;
  std::int64_t seconds_max;
};
constexpr std::array<Step, 8> steps{{{"1m", 60, 60},
                                     {"5m", 300, 300},
                                     {"15m", 900, 900},
                                     {"1h", 3'600, 3'600},
                                     {"4h", 14'400, 14'400},
                                     {"1d", 86'400, 86'400},
                                     {"1w", 604'800, 604'800},
                                     {"1mo", 28 * 86'400, 31 * 86'400}}};

std::string snake_case(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0)
      out.push_back(static_cast<char>(std::tolower(byte)));
    else if (!out.empty() && out.back() != '_')
      out.push_back('_');
  }
  while (out.ends_with('_')) out.pop_back();
  return out.empty() ? "column" : out;
}

// A basic string of TOML.
std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    else
      out.push_back(c);
  }
  return out + "\"";
}

char find_separator(std::string_view text) {
  constexpr std::string_view candidates = ",;|\t";
  const std::string_view header = text.substr(0, text.find('\n'));
  return *std::ranges::max_element(candidates, {}, [&](char c) { return std::ranges::count(header, c); });
}

std::optional<Instant> read_stamp(std::string_view text) {
  if (const auto date = parse_date(text)) return midnight_utc(*date);
  const auto at = parse_stamp(text, {.timeframe = "1d", .format = StampFormat::date_time, .zone = "UTC"});
  return at ? std::optional(*at) : std::nullopt;
}

void look_at(ColumnSight& sight, std::string_view text) {
  if (text.empty()) return;
  ++sight.values;
  if (parse_date(text))
    ++sight.dates;
  else if (read_stamp(text))
    ++sight.date_times;
  else if (const auto number = Decimal::parse(text)) {
    ++sight.numbers;
    sight.scale = std::max(sight.scale, number->scale());
  }
  if (sight.values == 1) sight.first = text.substr(0, 40);
  sight.last = text.substr(0, 40);
}

// The commonest step between neighbouring stamps, as a timeframe.
std::string_view find_timeframe(const std::map<std::int64_t, std::int64_t>& count_of_step) {
  if (count_of_step.empty()) return "";
  const std::int64_t seconds =
      std::ranges::max_element(count_of_step, {}, [](const auto& entry) { return entry.second; })->first;
  const auto step =
      std::ranges::find_if(steps, [&](const Step& s) { return seconds >= s.seconds_min && seconds <= s.seconds_max; });
  return step == steps.end() ? "" : step->timeframe;
}

class Proposal {
 public:
  void line(std::string_view key, std::string_view value, std::string_view remark = "") {
    const std::string text = fmt::format("{} = {}", key, value);
    text_ += remark.empty() ? text + "\n" : fmt::format("{:<32} # {}\n", text, remark);
  }
  void remark(std::string_view text) { text_ += fmt::format("# {}\n", text); }
  void add(std::string_view text) { text_ += text; }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

Result<std::string> propose_source(std::string_view csv_text, std::string_view path) {
  const char separator = find_separator(csv_text);
  TRY(CsvScanner scanner, CsvScanner::open(csv_text, {.separator = separator}));
  const auto& header = scanner.header();

  std::map<std::string, std::size_t, std::less<>> field_of;  // column of `bar` -> index in the header
  for (const KnownColumn& known : bar_columns) {
    const auto found = std::ranges::find_if(header, [&](const std::string& name) {
      return std::ranges::find(known.names, snake_case(name)) != known.names.end();
    });
    if (found != header.end()) field_of.emplace(known.target, static_cast<std::size_t>(found - header.begin()));
  }
  const bool is_bar = field_of.size() == bar_columns.size();

  std::vector<ColumnSight> sights(header.size());
  std::map<std::int64_t, std::int64_t> count_of_step;
  std::optional<Instant> before;
  std::int64_t rows = 0;
  std::int64_t malformed = 0;
  std::string first_fault;
  CsvRecord record;
  while (scanner.next(record)) {
    ++rows;
    if (record.fault != CsvFault::none) {
      if (malformed++ == 0) first_fault = fmt::format("line {}, {}", record.line, csv_rule(record.fault));
      continue;
    }
    for (std::size_t f = 0; f < header.size(); ++f) look_at(sights[f], record.fields[f].text);
    if (!is_bar) continue;
    const auto at = read_stamp(record.fields[field_of.at("bar_at")].text);
    if (at && before && *at != *before) ++count_of_step[std::abs((*at - *before) / std::chrono::seconds(1))];
    if (at) before = at;
  }
  if (rows == malformed) return fail(Errc::invalid_input, fmt::format("{}: not a single row can be read", path));

  Proposal out;
  out.remark(fmt::format("Proposed for {} after reading all of its {} rows. Check every line; fill in what is empty.",
                         path, rows));
  if (malformed > 0)
    out.remark(fmt::format("{} rows are malformed and would go to quarantine; the first: {}.", malformed, first_fault));
  out.line("table", is_bar ? "\"bar\"" : "\"\"", is_bar ? "" : "fill in: the table of your contract");
  out.line("file", quote(path));
  out.line("format", "\"csv\"");
  if (separator != ',') out.line("separator", quote(std::string_view(&separator, 1)));
  if (is_bar) {
    const ColumnSight& stamps = sights[field_of.at("bar_at")];
    const bool by_date = stamps.dates == stamps.values;
    const std::string_view timeframe = find_timeframe(count_of_step);
    out.line("symbol", quote(snake_case(std::filesystem::path(path).stem().string())));
    out.line("timeframe", quote(timeframe), timeframe.empty() ? "fill in" : "the commonest step between two rows");
    out.line("stamp_format", by_date ? "\"date\"" : "\"date-time\"");
    if (by_date && timeframe == "1d")
      out.line("stamp", "\"close\"", "a date names its session: open would mean the same");
    else
      out.line("stamp", "\"\"", "fill in: open or close, which end of the bar the stamp names");
    out.line("zone", "\"\"",
             by_date ? "fill in: the exchange's, like America/New_York"
                     : "fill in, or drop where every stamp has its offset");
    if (by_date) out.line("close_at", "\"\"", "fill in: like 16:00, on the clocks of that zone");
  }

  std::vector<std::string> ignored;
  Proposal columns;
  columns.add("\n[columns]\n");
  for (std::size_t f = 0; f < header.size(); ++f) {
    const auto known = std::ranges::find(field_of, f, &std::pair<const std::string, std::size_t>::second);
    if (!is_bar)
      columns.line(quote(header[f]), quote(snake_case(header[f])), sights[f].describe());
    else if (known != field_of.end())
      columns.line(quote(header[f]), quote(known->first), sights[f].describe());
    else
      ignored.push_back(quote(header[f]));
  }
  if (!ignored.empty()) out.line("ignore", fmt::format("[{}]", fmt::join(ignored, ", ")));
  out.add(std::move(columns).text());
  return std::move(out).text();
}

}  // namespace converge::ingest
