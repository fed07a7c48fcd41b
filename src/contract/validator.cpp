#include "contract/validator.hpp"

#include "contract/number_text.hpp"
#include "contract/pattern.hpp"
#include "contract/rule.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>

namespace converge::contract {
namespace {

using Coefficient = Decimal::Coefficient;

enum class Fault {
  none,
  type,
  format,
  required,
  enumeration,
  pattern,
  pattern_limit,
  min_length,
  max_length,
  minimum,
  exclusive_minimum,
  maximum,
  scale,
  precision,
  utf8
};

constexpr std::array<std::string_view, 15> fault_names{
    "",           "type",       "format",  "required",          "enum",    "pattern", "pattern_limit",
    "min_length", "max_length", "minimum", "exclusive_minimum", "maximum", "scale",   "precision",
    "utf8"};

constexpr std::string_view base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view base16 = "0123456789abcdef";
constexpr std::chrono::year year_min{1000};  // DATETIME begins and ends there
constexpr std::chrono::year year_max{9999};
constexpr std::size_t excerpt_bytes_max = 60;

template <std::size_t n>
bool consists_of(std::string_view text, std::string_view letters) {
  return text.size() == n && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_ulid(std::string_view text) {
  return consists_of<26>(text, base32) && text[0] <= '7';
}

bool is_ascii(std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= sizeof(std::uint64_t); at += sizeof(std::uint64_t), left -= sizeof(std::uint64_t)) {
    std::uint64_t block = 0;
    std::memcpy(&block, at, sizeof block);
    if ((block & 0x8080808080808080U) != 0) return false;
  }
  return std::all_of(at, at + left, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::int64_t count_code_points(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
}

// What was found, short and in plain ASCII whatever it was.
std::string excerpt(std::string_view text) {
  std::string shown = "'";
  for (const char c : text.substr(0, excerpt_bytes_max)) {
    if (c >= ' ' && c <= '~')
      shown.push_back(c);
    else
      shown += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
  }
  return shown + (text.size() > excerpt_bytes_max ? "...'" : "'");
}

// MariaDB's JSON_VALID refuses what is nested deeper; MySQL goes on to 100.
constexpr std::size_t json_column_depth_max = 31;

Fault check_json_object(std::string_view text, bool must_be_canonical) {
  const auto json = parse_json(text, json_column_depth_max);
  if (!json || !json->is_object()) return Fault::type;
  return must_be_canonical && render_canonical_json(*json) != text ? Fault::format : Fault::none;
}

// A bound in the representation of RuleValue.
struct Bound {
  Coefficient exact = 0;
  double real = 0;
};

std::optional<Bound> make_bound(const Column& column, const std::optional<Decimal>& bound) {
  if (!bound) return std::nullopt;
  const auto scaled = bound->with_scale(column.type == ColumnType::number ? bound->significant_scale() : column.scale);
  return Bound{scaled ? scaled->coefficient() : 0, bound->to_double()};
}

// One column, compiled.
struct ColumnRule {
  Column column;
  std::optional<PatternMatcher> pattern;
  std::optional<Bound> minimum;
  std::optional<Bound> exclusive_minimum;
  std::optional<Bound> maximum;

  explicit ColumnRule(const Column& from)
      : column(from),
        minimum(make_bound(from, from.minimum)),
        exclusive_minimum(make_bound(from, from.exclusive_minimum)),
        maximum(make_bound(from, from.maximum)) {
    if (column.pattern.empty()) return;
    auto compiled = PatternMatcher::compile(column.pattern);
    if (!compiled)
      throw std::logic_error("a loaded contract holds a pattern that does not compile: " + compiled.error().message);
    pattern = *std::move(compiled);
  }

  Fault check_text(std::string_view text) const {
    const bool ascii = is_ascii(text);
    if (!ascii && !simdjson::validate_utf8(text.data(), text.size())) return Fault::utf8;
    if (column.format == "ulid") return is_ulid(text) ? Fault::none : Fault::format;
    if (column.format == "sha256") return consists_of<64>(text, base16) ? Fault::none : Fault::format;
    if (!column.enum_values.empty())
      return std::ranges::find(column.enum_values, text) != column.enum_values.end() ? Fault::none : Fault::enumeration;
    const std::int64_t length = ascii ? static_cast<std::int64_t>(text.size()) : count_code_points(text);
    if (length < column.length_min) return Fault::min_length;
    if (length > *column.length_max) return Fault::max_length;
    return pattern ? check_pattern(*pattern, text) : Fault::none;
  }

  static Fault check_pattern(const PatternMatcher& pattern, std::string_view text) {
    switch (pattern.judge(text)) {
      case PatternVerdict::matches: return Fault::none;
      case PatternVerdict::differs: return Fault::pattern;
      case PatternVerdict::gave_up: break;
    }
    return Fault::pattern_limit;
  }

  Fault check_bounds(const RuleValue& value) const {
    if (column.type == ColumnType::number) {
      if (minimum && value.real < minimum->real) return Fault::minimum;
      if (exclusive_minimum && value.real <= exclusive_minimum->real) return Fault::exclusive_minimum;
      if (maximum && value.real > maximum->real) return Fault::maximum;
    } else {
      if (minimum && value.exact < minimum->exact) return Fault::minimum;
      if (exclusive_minimum && value.exact <= exclusive_minimum->exact) return Fault::exclusive_minimum;
      if (maximum && value.exact > maximum->exact) return Fault::maximum;
    }
    return Fault::none;
  }

  Fault check_day(Date day) const {
    return day.ok() && day.year() >= year_min && day.year() <= year_max ? Fault::none : Fault::format;
  }

  Fault read_decimal(std::string_view text, RuleValue& value) const {
    return fault_of(parse_exact(text, column.precision, column.scale, value.exact));
  }

  static Fault fault_of(ExactFault fault) {
    constexpr std::array<Fault, 4> faults{Fault::none, Fault::type, Fault::scale, Fault::precision};
    return faults[static_cast<std::size_t>(fault)];
  }

  static Fault read_integer(std::string_view text, RuleValue& value) {
    if (text.find_first_of(".eE") != std::string_view::npos || !is_json_number(text)) return Fault::type;
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code == std::errc::result_out_of_range) return text[0] == '-' ? Fault::minimum : Fault::maximum;
    value.exact = number;
    return Fault::none;
  }

  static Fault read_number(std::string_view text, RuleValue& value) {
    if (!is_json_number(text)) return Fault::type;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value.real);
    return code == std::errc() ? Fault::none : Fault::type;
  }

  static Fault read_boolean(std::string_view text, RuleValue& value) {
    const bool yes = text == "true" || text == "1";
    if (!yes && text != "false" && text != "0") return Fault::type;
    value.exact = yes;
    return Fault::none;
  }

  Fault read_instant(std::string_view text, RuleValue& value) const {
    if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return Fault::format;
    const auto at = parse_instant(text);
    if (!at) return Fault::format;
    value.exact = at->time_since_epoch().count();
    return check_day(utc_date(*at));
  }

  Fault read_date(std::string_view text, RuleValue& value) const {
    const auto day = parse_date(text);
    if (!day) return Fault::format;
    value.exact = std::chrono::sys_days(*day).time_since_epoch().count();
    return check_day(*day);
  }

  // The value of a raw cell, and the first thing that is wrong with it.
  Fault read(std::string_view text, RuleValue& value) const {
    value.is_null = false;
    value.text = text;
    Fault fault = Fault::none;
    switch (column.type) {
      case ColumnType::text: return check_text(text);
      case ColumnType::json: return check_json_object(text, false);
      case ColumnType::boolean: return read_boolean(text, value);
      case ColumnType::instant: return read_instant(text, value);
      case ColumnType::date: return read_date(text, value);
      case ColumnType::integer: fault = read_integer(text, value); break;
      case ColumnType::number: fault = read_number(text, value); break;
      case ColumnType::decimal: fault = read_decimal(text, value); break;
    }
    return fault == Fault::none ? check_bounds(value) : fault;
  }

  // The same for a typed value.
  Fault read(const FieldValue& field, RuleValue& value) const {
    value.is_null = false;
    return std::visit([&](const auto& held) { return read_typed(held, value); }, field);
  }

  Fault read_typed(std::monostate, RuleValue& value) const {
    value.is_null = true;
    return column.nullable ? Fault::none : Fault::required;
  }
  Fault read_typed(std::string_view text, RuleValue& value) const {
    value.text = text;
    if (column.type == ColumnType::text) return check_text(text);
    return column.type == ColumnType::json ? check_json_object(text, true) : Fault::type;
  }
  Fault read_typed(std::int64_t number, RuleValue& value) const {
    value.exact = number;
    return column.type == ColumnType::integer ? check_bounds(value) : Fault::type;
  }
  Fault read_typed(double number, RuleValue& value) const {
    value.real = number;
    return column.type == ColumnType::number && std::isfinite(number) ? check_bounds(value) : Fault::type;
  }
  Fault read_typed(const Decimal& number, RuleValue& value) const {
    if (column.type != ColumnType::decimal) return Fault::type;
    const Fault fault = fault_of(compute_units(number, column.precision, column.scale, value.exact));
    return fault == Fault::none ? check_bounds(value) : fault;
  }
  Fault read_typed(bool yes, RuleValue& value) const {
    value.exact = yes;
    return column.type == ColumnType::boolean ? Fault::none : Fault::type;
  }
  Fault read_typed(Instant at, RuleValue& value) const {
    value.exact = at.time_since_epoch().count();
    return column.type == ColumnType::instant ? check_day(utc_date(at)) : Fault::type;
  }
  Fault read_typed(Date day, RuleValue& value) const {
    if (column.type != ColumnType::date) return Fault::type;
    if (day.ok()) value.exact = std::chrono::sys_days(day).time_since_epoch().count();
    return check_day(day);
  }

  std::string describe_expected(Fault fault) const;
};

struct TypeWords {
  ColumnType type;
  std::string_view type_text;
  std::string_view format_text;
};

constexpr std::array type_words = std::to_array<TypeWords>({
    {ColumnType::text, "text", ""},
    {ColumnType::integer, "a whole number", ""},
    {ColumnType::number, "a finite JSON number", ""},
    {ColumnType::decimal, "a JSON number", ""},
    {ColumnType::boolean, "true or false", ""},
    {ColumnType::instant, "an instant", "an instant in UTC like 2020-03-16T20:00:00Z, in the years 1000 to 9999"},
    {ColumnType::date, "a date", "a day like 2020-03-16, in the years 1000 to 9999"},
    {ColumnType::json, "a JSON object, nested at most 31 deep", "canonical JSON (render_canonical_json)"},
});

std::string render_bound(const std::optional<Decimal>& bound, std::int64_t limit) {
  return bound ? bound->to_string() : std::to_string(limit);
}

std::string ColumnRule::describe_expected(Fault fault) const {
  const TypeWords& words = *std::ranges::find(type_words, column.type, &TypeWords::type);
  switch (fault) {
    case Fault::none: return "";
    case Fault::type: return std::string(words.type_text);
    case Fault::format: return column.type == ColumnType::text ? "a " + column.format : std::string(words.format_text);
    case Fault::required: return "a value";
    case Fault::enumeration: {
      std::string text = "one of";
      for (const std::string& word : column.enum_values) text += " " + word;
      return text;
    }
    case Fault::pattern: return "text that matches " + column.pattern;
    case Fault::pattern_limit: return "text that can be compared with " + column.pattern + " within its limit of tries";
    case Fault::min_length: return fmt::format("at least {} characters", column.length_min);
    case Fault::max_length: return fmt::format("at most {} characters", *column.length_max);
    case Fault::minimum: return "at least " + render_bound(column.minimum, std::numeric_limits<std::int64_t>::min());
    case Fault::exclusive_minimum: return "more than " + column.exclusive_minimum->to_string();
    case Fault::maximum: return "at most " + render_bound(column.maximum, std::numeric_limits<std::int64_t>::max());
    case Fault::scale: return fmt::format("at most {} digits after the point", column.scale);
    case Fault::precision: return fmt::format("at most {} digits before the point", column.precision - column.scale);
    case Fault::utf8: return "UTF-8";
  }
  return "";
}

std::string describe_found(const Validator::Cell& cell) {
  return cell ? excerpt(*cell) : "null";
}

struct FieldText {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(std::string_view text) const { return excerpt(text); }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const {
    return std::isfinite(number) ? render_double(number) : fmt::format("{}", number);
  }
  std::string operator()(const Decimal& number) const { return number.to_string(); }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
  std::string operator()(Instant at) const { return render_instant(at); }
  std::string operator()(Date day) const { return day.ok() ? render_date(day) : "no day"; }
};

std::string describe_found(const FieldValue& field) {
  return std::visit(FieldText(), field);
}

struct CheckRule {
  std::string name;
  std::string text;
  Rule rule;
};

}  // namespace

struct Validator::State {
  std::vector<ColumnRule> columns;
  std::vector<CheckRule> checks;

