#include "ingest/csv.hpp"

#include <simdjson.h>

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <set>

namespace converge::ingest {
namespace {

struct FaultWords {
  std::string_view rule;
  std::string_view message;
};

// In the order of CsvFault.
constexpr std::array<FaultWords, 10> fault_words{{
    {"", ""},
    {"unclosed_quote", "a quoted field is not closed on its line"},
    {"stray_quote", "a quote where none may be: quote the whole field, and double the quotes inside it"},
    {"huge_field", "a field is larger than any column holds"},
    {"nul", "a zero byte"},
    {"stray_cr", "a carriage return that ends no line"},
    {"utf8", "bytes that are not UTF-8"},
    {"empty_line", "nothing on the line"},
    {"missing_column", "fewer fields than the header names"},
    {"extra_field", "more fields than the header names"},
}};

constexpr std::string_view bom_utf8 = "\xEF\xBB\xBF";

std::size_t find_byte(std::string_view text, char byte, std::size_t from, std::size_t to) {
  const void* hit = from < to ? std::memchr(text.data() + from, byte, to - from) : nullptr;
  return hit == nullptr ? to : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
}

bool contains(std::string_view text, char byte) {
  return find_byte(text, byte, 0, text.size()) != text.size();
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    out.push_back(text[i]);
    if (text[i] == '"') ++i;
  }
  return out;
}

}  // namespace

std::string_view csv_rule(CsvFault fault) {
  return fault_words[static_cast<std::size_t>(fault)].rule;
}

std::string_view csv_message(CsvFault fault) {
  return fault_words[static_cast<std::size_t>(fault)].message;
}

CsvScanner::CsvScanner(std::string_view text, CsvOptions options)
    : text_(text),
      options_(options),
      has_quote_(contains(text, '"')),
      has_cr_(contains(text, '\r')),
      has_nul_(contains(text, '\0')),
      is_utf8_(is_utf8(text)) {}

Result<CsvScanner> CsvScanner::open(std::string_view text, CsvOptions options) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return fail(Errc::invalid_input, "the file is UTF-16; save it as UTF-8");
  CsvScanner scanner(text, options);
  if (text.starts_with(bom_utf8)) scanner.at_ = bom_utf8.size();
  CsvRecord header;
  if (!scanner.next(header))
    return fail(Errc::invalid_input, "the file is empty; its first line must name the columns");
  if (header.fault != CsvFault::none && header.fault != CsvFault::extra_field)
    return fail(Errc::invalid_input, fmt::format("line 1, the header: {}", csv_rule(header.fault)));
  std::set<std::string_view> seen;
  for (const CsvField& field : header.fields) {
    if (field.text.empty())
      return fail(Errc::invalid_input, fmt::format("line 1, the header: column {} has no name", seen.size() + 1));
    if (!seen.insert(field.text).second)
      return fail(Errc::invalid_input, fmt::format("line 1, the header: column '{}' occurs twice", field.text));
    scanner.header_.emplace_back(field.text);
  }
  scanner.line_ends_allowed_.assign(scanner.header_.size(), 0);
  return scanner;
}

std::vector<CsvScanner> CsvScanner::split(std::size_t parts_max) const {
  const bool lines_are_records = !has_quote_ || std::ranges::count(line_ends_allowed_, 0) == std::ssize(header_);
  const std::size_t part_bytes = (text_.size() - at_) / std::max<std::size_t>(parts_max, 1) + 1;
  std::vector<CsvScanner> parts{*this};
  while (lines_are_records && parts.size() < parts_max) {
    CsvScanner& last = parts.back();
    const std::size_t end = find_line_end(std::min(last.at_ + part_bytes, text_.size())) + 1;
    if (end >= text_.size()) break;
    CsvScanner rest = last;
    last.text_ = text_.substr(0, end);
    rest.at_ = end;
    rest.line_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(last.at_),
                             text_.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    parts.push_back(std::move(rest));
  }
  return parts;
}

std::size_t CsvScanner::count_lines() const {
  return static_cast<std::size_t>(std::ranges::count(text_.substr(at_), '\n')) + 1;
}

bool CsvScanner::next(CsvRecord& record) {
  if (at_ >= text_.size()) return false;
  record = {};
  record.line = line_;
  fields_.clear();
  const std::size_t line_end = find_line_end(at_);
  if (has_quote_ && find_byte(text_, '"', at_, line_end) != line_end) {
    unescaped_.clear();
    scan_quoted(record, line_end);
  } else {
    scan_plain(record, line_end);
  }
  record.fields = fields_;
  check_content(record);
  return true;
}

void CsvScanner::scan_plain(CsvRecord& record, std::size_t line_end) {
  const std::size_t begin = at_;
  end_record(record, line_end);
  const std::size_t end = begin + record.raw.size();
  for (std::size_t from = begin;;) {
    const std::size_t to = find_byte(text_, options_.separator, from, end);
    if (to - from > options_.field_bytes_max && record.fault == CsvFault::none) {
      record.fault = CsvFault::huge_field;
      record.fault_field = fields_.size();
    }
    fields_.push_back({text_.substr(from, to - from)});
    if (to == end) break;
    from = to + 1;
  }
  if (has_cr_ && record.fault == CsvFault::none && contains(record.raw, '\r')) record.fault = CsvFault::stray_cr;
}

