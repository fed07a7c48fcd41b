// ingest/infer.hpp — a first source file for a CSV that the desk does not know yet.
//
// Pure. Reads the whole file, never a sample, and says beside each line what it saw. It proposes; nothing is loaded by it.
// What no file can tell (which end of the bar a time stamp names, the zone, the hour of the close) is left empty, and
// parse_source refuses the file until its owner has filled it in.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace converge::ingest {

// The text of sources/<name>.toml for the file at `path` (relative to the desk). Columns are recognised by name: a stamp
// (date, time, datetime, timestamp), open, high, low, close, volume; a file without them is proposed for a table of the
// owner's own. errors: invalid_input as CsvScanner::open, and for a file without a single row
Result<std::string> propose_source(std::string_view csv_text, std::string_view path);

}  // namespace converge::ingest
