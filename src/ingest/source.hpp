// ingest/source.hpp — a source file of the desk (sources/<name>.toml): where rows come from and what their columns mean.
//
// Pure. Types are never guessed from values: they are the target contract's. What the file does not say is refused, not
// assumed. The grammar, with every key:
//
//   table = "bar"                  # target contract; "bar" when left out
//   file = "data/sp500.csv"        # relative to the desk
//   format = "csv"
//   separator = ","                # one of , ; | and tab; "," when left out
//   ignore = ["adjclose"]          # columns of the file that are not loaded; any other column must be mapped
//   stale_after_days = 7           # a finding when nothing has come for so long; 0, never, when left out
//
//   [columns]                      # column of the file = column of the contract
//   date = "bar_at"
//   open = "open"
//
// and, for bars only (any other table takes its columns as they come):
//
//   symbol = "sp500"               # unless a column is mapped to symbol
//   timeframe = "1d"
//   stamp_format = "date"          # "date" (2020-03-16), "date-time" (RFC 3339; without an offset the text is local time in
//                                  # `zone`), or another spelling of a date, like "dd/mm/yyyy" (ingest/date_spelling.hpp)
//   stamp = "close"                # "open" or "close": which end of the bar the stamp names. Required, no default
//   zone = "America/New_York"      # required for dates
//   close_at = "16:00"             # required for dates, refused otherwise; "24:00" is the midnight that ends the day
//   known_delay_s = 0              # a bar is known this long after its close
//   mark_repeated_open = true      # set open_synthetic where the open repeats the previous close
#pragma once
#include "base/time.hpp"
#include "contract/contract.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace converge::ingest {

enum class StampFormat { date, date_time };
enum class Stamp { open, close };

struct BarStamps {
  std::string symbol;  // empty when a column carries it
  std::string timeframe;
  StampFormat format = StampFormat::date;
  std::string spelling = "yyyy-mm-dd";  // of dates
  Stamp stamp = Stamp::close;
  std::string zone;                 // empty: every stamp carries its offset
  std::chrono::seconds close_at{};  // local time of day, for dates
  std::chrono::seconds known_delay{};
  bool mark_repeated_open = false;
};

struct Source {
  std::string name;  // of the source file without its folder and ending
  std::string table = "bar";
  std::string file;
  char separator = ',';
  std::vector<std::pair<std::string, std::string>> columns;  // file -> contract, in the order of the file names
  std::vector<std::string> ignore;
  std::int64_t stale_after_days = 0;
  std::optional<BarStamps> bar;  // exactly when table is "bar"
};

// `where` is the path of the source file: it names the source, and the place in errors.
// errors: invalid_input with file and key, also for any key that is not in the grammar above
Result<Source> parse_source(std::string_view toml_text, std::string_view where);

// Whether every mapped column exists in the contract, every required one is supplied, and nothing is supplied twice.
// errors: invalid_input
Result<void> check_source(const Source& source, const contract::Contract& contract);

// Columns that ingest itself fills, in any table that has them and whose source does not map them.
inline constexpr std::string_view system_columns[] = {"revision", "known_at", "batch_id"};

// The instant at which the bar closed, from its stamp.
//
//   format      stamp   bar_at
//   date        either  close_at in `zone` on that date: a date names the session, which opens and closes on it
//   date        open    1w, 1mo: close_at on the last day before the next week or month begins
//   date-time   close   the stamp
//   date-time   open    the stamp + one timeframe (1d is 24 hours; 1mo is refused by parse_source)
//
// errors: invalid_input when the text is no such stamp, or names a local time that the clocks skip or repeat
Result<Instant> parse_stamp(std::string_view text, const BarStamps& stamps);

}  // namespace converge::ingest