  static Fault read(const ColumnRule& rule, const Cell& cell, RuleValue& value) {
    if (cell) return rule.read(*cell, value);
    return rule.column.nullable ? Fault::none : Fault::required;
  }
  static Fault read(const ColumnRule& rule, const FieldValue& field, RuleValue& value) {
    return rule.read(field, value);
  }

  template <class Given>
  std::vector<Violation> validate(std::span<const Given> given) const {
    thread_local std::vector<RuleValue> values;
    values.assign(columns.size(), RuleValue());
    std::vector<Violation> violations;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Fault fault = i < given.size() ? read(columns[i], given[i], values[i]) : Fault::required;
      if (fault != Fault::none)
        violations.push_back(
            make_violation(columns[i], fault, i < given.size() ? describe_found(given[i]) : "nothing"));
    }
    if (given.size() > columns.size())
      violations.push_back({"additional", fmt::format("/{}", columns.size()),
                            fmt::format("{} values found, {} columns expected", given.size(), columns.size())});
    if (!violations.empty()) return violations;
    for (const CheckRule& check : checks)
      if (check.rule.evaluate(values) == false) violations.push_back(make_violation(check, given));
    return violations;
  }

  static Violation make_violation(const ColumnRule& rule, Fault fault, const std::string& found) {
    return {std::string(fault_names[static_cast<std::size_t>(fault)]), "/" + rule.column.name,
            fmt::format("{}: {} found, {} expected", rule.column.name, found, rule.describe_expected(fault))};
  }

