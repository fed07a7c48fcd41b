#include "contract/factory.hpp"

#include "contract/number_text.hpp"
#include "contract/pattern.hpp"
#include "contract/rule.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace converge::contract {
namespace {

constexpr int attempts_max = 5'000;
constexpr int repeats_beyond_min = 6;
constexpr std::int64_t length_beyond_min = 12;
constexpr std::string_view base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view base16 = "0123456789abcdef";
constexpr std::array<std::string_view, 6> letters{"a", "Z", "7", " ", "\xC3\xA9", "\xF0\x9F\x93\x88"};  // é and a chart
constexpr std::array<double, 3> null_shares{0.1, 0.2,
                                            0.8};  // one for a row: many nulls stand together in rows of some states
constexpr double edge_share = 0.3;

std::string pick_letters(std::string_view from, std::size_t count, Rng& rng) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.push_back(from[rng.below(from.size())]);
  return text;
}

std::string render_pattern_sample(const std::vector<PatternPart>& parts, Rng& rng) {
  std::string text;
  for (const PatternPart& part : parts) {
    const int high = part.repeat_max < 0 ? part.repeat_min + repeats_beyond_min : part.repeat_max;
    const int count =
        part.repeat_min + static_cast<int>(rng.below(static_cast<std::uint64_t>(high - part.repeat_min) + 1));
    for (int i = 0; i < count; ++i)
      text += part.choices.empty() ? pick_letters(part.letters, 1, rng)
                                   : render_pattern_sample(part.choices[rng.below(part.choices.size())], rng);
  }
  return text;
}

std::string make_text(const Column& column, Rng& rng) {
  if (column.format == "ulid") return "0" + pick_letters(base32, 25, rng);
  if (column.format == "sha256") return pick_letters(base16, 64, rng);
  if (!column.enum_values.empty()) return column.enum_values[rng.below(column.enum_values.size())];
  if (!column.pattern.empty()) {
    const auto parts = parse_pattern(column.pattern);
    return parts ? render_pattern_sample(*parts, rng) : "";
  }
  const std::int64_t most = std::min(*column.length_max, column.length_min + length_beyond_min);
  const auto span = static_cast<std::uint64_t>(most - column.length_min) + 1;
  const std::int64_t length =
      rng.uniform() < edge_share ? column.length_min : column.length_min + static_cast<std::int64_t>(rng.below(span));
  std::string text;
  for (std::int64_t i = 0; i < length; ++i) text += letters[rng.below(letters.size())];
  return text;
}

// Decimal text of units / 10^scale.
std::string render_units(std::int64_t units, int scale) {
  return Decimal::from_units(units, scale).to_string();
}

struct Range {
  std::int64_t low;
  std::int64_t high;
};

// The allowed units of 10^-scale, within what a column holds and what is pleasant to read.
Range allowed_units(const Column& column, int scale) {
  const std::int64_t whole = static_cast<std::int64_t>(
      power_of_ten(std::min(18, column.type == ColumnType::decimal ? column.precision : 9)) - 1);
  Range range{-whole, whole};
  const auto units_of = [&](const Decimal& bound, std::int64_t otherwise) {
    return bound.units(scale).value_or(otherwise);
  };
  if (column.minimum) range.low = units_of(*column.minimum, range.low);
  if (column.exclusive_minimum) range.low = units_of(*column.exclusive_minimum, range.low) + 1;
  if (column.maximum) range.high = units_of(*column.maximum, range.high);
  range.high = std::max(range.high, range.low);
  return range;
}

std::string make_number(const Column& column, int scale, Rng& rng) {
  const Range range = allowed_units(column, scale);
  if (rng.uniform() < edge_share) return render_units(rng.below(2) == 0 ? range.low : range.high, scale);
  const auto span = static_cast<std::uint64_t>(range.high) - static_cast<std::uint64_t>(range.low);
  const std::uint64_t step = span == std::numeric_limits<std::uint64_t>::max() ? rng.bits() : rng.below(span + 1);
  return render_units(static_cast<std::int64_t>(static_cast<std::uint64_t>(range.low) + step), scale);
}

constexpr int number_scale = 6;  // digits after the point in made doubles

int scale_of(const Column& column) {
  return column.type == ColumnType::number ? number_scale : column.scale;
}