void CsvScanner::scan_quoted(CsvRecord& record, std::size_t line_end) {
  const auto refuse = [&](CsvFault fault) {
    record.fault = fault;
    record.fault_field = fields_.size();
    end_record(record, line_end);
  };
  for (std::size_t from = at_;;) {
    std::size_t to = 0;  // just behind the field
    if (from < line_end && text_[from] == '"') {
      std::size_t close = 0;
      const CsvFault fault = scan_quoted_field(from, line_end, close);
      if (fault != CsvFault::none) return refuse(fault);
      const std::string_view inner = text_.substr(from + 1, close - from - 1);
      const bool doubled = contains(inner, '"');
      if (doubled) unescaped_.push_back(unescape(inner));
      fields_.push_back({doubled ? unescaped_.back() : inner, true, !doubled});
      if (close > line_end) {
        line_ += std::count(inner.begin(), inner.end(), '\n');
        line_end = find_line_end(close);
      }
      to = close + 1;
    } else {
      to = find_byte(text_, options_.separator, from, line_end);
      const std::string_view field = to == line_end ? line_text(from, line_end) : text_.substr(from, to - from);
      if (contains(field, '"')) return refuse(CsvFault::stray_quote);
      if (has_cr_ && contains(field, '\r')) return refuse(CsvFault::stray_cr);
      if (field.size() > options_.field_bytes_max) return refuse(CsvFault::huge_field);
      fields_.push_back({field});
    }
    if (to >= line_end || text_[to] != options_.separator) return end_record(record, line_end);
    from = to + 1;
  }
}

// Finds the quote that closes the field opened at `open`, on whose line `line_end` is the end.
CsvFault CsvScanner::scan_quoted_field(std::size_t open, std::size_t line_end, std::size_t& close) {
  const bool may_go_on = fields_.size() < line_ends_allowed_.size() && line_ends_allowed_[fields_.size()] != 0;
  // One more byte than the field may have: the place of its closing quote.
  const std::size_t reach = std::min(text_.size(), open + options_.field_bytes_max + 2);
  const std::size_t stop = may_go_on ? reach : line_end;
  std::size_t quote = find_byte(text_, '"', open + 1, stop);
  while (quote + 1 < stop && text_[quote + 1] == '"') quote = find_byte(text_, '"', quote + 2, stop);
  if (quote >= stop) return may_go_on && stop < line_end ? CsvFault::huge_field : CsvFault::unclosed_quote;
  if (quote - open - 1 > options_.field_bytes_max) return CsvFault::huge_field;
  close = quote;
  const std::string_view rest = text_.substr(quote + 1, 2);
  if (rest.empty() || rest[0] == options_.separator || rest[0] == '\n' || rest == "\r\n") return CsvFault::none;
  return quote > line_end ? CsvFault::unclosed_quote : CsvFault::stray_quote;
}

void CsvScanner::check_content(CsvRecord& record) const {
  if (record.fault != CsvFault::none && record.fault != CsvFault::stray_cr) return;
  const auto blame = [&](CsvFault fault, auto&& is_bad) {
    record.fault = fault;
    const auto bad = std::ranges::find_if(fields_, is_bad, &CsvField::text);
    record.fault_field = static_cast<std::size_t>(bad - fields_.begin());
  };
  if (has_nul_ && contains(record.raw, '\0'))
    return blame(CsvFault::nul, [](auto text) { return contains(text, '\0'); });
  if (!is_utf8_ && !is_utf8(record.raw)) return blame(CsvFault::utf8, [](auto text) { return !is_utf8(text); });
  if (record.fault != CsvFault::none) return;
  if (record.raw.empty())
    record.fault = CsvFault::empty_line;
  else if (fields_.size() < header_.size())
    record.fault = CsvFault::missing_column;
  else if (fields_.size() > header_.size())
    record.fault = CsvFault::extra_field;
  else
    return;
  const bool blames_a_column = record.fault == CsvFault::missing_column;
  record.fault_field = blames_a_column ? fields_.size() : header_.size();
}

void CsvScanner::end_record(CsvRecord& record, std::size_t line_end) {
  record.raw = line_text(at_, line_end);
  at_ = std::min(line_end + 1, text_.size());
  ++line_;
}

std::size_t CsvScanner::find_line_end(std::size_t from) const {
  return find_byte(text_, '\n', from, text_.size());
}

// What lies between `begin` and a line end at `line_end`, without the carriage return of a CRLF.
std::string_view CsvScanner::line_text(std::size_t begin, std::size_t line_end) const {
  const bool crlf = line_end < text_.size() && line_end > begin && text_[line_end - 1] == '\r';
  return text_.substr(begin, line_end - begin - (crlf ? 1 : 0));
}

}  // namespace converge::ingest
