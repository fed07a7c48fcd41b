#include "ingest/decode.hpp"

#include "base/hash.hpp"
#include "wire/json.hpp"

#include <simdjson.h>

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <functional>
#include <future>
#include <numeric>
#include <thread>

namespace converge::ingest {
namespace {

using contract::Column;
using contract::ColumnType;
using Cell = std::optional<std::string_view>;

constexpr std::size_t raw_bytes_max = 262'144;  // quarantine.raw
constexpr std::size_t message_bytes_max = 1'000;
constexpr std::size_t part_bytes_min = 262'144;  // less is not worth a thread

// Cuts behind the last whole character that fits.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::size_t character_bytes(std::string_view text) {
  for (std::size_t n = 1; n <= std::min<std::size_t>(4, text.size()); ++n)
    if (simdjson::validate_utf8(text.data(), n)) return n;
  return 0;
}

std::string escape_raw(std::string_view raw) {
  if (raw.find('\0') == raw.npos && simdjson::validate_utf8(raw.data(), raw.size()))
    return std::string(cut_utf8(raw, raw_bytes_max));
  std::string out;
  while (!raw.empty() && out.size() + 4 <= raw_bytes_max) {
    const std::size_t bytes = raw.front() == '\0' ? 0 : character_bytes(raw);
    if (bytes == 0)
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(raw.front()));
    else
      out.append(raw.substr(0, bytes));
    raw.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return out;
}

bool may_hold_line_ends(const Column& column) {
  return (column.type == ColumnType::text && column.format.empty() && column.pattern.empty() &&
          column.enum_values.empty()) ||
         column.type == ColumnType::json;
}

// A valid cell from the contract's form into the server's.
std::string_view server_form(const Column& column, std::string_view text, bool stays, TextArena& written) {
  if (column.type == ColumnType::instant) {
    if (const auto at = parse_instant(text)) return written.keep(render_sql_instant(*at));
  } else if (column.type == ColumnType::boolean) {
    return text == "true" || text == "1" ? "1" : "0";
  } else if (column.type == ColumnType::json) {
    if (const auto value = parse_json(text)) return written.keep(render_canonical_json(*value));
  }
  return stays ? text : written.keep(text);
}

struct Refusal {
  std::string_view rule;
  std::string pointer;
  std::string message;
};

constexpr std::size_t absent = static_cast<std::size_t>(-1);

// What the columns of one file are: to each column of the contract its field, to each field its column.
struct FieldMap {
  std::vector<std::size_t> field_of_column;
  std::vector<std::size_t> column_of_field;
};

Result<FieldMap> map_fields(const Decoder& decoder, const std::vector<std::string>& header) {
  const auto& columns = decoder.contract().columns;
  const auto& ignore = decoder.source().ignore;
  FieldMap map{std::vector<std::size_t>(columns.size(), absent), std::vector<std::size_t>(header.size(), absent)};
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const ColumnFill& fill = decoder.fills()[c];
    if (fill.fill != Fill::file && fill.fill != Fill::stamp) continue;
    const auto found = std::ranges::find(header, fill.from);
    if (found == header.end())
      return fail(Errc::invalid_input,
                  fmt::format("column '{}' is mapped to {}.{} and not in the header: {}", fill.from,
                              decoder.contract().table, columns[c].name, fmt::join(header, ", ")));
    map.field_of_column[c] = static_cast<std::size_t>(found - header.begin());
    map.column_of_field[map.field_of_column[c]] = c;
  }
  for (std::size_t f = 0; f < header.size(); ++f) {
    if (map.column_of_field[f] == absent && std::ranges::find(ignore, header[f]) == ignore.end())
      return fail(Errc::invalid_input,
                  fmt::format("column '{}' is neither mapped under [columns] nor listed in ignore", header[f]));
  }
  return map;
}

// One part of a file, read.
struct Part {
  KeptCells kept;
  std::vector<GoodRow> rows;        // in the order of their lines
  std::vector<RefusedRow> refused;  // in the order of their lines
};

// Turns records into rows. `part` has room for the cells of all of them: rows point to their cells.
class RowReader {
 public:
  RowReader(const Decoder& decoder, const contract::Validator& validator, const FieldMap& map, Part& part)
      : decoder_(decoder), validator_(validator), map_(map), part_(part), cells_(decoder.fills().size()) {
    const auto stamp = decoder.find_fill(Fill::stamp);
    stamp_field_ = stamp ? map_.field_of_column[*stamp] : absent;
    for (std::size_t c = 0; c < cells_.size(); ++c) cells_[c] = placeholder(decoder.fills()[c]);
  }

