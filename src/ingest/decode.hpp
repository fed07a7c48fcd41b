// ingest/decode.hpp — a source's file as rows of its table: good ones to load, refused ones to keep.
//
// Pure. Everything is judged on the raw text, before any number is made of it: a value is loaded exactly as it was written,
// or not at all. Each refused row keeps its line, its raw text, and the first rule that it broke:
//
//   the scanner's  unclosed_quote stray_quote huge_field nul stray_cr utf8 empty_line missing_column extra_field
//   the stamp's    format
//   the contract's type required enum pattern minimum exclusive_minimum scale ck_bar_high ... (contract/validator.hpp)
//   the file's     duplicate_key: the key stands on an earlier line already, with the same values or with others
//
// Nothing between two separators is NULL; "" is an empty text.
#pragma once
#include "base/decimal.hpp"
#include "base/text_arena.hpp"
#include "contract/contract.hpp"
#include "contract/validator.hpp"
#include "ingest/csv.hpp"
#include "ingest/source.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::ingest {

// Where the cells of one column come from.
enum class Fill { file, stamp, constant, open_synthetic, revision, known_at, batch_id, nothing };

struct ColumnFill {
  Fill fill = Fill::nothing;
  std::string from;      // file, stamp: name of the file's column
  std::size_t slot = 0;  // file, stamp: index in a row's cells
  std::string constant;
};

// No instant: such a row is due at once.
inline constexpr Instant undated = Instant::min();

struct GoodRow {
  std::int64_t line = 0;
  std::string_view raw;
  Instant known_at = undated;                              // from when it may be seen
  const std::optional<std::string_view>* cells = nullptr;  // the first of them
  bool open_synthetic = false;
};

struct RefusedRow {
  std::int64_t line = 0;
  std::string raw;         // bytes that are not UTF-8 (and NUL) as \xNN, cut to what quarantine holds
  std::string raw_sha256;  // of the bytes as they came, all of them
  std::string rule;
  std::string pointer;  // JSON pointer to the contract's column; empty for the row as a whole
  std::string message;
  Instant known_at = undated;  // as a good row's, where its stamp could be read
};

// What the rows of one part of a file point into, beside its text.
struct KeptCells {
  TextArena written;                                   // cells that are not in the text as they are
  std::vector<std::optional<std::string_view>> cells;  // `slots` per row, in the form that the server reads
};

// Owns what its rows point into.
struct DecodedFile {
  std::unique_ptr<const std::string> text;
  std::vector<KeptCells> kept;
  std::size_t slots = 0;
  std::vector<GoodRow> rows;        // by known_at, then key
  std::vector<RefusedRow> refused;  // by known_at, then line
  std::int64_t repeated_opens = 0;

  std::optional<std::string_view> cell(const GoodRow& row, std::size_t slot) const { return row.cells[slot]; }
};

// An open is a repeated close when they differ by at most this share of the close. In the sample data: 1,857 of 5,105 rows
// (1,760 with a tolerance of nothing; the source keeps prices as 32-bit floats, so equal prices may differ in the last digit).
inline constexpr std::int64_t repeated_open_parts = 100'000;

// One source against one contract, compiled.
class Decoder {
 public:
  // errors: invalid_input as check_source
  static Result<Decoder> open(Source source, contract::Contract contract);

  // errors: invalid_input when the header is unusable: malformed, without a mapped column, or with a column that is neither
  // mapped nor ignored
  // Large files are read by as many threads as the machine has; the result is the same.
  Result<DecodedFile> decode(std::string text) const;

  const Source& source() const { return source_; }
  const contract::Contract& contract() const { return *contract_; }
  const std::vector<ColumnFill>& fills() const { return fills_; }  // one per column of the contract
  // Index of the column that is filled so, if any.
  std::optional<std::size_t> find_fill(Fill fill) const;
  std::size_t slots() const { return slots_; }  // cells per row
  // The columns that tell rows of one file apart: the primary key but for constants and a revision counted by ingest.
  const std::vector<std::size_t>& key() const { return key_; }

 private:
  Decoder(Source source, contract::Contract contract);

  Source source_;
  std::unique_ptr<const contract::Contract> contract_;
  contract::Validator validator_;
  std::vector<ColumnFill> fills_;
  std::vector<std::size_t> key_;
  std::size_t slots_ = 0;
};

// rule: a stable word; pointer: JSON pointer to a column, or empty.
RefusedRow make_refused(std::int64_t line, std::string_view raw, Instant known_at, std::string_view rule,
                        std::string_view pointer, std::string_view message);

// Whether `open` repeats `close`, the close of the bar before it.
bool is_repeated_open(const Decimal& open, const Decimal& close);

// -1, 0, 1: the order of two cells of a column, both in the server's form; numbers by value, NULL first.
int compare_cells(const contract::Column& column, std::optional<std::string_view> a, std::optional<std::string_view> b);

}  // namespace converge::ingest
