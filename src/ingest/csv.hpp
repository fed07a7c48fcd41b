// ingest/csv.hpp — a strict RFC 4180 scanner that loses nothing: every byte of the file lies in exactly one record.
//
// Pure. Fields are views into the file; only a quoted field with doubled quotes is copied. Lines end in LF or CRLF, the
// first line is the header, a UTF-8 byte order mark is skipped, every other line (an empty one too) is a record. A record
// that is not well formed carries its fault, and never hides a good row behind it:
//
//   Where a quoted field goes wrong (no closing quote where one must be, or text behind it), the record ends with the
//   physical line on which that field was opened, and scanning goes on with the next line. A closing quote must stand on
//   the line of its opening quote, unless the column was declared to hold line ends (allow_line_ends); there it must come
//   within field_bytes_max. So one forgotten quote costs one line.
//
// source: RFC 4180 section 2; its "should" about equal field counts is a must here.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::ingest {

enum class CsvFault {
  none,
  unclosed_quote,  // a quoted field without its closing quote
  stray_quote,     // a quote inside an unquoted field, or text behind a closing quote
  huge_field,      // more than field_bytes_max bytes
  nul,             // a zero byte
  stray_cr,        // a carriage return that ends no line, outside quotes
  utf8,            // not UTF-8
  empty_line,
  missing_column,
  extra_field,
};

// The word for a fault in quarantine, "unclosed_quote", and what to say about it. Empty for none.
std::string_view csv_rule(CsvFault fault);
std::string_view csv_message(CsvFault fault);

struct CsvOptions {
  char separator = ',';
  std::size_t field_bytes_max = 65'536;
};

struct CsvField {
  std::string_view text;  // unquoted and unescaped
  bool quoted = false;    // "" is an empty text, nothing between separators is no value
  bool in_file = true;    // text is a view into the file; otherwise into the scanner, and valid until next()
};

struct CsvRecord {
  std::int64_t line = 0;             // on which it begins, from 1
  std::string_view raw;              // into the file, without the line end
  std::span<const CsvField> fields;  // valid until next(); as far as they were read when there is a fault
  CsvFault fault = CsvFault::none;
  std::size_t fault_field = 0;  // index of the field at fault; the header's size: the line as a whole
};

// One pass over a file in memory, which must outlive the scanner. Scans at memory speed where nothing is quoted.
class CsvScanner {
 public:
  // errors: invalid_input when the header is malformed, repeats or omits a name, or the text is UTF-16
  static Result<CsvScanner> open(std::string_view text, CsvOptions options = {});

  const std::vector<std::string>& header() const { return header_; }
  // Column `index` of the header may hold line ends inside quotes.
  void allow_line_ends(std::size_t index) { line_ends_allowed_[index] = 1; }

  // What is left, in parts that each begin with a line, in the order of the file: at most `parts_max`, to be scanned by as
  // many threads. One part when quotes may hold line ends: only the scan can tell where their records begin.
  std::vector<CsvScanner> split(std::size_t parts_max) const;
  // An upper bound of the records that are left.
  std::size_t count_lines() const;

  // False at the end of the file, or of the part.
  bool next(CsvRecord& record);

 private:
  CsvScanner(std::string_view text, CsvOptions options);
  void scan_plain(CsvRecord& record, std::size_t line_end);
  void scan_quoted(CsvRecord& record, std::size_t line_end);
  CsvFault scan_quoted_field(std::size_t open, std::size_t line_end, std::size_t& close);
  void check_content(CsvRecord& record) const;
  void end_record(CsvRecord& record, std::size_t line_end);
  std::size_t find_line_end(std::size_t from) const;
  std::string_view line_text(std::size_t begin, std::size_t line_end) const;

  std::string_view text_;
  CsvOptions options_;
  bool has_quote_, has_cr_, has_nul_, is_utf8_;  // of the whole file: what cannot occur is not looked for
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::vector<std::string> header_;
  std::vector<std::uint8_t> line_ends_allowed_;
  std::vector<CsvField> fields_;
  std::deque<std::string> unescaped_;
};

}  // namespace converge::ingest