  void read(const CsvRecord& record) {
    if (record.fault != CsvFault::none) return refuse(record, read_due(record), fault_refusal(record));
    GoodRow row{.line = record.line, .raw = record.raw};
    if (stamp_field_ != absent) {
      const auto closed_at = parse_stamp(record.fields[stamp_field_].text, *decoder_.source().bar);
      if (!closed_at) return refuse(record, undated, {"format", pointer_of(stamp_field_), closed_at.error().message});
      closed_at_ = *closed_at;
      row.known_at = closed_at_ + decoder_.source().bar->known_delay;
    }
    fill_cells(record, row.known_at);
    if (auto violations = validator_.validate(cells_); !violations.empty()) {
      auto& first = violations.front();
      if (violations.size() > 1) first.message += fmt::format(" (and {} more)", violations.size() - 1);
      return refuse(record, row.known_at, {first.rule, first.pointer, first.message});
    }
    keep_row(record, row);
  }

 private:
  // What stands in the row while it is judged, for columns whose value is decided when it is loaded.
  static Cell placeholder(const ColumnFill& fill) {
    switch (fill.fill) {
      case Fill::constant: return fill.constant;
      case Fill::open_synthetic: return "false";
      case Fill::revision: return "0";
      case Fill::batch_id: return "00000000000000000000000000";
      case Fill::known_at: return "9999-12-31T00:00:00Z";
      case Fill::file:
      case Fill::stamp:
      case Fill::nothing: return std::nullopt;
    }
    return std::nullopt;
  }

  void fill_cells(const CsvRecord& record, Instant known_at) {
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      const Fill fill = decoder_.fills()[c].fill;
      if (fill == Fill::file) {
        const CsvField& field = record.fields[map_.field_of_column[c]];
        cells_[c] = field.text.empty() && !field.quoted ? Cell{} : Cell{field.text};
      } else if (fill == Fill::stamp) {
        closed_at_text_ = render_instant(closed_at_);
        cells_[c] = closed_at_text_;
      } else if (fill == Fill::known_at && known_at != undated) {
        known_at_text_ = render_instant(known_at);
        cells_[c] = known_at_text_;
      }
    }
  }

  void keep_row(const CsvRecord& record, GoodRow row) {
    auto& kept = part_.kept;
    row.cells = kept.cells.data() + kept.cells.size();
    const auto& columns = decoder_.contract().columns;
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      const Fill fill = decoder_.fills()[c].fill;
      if (fill == Fill::stamp) {
        kept.cells.emplace_back(kept.written.keep(render_sql_instant(closed_at_)));
      } else if (fill == Fill::file && !cells_[c]) {
        kept.cells.emplace_back();
      } else if (fill == Fill::file) {
        const bool stays = record.fields[map_.field_of_column[c]].in_file;
        kept.cells.emplace_back(server_form(columns[c], *cells_[c], stays, kept.written));
        if (columns[c].name == "known_at") row.known_at = *parse_sql_instant(*kept.cells.back());
      }
    }
    part_.rows.push_back(row);
  }

  // A malformed row is dated where its stamp was read before the fault.
  Instant read_due(const CsvRecord& record) const {
    if (stamp_field_ >= record.fields.size()) return undated;
    const auto closed_at = parse_stamp(record.fields[stamp_field_].text, *decoder_.source().bar);
    return closed_at ? *closed_at + decoder_.source().bar->known_delay : undated;
  }

  Refusal fault_refusal(const CsvRecord& record) const {
    std::string message(csv_message(record.fault));
    if (record.fault == CsvFault::missing_column || record.fault == CsvFault::extra_field)
      message += fmt::format(": {} instead of {}", record.fields.size(), map_.column_of_field.size());
    return {csv_rule(record.fault), pointer_of(record.fault_field), std::move(message)};
  }

  void refuse(const CsvRecord& record, Instant known_at, const Refusal& refusal) {
    part_.refused.push_back(
        make_refused(record.line, record.raw, known_at, refusal.rule, refusal.pointer, refusal.message));
  }

  std::string pointer_of(std::size_t field) const {
    if (field >= map_.column_of_field.size() || map_.column_of_field[field] == absent) return "";
    return "/" + decoder_.contract().columns[map_.column_of_field[field]].name;
  }

  const Decoder& decoder_;
  const contract::Validator& validator_;
  const FieldMap& map_;
  Part& part_;
  std::size_t stamp_field_ = absent;
  std::vector<Cell> cells_;  // of the row being read, in contract order and form
  Instant closed_at_{};
  std::string closed_at_text_;
  std::string known_at_text_;
};

Part read_part(const Decoder& decoder, const contract::Validator& validator, const FieldMap& map, CsvScanner scanner) {
  Part part;
  const std::size_t rows_max = scanner.count_lines();
  part.rows.reserve(rows_max);
  part.kept.cells.reserve(rows_max * decoder.slots());
  RowReader reader(decoder, validator, map, part);
  CsvRecord record;
  while (scanner.next(record)) reader.read(record);
  return part;
}