std::string make_instant(Rng& rng) {
  const auto seconds = std::chrono::seconds(rng.below(1'600'000'000));
  return render_instant(Instant(seconds + Duration(rng.below(2) == 0 ? 0 : rng.below(1'000'000))));
}

std::string make_value(const Column& column, Rng& rng) {
  switch (column.type) {
    case ColumnType::text: return make_text(column, rng);
    case ColumnType::integer:
    case ColumnType::number:
    case ColumnType::decimal: return make_number(column, scale_of(column), rng);
    case ColumnType::boolean: return rng.below(2) == 0 ? "false" : "true";
    case ColumnType::instant: return make_instant(rng);
    case ColumnType::date: return make_instant(rng).substr(0, 10);
    case ColumnType::json: return fmt::format("{{\"n\":{}}}", rng.below(1000));
  }
  return "";
}

RawRow make_row(const Contract& contract, Rng& rng) {
  RawRow row;
  const double null_share = null_shares[rng.below(null_shares.size())];
  for (const Column& column : contract.columns) {
    const bool is_null = column.nullable && rng.uniform() < null_share;
    row.push_back(is_null ? std::nullopt : std::optional(make_value(column, rng)));
  }
  return row;
}

// "rows_read == rows_loaded + rows_unchanged", over whole numbers: then the columns, the whole first.
std::vector<std::size_t> find_sum(const Contract& contract, const Check& check) {
  constexpr std::string_view of_a_sum = "abcdefghijklmnopqrstuvwxyz0123456789_+= ";
  const auto rule = Rule::compile(check.rule, contract);
  const bool is_sum =
      check.rule.find_first_not_of(of_a_sum) == std::string::npos && check.rule.find('+') != std::string::npos;
  if (!rule || !is_sum) return {};
  auto columns = rule->columns();
  const auto is_whole = [&](std::size_t i) {
    return contract.columns[i].type == ColumnType::integer && !contract.columns[i].nullable;
  };
  const bool begins_with_whole = check.rule.starts_with(contract.columns[columns.front()].name + " == ");
  return begins_with_whole && std::ranges::all_of(columns, is_whole) ? columns : std::vector<std::size_t>{};
}

// Of all checks but the one that is to be broken.
std::vector<std::vector<std::size_t>> find_sums(const Contract& contract, std::string_view broken) {
  std::vector<std::vector<std::size_t>> sums;
  for (const Check& check : contract.checks)
    if (check.name != broken) sums.push_back(find_sum(contract, check));
  std::erase_if(sums, [](const auto& columns) { return columns.empty(); });
  return sums;
}

// Drawing alone hardly ever makes a row whose parts add up: the whole is set to their sum.
void add_up(std::span<const std::vector<std::size_t>> sums, RawRow& row) {
  for (const auto& columns : sums) {
    std::int64_t sum = 0;
    for (std::size_t i = 1; i < columns.size(); ++i) sum += std::stoll(*row[columns[i]]);
    row[columns.front()] = std::to_string(sum);
  }
}

// Draws rows until the validator says exactly `wanted` (nothing, or one check).
Result<RawRow> find_row(const Contract& contract, const Validator& validator, Rng& rng, std::string_view wanted) {
  const auto sums = find_sums(contract, wanted);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    RawRow row = make_row(contract, rng);
    add_up(sums, row);
    const std::vector<Violation> violations = validator.validate(view_cells(row));
    const bool matches = wanted.empty() ? violations.empty() : violations.size() == 1 && violations[0].rule == wanted;
    if (matches) return row;
  }
  return fail(Errc::invalid_input,
              fmt::format("{}: no row {} in {} attempts", contract.table,
                          wanted.empty() ? "passes its checks" : fmt::format("breaks {} alone", wanted), attempts_max));
}

struct Breakage {
  std::string_view rule;
  std::optional<std::string> cell;
};

std::string repeat(std::string_view text, std::int64_t count) {
  std::string repeated;
  for (std::int64_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

constexpr std::int64_t length_tried_max = 100'000;  // longer texts are not made just to be refused

// A text of allowed length that the pattern does not match; a pattern that refuses none of these is left out.
std::optional<std::string> find_unmatched(const Column& column) {
  if (column.pattern.empty()) return std::nullopt;
  const auto matcher = PatternMatcher::compile(column.pattern);
  for (const std::string_view letter : {"\n", "~", " ", "a", "0", "A", "-"}) {
    const std::string text = repeat(letter, std::max<std::int64_t>(column.length_min, 1));
    if (matcher && matcher->judge(text) == PatternVerdict::differs) return text;
  }
  return std::nullopt;
}

void append_text_faults(const Column& column, std::vector<Breakage>& faults) {
  faults.push_back({"utf8", "\xC3\x28"});
  if (!column.format.empty())
    faults.push_back({"format", column.format == "ulid" ? "80000000000000000000000000" : repeat("G", 64)});
  if (!column.enum_values.empty()) faults.push_back({"enum", column.enum_values.front() + "?"});
  if (column.length_min > 0) faults.push_back({"min_length", repeat("a", column.length_min - 1)});
  if (column.length_max && *column.length_max < length_tried_max)
    faults.push_back({"max_length", repeat("a", *column.length_max + 1)});
  if (const auto text = find_unmatched(column)) faults.push_back({"pattern", *text});
}

std::string render_beyond(const Decimal& bound, int scale, int step) {
  return render_units(bound.units(scale).value_or(0) + step, scale);
}

void append_number_faults(const Column& column, std::vector<Breakage>& faults) {
  const int scale = scale_of(column);
  if (column.minimum) faults.push_back({"minimum", render_beyond(*column.minimum, scale, -1)});
  if (column.exclusive_minimum)
    faults.push_back({"exclusive_minimum", render_beyond(*column.exclusive_minimum, scale, 0)});
  if (column.maximum) faults.push_back({"maximum", render_beyond(*column.maximum, scale, 1)});
  for (const std::string_view word : {"NaN", "Infinity", "-Infinity", "", "1,5", "+1", "0x10"})
    faults.push_back({"type", std::string(word)});
  if (column.type == ColumnType::integer) {
    faults.push_back({"type", "1.0"});
    faults.push_back({"maximum", "9223372036854775808"});
    faults.push_back({"minimum", "-9223372036854775809"});
  }
  if (column.type == ColumnType::decimal) {
    faults.push_back({"scale", "1." + repeat("0", column.scale) + "1"});
    faults.push_back({"precision", repeat("9", column.precision - column.scale + 1)});
  }
}

std::vector<Breakage> make_faults(const Column& column) {
  std::vector<Breakage> faults;
  if (!column.nullable) faults.push_back({"required", std::nullopt});
  switch (column.type) {
    case ColumnType::text: append_text_faults(column, faults); break;
    case ColumnType::integer:
    case ColumnType::number:
    case ColumnType::decimal: append_number_faults(column, faults); break;
    case ColumnType::boolean: faults.push_back({"type", "yes"}); break;
    case ColumnType::instant:
      for (const std::string_view text :
           {"2020-02-30T00:00:00Z", "2020-03-16 20:00:00", "2020-03-16T20:00:00+02:00", "2020-03-16T20:00:00.0000001Z"})
        faults.push_back({"format", std::string(text)});
      break;
    case ColumnType::date: faults.push_back({"format", "2020-02-30"}); break;
    case ColumnType::json:
      for (const std::string_view text : {"[]", "{", "null", "{\"a\":1,\"a\":2}"})
        faults.push_back({"type", std::string(text)});
      break;
  }
  return faults;
}

}  // namespace

std::vector<Validator::Cell> view_cells(const RawRow& row) {
  return {row.begin(), row.end()};
}

Result<RawRow> make_valid_row(const Contract& contract, const Validator& validator, Rng& rng) {
  return find_row(contract, validator, rng, "");
}

Result<std::vector<InvalidRow>> make_invalid_rows(const Contract& contract, const Validator& validator, Rng& rng) {
  std::vector<InvalidRow> rows;
  for (std::size_t i = 0; i < contract.columns.size(); ++i) {
    const Column& column = contract.columns[i];
    for (Breakage& fault : make_faults(column)) {
      TRY(RawRow row, make_valid_row(contract, validator, rng));
      row[i] = std::move(fault.cell);
      rows.push_back({std::string(fault.rule), "/" + column.name, std::move(row)});
    }
  }
  for (const Check& check : contract.checks) {
    TRY(RawRow row, find_row(contract, validator, rng, check.name));
    const auto rule = Rule::compile(check.rule, contract);
    const std::string first =
        rule && !rule->columns().empty() ? "/" + contract.columns[rule->columns().front()].name : "";
    rows.push_back({check.name, first, std::move(row)});
  }
  TRY(RawRow row, make_valid_row(contract, validator, rng));
  row.emplace_back("one too many");
  rows.push_back({"additional", fmt::format("/{}", contract.columns.size()), std::move(row)});
  return rows;
}

}  // namespace converge::contract
