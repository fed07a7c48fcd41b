// contract/validator.hpp — a contract as a program that says which rows it allows, and what is wrong with the others.
//
// Pure. Compiled once, then used from any thread: on raw text cells where data enters, on typed rows before they are stored.
// A row that is accepted costs no allocation. Each column reports at most its first fault; the contract's checks are tried
// only when no column is at fault. Rules: type, format, required, additional, enum, pattern, pattern_limit, min_length, max_length, minimum,
// exclusive_minimum, maximum, scale, precision, utf8, and the name of each check.
//
// Raw text of each type:
//   text             UTF-8
//   integer          JSON's digits without point or exponent; beyond 64 bits it breaks `minimum` or `maximum`
//   number, decimal  a JSON number; no NaN or infinity. A decimal with more digits after the point than its scale breaks
//                    `scale` (zeros at the end do not count) and is never rounded
//   boolean          true, false, 1 or 0
//   instant          RFC 3339 in UTC with a capital T and Z and at most six digits of fraction, in the years
//                    1000 to 9999
//   date             2020-03-16, in the years 1000 to 9999
//   json             an object, with at most 31 arrays and objects in one another
#pragma once
#include "base/time.hpp"
#include "contract/contract.hpp"
#include "contract/row_enum.hpp"

#include <array>
#include <memory>
#include <span>
#include <type_traits>
#include <variant>

namespace converge::contract {

// rule: as listed above; pointer: JSON pointer to the value, "/high" (for a check: its first column); message: what was found
// and what was expected, in plain ASCII.
struct Violation {
  std::string rule;
  std::string pointer;
  std::string message;

  bool operator==(const Violation&) const = default;
};

// One value of a typed row; monostate is null.
using FieldValue = std::variant<std::monostate, std::string_view, std::int64_t, double, Decimal, bool, Instant, Date>;

template <class T>
FieldValue make_field_value(const T& field) {
  if constexpr (RowEnum<T>)
    return enum_text(field);
  else if constexpr (std::is_same_v<T, std::string>)
    return std::string_view(field);
  else
    return field;
}
template <class T>
FieldValue make_field_value(const std::optional<T>& field) {
  return field ? make_field_value(*field) : FieldValue();
}

class Validator {
 public:
  // One cell per column in contract order; nullopt is null.
  using Cell = std::optional<std::string_view>;

  explicit Validator(const Contract& contract);

  // Empty when the row is allowed. More cells than columns break `additional`, missing ones `required`.
  std::vector<Violation> validate(std::span<const Cell> cells) const;

  // The same for values that are typed already. JSON must be canonical here (`format`), and decimals must fit their scale.
  std::vector<Violation> validate_fields(std::span<const FieldValue> fields) const;

  // For a generated row struct of this table.
  template <class Row>
  std::vector<Violation> validate_row(const Row& row) const {
    std::array<FieldValue, Row::column_count> fields;
    std::size_t next = 0;
    for_each_field(row, [&](std::string_view, const auto& field) { fields[next++] = make_field_value(field); });
    return validate_fields(fields);
  }

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// The validator of a system table, compiled on first use. An unknown name is a bug.
const Validator& system_validator(std::string_view table);

}  // namespace converge::contract
