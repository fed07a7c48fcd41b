// base/decimal.hpp — exact decimal numbers, for money and everything else that must not be rounded.
//
// A Decimal is coefficient / 10^scale with a 128-bit coefficient: every DECIMAL(p, s) with p <= 38 fits.
// It is read from text and written to text; it never passes through a double on the way.
#pragma once
#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace converge {

class Decimal {
 public:
  __extension__ using Coefficient = __int128;
  static constexpr int precision_max = 38;

  Decimal() = default;
  // "-12.3400": scale is the digits after the point, so 12.34 and 12.3400 are equal and print differently.
  // Accepts JSON's exponent form too ("1e3"). errors: invalid_input for anything else, and beyond 38 digits.
  static Result<Decimal> parse(std::string_view text);
  static Decimal from_units(Coefficient coefficient, int scale) { return {coefficient, scale}; }

  Coefficient coefficient() const { return coefficient_; }
  int scale() const { return scale_; }
  // Digits of the coefficient without trailing zeros after the point: what DECIMAL(p, s) must be able to hold.
  int significant_scale() const;
  int integer_digits() const;
  bool is_negative() const { return coefficient_ < 0; }

  // The same number with exactly `scale` digits after the point.
  // errors: invalid_input when digits would be lost, or 38 digits exceeded
  Result<Decimal> with_scale(int scale) const;
  // The same number as int64 units of 10^-scale. errors: invalid_input when it does not fit or digits would be lost
  Result<std::int64_t> units(int scale) const;
  // The nearest double, by way of the decimal text.
  double to_double() const;
  std::string to_string() const;

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == std::strong_ordering::equal; }

 private:
  Decimal(Coefficient coefficient, int scale) : coefficient_(coefficient), scale_(scale) {}

  Coefficient coefficient_ = 0;
  int scale_ = 0;
};

}  // namespace converge
