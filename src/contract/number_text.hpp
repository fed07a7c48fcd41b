// contract/number_text.hpp — JSON numbers read from raw text, exactly and without allocation.
#pragma once
#include "base/decimal.hpp"

#include <string_view>

namespace converge::contract {

constexpr Decimal::Coefficient power_of_ten(int n) {
  Decimal::Coefficient value = 1;
  for (int i = 0; i < n; ++i) value *= 10;
  return value;
}

// Whether the text is a number by RFC 8259: no leading zeros, no plus, digits on both sides of the point.
bool is_json_number(std::string_view text);

enum class ExactFault { none, type, scale, precision };

// Reads `text` as DECIMAL(precision, scale) into units of 10^-scale; `units` is set when nothing is wrong.
//   type       it is not a JSON number
//   scale      a digit that is not zero stands further right than the scale reaches
//   precision  more digits before the point than the column holds
ExactFault parse_exact(std::string_view text, int precision, int scale, Decimal::Coefficient& units);

// The same for a Decimal.
ExactFault compute_units(const Decimal& value, int precision, int scale, Decimal::Coefficient& units);

}  // namespace converge::contract
