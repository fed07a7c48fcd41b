// ingest/infer.hpp — a first source file for a CSV that the desk does not know yet.
//
// Pure. Reads the whole file, never a sample, and says beside each line what it saw. It proposes; nothing is loaded by it.
// What no file can tell (which end of the bar a time stamp names, the zone, the hour of the close) is left empty, and
// parse_source refuses the file until its owner has filled it in.
#pragma once
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::ingest {

// What the owner has decided already. Written as it stands; parse_source is who judges it.
struct SourceChoices {
  std::optional<std::string> symbol, timeframe, stamp_format, stamp, zone, close_at;
};

struct SourceProposal {
  std::string text;                    // of sources/<name>.toml
  std::vector<std::string> undecided;  // keys that were left empty
};

// For the file at `path` (relative to the desk). Columns are recognised by name: a stamp (date, time, datetime, timestamp),
// open, high, low, close, volume; a file without them is proposed for a table of the owner's own. A spelling of dates is
// proposed when it is the only one that reads every row.
// errors: invalid_input as CsvScanner::open, and for a file without a single row
Result<SourceProposal> propose_source(std::string_view csv_text, std::string_view path,
                                      const SourceChoices& choices = {});

}  // namespace converge::ingest
