#include "ingest/infer.hpp"

#include "ingest/csv.hpp"
#include "ingest/date_spelling.hpp"
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

std::optional<Instant> read_date_time(std::string_view text) {
  const auto at = parse_stamp(text, {.timeframe = "1d", .format = StampFormat::date_time, .zone = "UTC"});
  return at ? std::optional(*at) : std::nullopt;
}

void look_at(ColumnSight& sight, std::string_view text) {
  if (text.empty()) return;
  ++sight.values;
  if (parse_date(text))
    ++sight.dates;
  else if (read_date_time(text))
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
  // What was chosen, else what the file shows, else nothing, and then it is still to be decided.
  void choice(std::string_view key, const std::optional<std::string>& chosen, std::string_view seen,
              std::string_view remark) {
    if (!chosen && seen.empty()) undecided_.emplace_back(key);
    line(key, quote(chosen ? *chosen : seen), chosen ? "" : remark);
  }
  void remark(std::string_view text) { text_ += fmt::format("# {}\n", text); }
  void add(std::string_view text) { text_ += text; }
  SourceProposal finish() && { return {std::move(text_), std::move(undecided_)}; }

 private:
  std::string text_;
  std::vector<std::string> undecided_;
};

// Places of the columns of `bar` in a header; all six, or the file is none of bars.
using BarFields = std::map<std::string, std::size_t, std::less<>>;

BarFields find_bar_fields(const std::vector<std::string>& header) {
  BarFields field_of;
  for (const KnownColumn& known : bar_columns) {
    const auto found = std::ranges::find_if(header, [&](const std::string& name) {
      return std::ranges::find(known.names, snake_case(name)) != known.names.end();
    });
    if (found != header.end()) field_of.emplace(known.target, static_cast<std::size_t>(found - header.begin()));
  }
  return field_of;
}

// What a whole file shows.
struct FileSight {
  std::vector<ColumnSight> columns;
  std::int64_t rows = 0;
  std::int64_t malformed = 0;
  std::string first_fault;
};

FileSight look_at_file(CsvScanner& scanner) {
  FileSight sight;
  sight.columns.resize(scanner.header().size());
  CsvRecord record;
  while (scanner.next(record)) {
    ++sight.rows;
    if (record.fault != CsvFault::none) {
      if (sight.malformed++ == 0) sight.first_fault = fmt::format("line {}, {}", record.line, csv_rule(record.fault));
      continue;
    }
    for (std::size_t f = 0; f < sight.columns.size(); ++f) look_at(sight.columns[f], record.fields[f].text);
  }
  return sight;
}

// The stamps of a file of bars, and how they are to be read.
struct StampSight {
  std::vector<std::string> formats;  // each reads every stamp; more than one: they disagree about some
  std::string timeframe;             // by the first of them; empty: none that is known
  bool by_date = false;
};

std::vector<std::string> read_column(CsvScanner scanner, std::size_t field) {
  std::vector<std::string> texts;
  CsvRecord record;
  while (scanner.next(record))
    if (record.fault == CsvFault::none && !record.fields[field].text.empty())
      texts.emplace_back(record.fields[field].text);
  return texts;
}

std::optional<Instant> read_stamp(std::string_view text, std::string_view format) {
  if (format == "date-time") return read_date_time(text);
  const auto date = parse_spelled_date(text, format == "date" ? iso_date_spelling : format);
  return date ? std::optional(midnight_utc(*date)) : std::nullopt;
}

// Every stamp under a format, or nothing when one of them is not of it.
std::optional<std::vector<Instant>> read_stamps(const std::vector<std::string>& texts, std::string_view format) {
  std::vector<Instant> stamps;
  for (const std::string& text : texts) {
    const auto at = read_stamp(text, format);
    if (!at) return std::nullopt;
    stamps.push_back(*at);
  }
  return stamps;
}

StampSight look_at_stamps(const std::vector<std::string>& texts) {
  std::vector<std::string> formats{"date", "date-time"};
  for (const std::string_view spelling : common_date_spellings())
    if (spelling != iso_date_spelling) formats.emplace_back(spelling);
  StampSight sight;
  std::vector<std::vector<Instant>> readings;
  for (const std::string& format : formats) {
    auto stamps = read_stamps(texts, format);
    if (!stamps || std::ranges::find(readings, *stamps) != readings.end()) continue;
    sight.formats.push_back(format);
    readings.push_back(*std::move(stamps));
  }
  if (readings.empty()) return sight;
  sight.by_date = sight.formats.front() != "date-time";
  std::map<std::int64_t, std::int64_t> count_of_step;
  const auto& stamps = readings.front();
  for (std::size_t i = 1; i < stamps.size(); ++i)
    if (stamps[i] != stamps[i - 1]) ++count_of_step[std::abs((stamps[i] - stamps[i - 1]) / std::chrono::seconds(1))];
  if (sight.formats.size() == 1) sight.timeframe = find_timeframe(count_of_step);
  return sight;
}