// The first part on this thread, each other one on its own.
std::vector<Part> read_parts(const Decoder& decoder, const contract::Validator& validator, const FieldMap& map,
                             std::vector<CsvScanner> scanners) {
  const auto read = [&](CsvScanner& scanner) { return read_part(decoder, validator, map, std::move(scanner)); };
  std::vector<std::future<Part>> others;
  for (CsvScanner& scanner : std::span(scanners).subspan(1))
    others.push_back(std::async(std::launch::async, read, std::ref(scanner)));
  std::vector<Part> parts;
  parts.push_back(read(scanners.front()));
  for (auto& other : others) parts.push_back(other.get());
  return parts;
}

std::size_t count_parts(std::size_t bytes) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<std::size_t>(bytes / part_bytes_min, 1, threads);
}

void add_part(DecodedFile& file, Part part) {
  file.rows.insert(file.rows.end(), part.rows.begin(), part.rows.end());
  std::ranges::move(part.refused, std::back_inserter(file.refused));
  file.kept.push_back(std::move(part.kept));
}

// The order of rows by key, then line; and where two neighbours have one key.
class KeyOrder {
 public:
  KeyOrder(const Decoder& decoder, const DecodedFile& file) : file_(file) {
    for (const std::size_t c : decoder.key()) key_.push_back({&decoder.contract().columns[c], decoder.fills()[c].slot});
  }
  int compare(const GoodRow& a, const GoodRow& b) const {
    for (const auto& [column, slot] : key_) {
      const int order = compare_cells(*column, file_.cell(a, slot), file_.cell(b, slot));
      if (order != 0) return order;
    }
    return 0;
  }
  bool operator()(const GoodRow& a, const GoodRow& b) const {
    const int order = compare(a, b);
    return order != 0 ? order < 0 : a.line < b.line;
  }

 private:
  const DecodedFile& file_;
  std::vector<std::pair<const Column*, std::size_t>> key_;
};

// rows: by key, then line. The first of each key stays.
void refuse_duplicates(DecodedFile& file, const KeyOrder& order) {
  const auto same_values = [&](const GoodRow& a, const GoodRow& b) {
    return std::equal(a.cells, a.cells + file.slots, b.cells);
  };
  std::size_t kept = 0;
  for (std::size_t i = 1; i < file.rows.size(); ++i) {
    const GoodRow& first = file.rows[kept];
    const GoodRow& row = file.rows[i];
    if (order.compare(first, row) != 0) {
      file.rows[++kept] = row;
      continue;
    }
    const std::string message = fmt::format("the key of line {} again, with {} values", first.line,
                                            same_values(first, row) ? "the same" : "other");
    file.refused.push_back(make_refused(row.line, row.raw, row.known_at, "duplicate_key", "", message));
  }
  if (!file.rows.empty()) file.rows.resize(kept + 1);
}

// rows: by key, so a bar follows the bar before it.
void mark_repeated_opens(const Decoder& decoder, DecodedFile& file) {
  const auto slot_of = [&](std::string_view name) {
    const auto& columns = decoder.contract().columns;
    const auto found = std::ranges::find(columns, name, &Column::name);
    return decoder.fills()[static_cast<std::size_t>(found - columns.begin())].slot;
  };
  const std::size_t open = slot_of("open");
  const std::size_t close = slot_of("close");
  const std::size_t symbol = slot_of("symbol");
  const bool many_symbols = decoder.source().bar->symbol.empty();
  for (std::size_t i = 1; i < file.rows.size(); ++i) {
    const GoodRow& before = file.rows[i - 1];
    GoodRow& row = file.rows[i];
    if (many_symbols && file.cell(before, symbol) != file.cell(row, symbol)) continue;
    row.open_synthetic =
        is_repeated_open(*Decimal::parse(*file.cell(row, open)), *Decimal::parse(*file.cell(before, close)));
    file.repeated_opens += row.open_synthetic ? 1 : 0;
  }
}

}  // namespace

int compare_cells(const Column& column, Cell a, Cell b) {
  if (!a || !b) return static_cast<int>(a.has_value()) - static_cast<int>(b.has_value());
  if (column.type == ColumnType::integer || column.type == ColumnType::decimal) {
    const auto x = Decimal::parse(*a);
    const auto y = Decimal::parse(*b);
    if (x && y) return *x < *y ? -1 : *x == *y ? 0 : 1;
  }
  if (column.type == ColumnType::number) {
    double x = 0;
    double y = 0;
    std::from_chars(a->data(), a->data() + a->size(), x);
    std::from_chars(b->data(), b->data() + b->size(), y);
    return x < y ? -1 : x == y ? 0 : 1;
  }
  const int order = a->compare(*b);
  return order < 0 ? -1 : order == 0 ? 0 : 1;
}