  template <class Given>
  Violation make_violation(const CheckRule& check, std::span<const Given> given) const {
    std::string found;
    for (const std::size_t column : check.rule.columns())
      found += fmt::format("{}{} = {}", found.empty() ? "" : ", ", columns[column].column.name,
                           describe_found(given[column]));
    const auto first = check.rule.columns();
    return {check.name, first.empty() ? "" : "/" + columns[first.front()].column.name,
            fmt::format("{} does not hold: {}", check.text, found)};
  }
};

Validator::Validator(const Contract& contract) {
  auto state = std::make_shared<State>();
  for (const Column& column : contract.columns) state->columns.emplace_back(column);
  for (const Check& check : contract.checks) {
    auto rule = Rule::compile(check.rule, contract);
    if (!rule) throw std::logic_error("a loaded contract holds a rule that does not compile: " + rule.error().message);
    state->checks.push_back({check.name, check.rule, *std::move(rule)});
  }
  state_ = std::move(state);
}

std::vector<Violation> Validator::validate(std::span<const Cell> cells) const {
  return state_->validate(cells);
}

std::vector<Violation> Validator::validate_fields(std::span<const FieldValue> fields) const {
  return state_->validate(fields);
}

const Validator& system_validator(std::string_view table) {
  static const auto validators = [] {
    std::map<std::string, Validator, std::less<>> made;
    for (const Contract& contract : system_contracts()) made.emplace(contract.table, Validator(contract));
    return made;
  }();
  const auto found = validators.find(table);
  if (found == validators.end()) throw std::logic_error("no system contract '" + std::string(table) + "'");
  return found->second;
}

}  // namespace converge::contract