void propose_stamps(Proposal& out, const StampSight& stamps, const SourceChoices& choices) {
  const bool is_plain = stamps.formats.size() == 1;
  out.choice(
      "timeframe", choices.timeframe, stamps.timeframe,
      stamps.timeframe.empty() ? "fill in: 1m, 5m, 15m, 1h, 4h, 1d, 1w or 1mo" : "the commonest step between two rows");
  out.choice("stamp_format", choices.stamp_format, is_plain ? stamps.formats.front() : "",
             is_plain ? ""
             : stamps.formats.empty()
                 ? "fill in: date, date-time, or how the dates are spelled, like dd/mm/yyyy"
                 : fmt::format("fill in: every date can be read as {}", fmt::join(stamps.formats, " or ")));
  const bool by_date = choices.stamp_format ? *choices.stamp_format != "date-time" : stamps.by_date;
  const bool is_daily = choices.timeframe.value_or(stamps.timeframe) == "1d";
  if (by_date && is_daily)
    out.choice("stamp", choices.stamp, "close", "a date names its session: open would mean the same");
  else
    out.choice("stamp", choices.stamp, "", "fill in: open or close, which end of the bar the stamp names");
  out.choice(
      "zone", choices.zone, "",
      by_date ? "fill in: the exchange's, like America/New_York" : "fill in, or drop where every stamp has its offset");
  if (by_date) out.choice("close_at", choices.close_at, "", "fill in: like 16:00, on the clocks of that zone");
}

}  // namespace

Result<SourceProposal> propose_source(std::string_view csv_text, std::string_view path, const SourceChoices& choices) {
  const char separator = find_separator(csv_text);
  TRY(CsvScanner scanner, CsvScanner::open(csv_text, {.separator = separator}));
  const std::vector<std::string> header = scanner.header();
  const BarFields field_of = find_bar_fields(header);
  const bool is_bar = field_of.size() == bar_columns.size();
  const FileSight sight = look_at_file(scanner);
  if (sight.rows == sight.malformed)
    return fail(Errc::invalid_input, fmt::format("{}: not a single row can be read", path));

  Proposal out;
  out.remark(fmt::format("Proposed for {} after reading all of its {} rows. Check every line; fill in what is empty.",
                         path, sight.rows));
  if (sight.malformed > 0)
    out.remark(fmt::format("{} rows are malformed and would go to quarantine; the first: {}.", sight.malformed,
                           sight.first_fault));
  if (is_bar)
    out.line("table", "\"bar\"");
  else
    out.choice("table", std::nullopt, "", "fill in: the table of your contract");
  out.line("file", quote(path));
  out.line("format", "\"csv\"");
  if (separator != ',') out.line("separator", quote(std::string_view(&separator, 1)));
  if (is_bar) {
    TRY(CsvScanner again, CsvScanner::open(csv_text, {.separator = separator}));
    out.line("symbol", quote(choices.symbol.value_or(snake_case(std::filesystem::path(path).stem().string()))));
    propose_stamps(out, look_at_stamps(read_column(std::move(again), field_of.at("bar_at"))), choices);
  }

  std::vector<std::string> ignored;
  Proposal columns;
  columns.add("\n[columns]\n");
  for (std::size_t f = 0; f < header.size(); ++f) {
    const auto known = std::ranges::find(field_of, f, &std::pair<const std::string, std::size_t>::second);
    if (!is_bar)
      columns.line(quote(header[f]), quote(snake_case(header[f])), sight.columns[f].describe());
    else if (known != field_of.end())
      columns.line(quote(header[f]), quote(known->first), sight.columns[f].describe());
    else
      ignored.push_back(quote(header[f]));
  }
  if (!ignored.empty()) out.line("ignore", fmt::format("[{}]", fmt::join(ignored, ", ")));
  out.add(std::move(columns).finish().text);
  return std::move(out).finish();
}

}  // namespace converge::ingest