RefusedRow make_refused(std::int64_t line, std::string_view raw, Instant known_at, std::string_view rule,
                        std::string_view pointer, std::string_view message) {
  return {.line = line,
          .raw = escape_raw(raw),
          .raw_sha256 = compute_sha256_hex(raw),
          .rule = std::string(rule),
          .pointer = std::string(pointer),
          .message = std::string(cut_utf8(message, message_bytes_max)),
          .known_at = known_at};
}

bool is_repeated_open(const Decimal& open, const Decimal& close) {
  const auto open_units = open.units(8);
  const auto close_units = close.units(8);
  if (!open_units || !close_units) return open == close;
  const Decimal::Coefficient gap = Decimal::Coefficient{*open_units} - *close_units;
  return (gap < 0 ? -gap : gap) * repeated_open_parts <= *close_units;
}

Decoder::Decoder(Source source, contract::Contract contract)
    : source_(std::move(source)),
      contract_(std::make_unique<const contract::Contract>(std::move(contract))),
      validator_(*contract_) {
  const bool is_bar = source_.bar.has_value();
  for (std::size_t c = 0; c < contract_->columns.size(); ++c) {
    const std::string& name = contract_->columns[c].name;
    ColumnFill fill;
    const auto mapped = std::ranges::find(source_.columns, name, &std::pair<std::string, std::string>::second);
    if (mapped != source_.columns.end()) {
      fill.fill = is_bar && name == "bar_at" ? Fill::stamp : Fill::file;
      fill.from = mapped->first;
      fill.slot = slots_++;
    } else if (is_bar && (name == "symbol" || name == "timeframe")) {
      fill.fill = Fill::constant;
      fill.constant = name == "symbol" ? source_.bar->symbol : source_.bar->timeframe;
    } else if (is_bar && name == "open_synthetic") {
      fill.fill = Fill::open_synthetic;
    } else if (name == "revision") {
      fill.fill = Fill::revision;
    } else if (name == "known_at") {
      fill.fill = Fill::known_at;
    } else if (name == "batch_id") {
      fill.fill = Fill::batch_id;
    }
    fills_.push_back(std::move(fill));
  }
  for (const std::string& name : contract_->primary_key) {
    const auto column = std::ranges::find(contract_->columns, name, &Column::name);
    const auto c = static_cast<std::size_t>(column - contract_->columns.begin());
    if (fills_[c].fill == Fill::file || fills_[c].fill == Fill::stamp) key_.push_back(c);
  }
}

Result<Decoder> Decoder::open(Source source, contract::Contract contract) {
  TRY_VOID(check_source(source, contract));
  return Decoder(std::move(source), std::move(contract));
}

std::optional<std::size_t> Decoder::find_fill(Fill fill) const {
  const auto found = std::ranges::find(fills_, fill, &ColumnFill::fill);
  if (found == fills_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fills_.begin());
}

Result<DecodedFile> Decoder::decode(std::string text) const {
  DecodedFile file;
  file.text = std::make_unique<const std::string>(std::move(text));
  file.slots = slots_;
  const std::string doing = fmt::format("source {}: {}", source_.name, source_.file);
  TRY(CsvScanner scanner, with_context(CsvScanner::open(*file.text, {.separator = source_.separator}), doing));
  TRY(const FieldMap map, with_context(map_fields(*this, scanner.header()), doing));
  for (std::size_t f = 0; f < scanner.header().size(); ++f) {
    const std::size_t c = map.column_of_field[f];
    if (c != absent && may_hold_line_ends(contract_->columns[c])) scanner.allow_line_ends(f);
  }

  auto parts = read_parts(*this, validator_, map, scanner.split(count_parts(file.text->size())));
  file.rows.reserve(std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                                    [](std::size_t rows, const Part& part) { return rows + part.rows.size(); }));
  for (Part& part : parts) add_part(file, std::move(part));

  const KeyOrder by_key(*this, file);
  const auto is_not_before = [&](const GoodRow& a, const GoodRow& b) { return by_key.compare(a, b) >= 0; };
  if (std::ranges::adjacent_find(file.rows, is_not_before) != file.rows.end()) {
    std::ranges::sort(file.rows, by_key);
    refuse_duplicates(file, by_key);
  }
  if (source_.bar && source_.bar->mark_repeated_open) mark_repeated_opens(*this, file);
  if (!std::ranges::is_sorted(file.rows, {}, &GoodRow::known_at))
    std::ranges::stable_sort(file.rows, {}, &GoodRow::known_at);
  std::ranges::sort(file.refused, {}, [](const RefusedRow& row) { return std::pair(row.known_at, row.line); });
  return file;
}

}  // namespace converge::ingest
