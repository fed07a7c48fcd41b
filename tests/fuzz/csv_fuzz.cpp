// Any bytes as a CSV file: the scanner must cover every byte, count every line, and keep its views inside the file.
#include "ingest/csv.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace converge::ingest;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void scan(std::string_view text, bool line_ends) {
  auto scanner = CsvScanner::open(text, {.field_bytes_max = 64});
  if (!scanner) return;
  if (line_ends) scanner->allow_line_ends(scanner->header().size() - 1);
  const char* at = nullptr;
  std::int64_t line = 0;
  CsvRecord record;
  while (scanner->next(record)) {
    const char* end = record.raw.data() + record.raw.size();
    require(at == nullptr || record.raw.data() == at);
    require(line == 0 || record.line == line);
    require(end <= text.data() + text.size());
    require((record.fault == CsvFault::none) == csv_rule(record.fault).empty());
    require(record.fault != CsvFault::none || record.fields.size() == scanner->header().size());
    for (const CsvField& field : record.fields)
      require(!field.in_file ||
              (field.text.data() >= record.raw.data() && field.text.data() + field.text.size() <= end));
    line = record.line + 1 + std::count(record.raw.begin(), record.raw.end(), '\n');
    at = end;
    if (text.data() + text.size() - at >= 2 && at[0] == '\r' && at[1] == '\n') ++at;
    if (at != text.data() + text.size()) require(*at++ == '\n');
  }
  require(at == nullptr || at == text.data() + text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  scan(text, false);
  scan(text, true);
  return 0;
}
