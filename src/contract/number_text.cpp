#include "contract/number_text.hpp"

#include <algorithm>
#include <array>

namespace converge::contract {
namespace {

using Coefficient = Decimal::Coefficient;

constexpr std::array<Coefficient, Decimal::precision_max + 1> powers = [] {
  std::array<Coefficient, Decimal::precision_max + 1> table{};
  for (int i = 0; i <= Decimal::precision_max; ++i) table[static_cast<std::size_t>(i)] = power_of_ten(i);
  return table;
}();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The parts of a JSON number. ok is false when the text is not one.
struct NumberParts {
  std::string_view integer;
  std::string_view fraction;
  bool negative = false;
  bool has_exponent = false;
  bool ok = false;
};

NumberParts split_number(std::string_view text) {
  NumberParts parts;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto take_digits = [&] {
    const char* const begin = at;
    while (at != end && is_digit(*at)) ++at;
    return std::string_view(begin, static_cast<std::size_t>(at - begin));
  };
  parts.negative = at != end && *at == '-';
  if (parts.negative) ++at;
  parts.integer = take_digits();
  bool ok = !parts.integer.empty() && (parts.integer.size() == 1 || parts.integer[0] != '0');
  if (at != end && *at == '.') {
    ++at;
    parts.fraction = take_digits();
    ok = ok && !parts.fraction.empty();
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    parts.has_exponent = true;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    ok = ok && !take_digits().empty();
  }
  parts.ok = ok && at == end;
  return parts;
}

Coefficient add_digits(Coefficient value, std::string_view digits) {
  std::uint64_t low = 0;
  std::uint64_t factor = 1;
  for (const char c : digits) {
    low = low * 10 + static_cast<std::uint64_t>(c - '0');
    factor *= 10;
    if (factor == 1'000'000'000'000'000'000) {
      value = value * static_cast<Coefficient>(factor) + static_cast<Coefficient>(low);
      low = 0;
      factor = 1;
    }
  }
  return value * static_cast<Coefficient>(factor) + static_cast<Coefficient>(low);
}

}  // namespace

bool is_json_number(std::string_view text) {
  return split_number(text).ok;
}

ExactFault parse_exact(std::string_view text, int precision, int scale, Coefficient& units) {
  NumberParts parts = split_number(text);
  if (!parts.ok) return ExactFault::type;
  if (parts.has_exponent) {
    if (const auto value = Decimal::parse(text)) return compute_units(*value, precision, scale, units);
    // Beyond what any column holds, at one end or the other.
    return text.find('-', 1) == std::string_view::npos ? ExactFault::precision : ExactFault::scale;
  }
  const auto places = static_cast<std::size_t>(scale);
  if (parts.fraction.size() > places) {
    if (parts.fraction.find_first_not_of('0', places) != std::string_view::npos) return ExactFault::scale;
    parts.fraction = parts.fraction.substr(0, places);
  }
  const std::size_t integer_digits = parts.integer == "0" ? 0 : parts.integer.size();
  if (integer_digits > static_cast<std::size_t>(precision - scale)) return ExactFault::precision;
  const Coefficient magnitude =
      add_digits(add_digits(0, parts.integer), parts.fraction) * powers[places - parts.fraction.size()];
  units = parts.negative ? -magnitude : magnitude;
  return ExactFault::none;
}

ExactFault compute_units(const Decimal& value, int precision, int scale, Coefficient& units) {
  if (value.significant_scale() > scale) return ExactFault::scale;
  if (value.integer_digits() > precision - scale) return ExactFault::precision;
  const auto scaled = value.with_scale(scale);
  if (!scaled) return ExactFault::precision;
  units = scaled->coefficient();
  return ExactFault::none;
}

}  // namespace converge::contract
