#include "base/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

namespace converge {
namespace {

using Coefficient = Decimal::Coefficient;

constexpr Coefficient power_of_ten(int n) {
  Coefficient value = 1;
  for (int i = 0; i < n; ++i) value *= 10;
  return value;
}

constexpr Coefficient limit = power_of_ten(Decimal::precision_max);

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string render_digits(Coefficient magnitude) {
  if (magnitude <= std::numeric_limits<std::uint64_t>::max())
    return std::to_string(static_cast<std::uint64_t>(magnitude));
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  std::ranges::reverse(text);
  return text;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  const auto refuse = [&](const char* why) {
    return fail(Errc::invalid_input, "'" + std::string(text.substr(0, 60)) + "' " + why);
  };
  std::size_t i = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) ++i;
  Coefficient coefficient = 0;
  int scale = 0;
  bool point = false;
  bool any = false;
  for (; i < text.size() && (is_digit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      if (point || !any) return refuse("is not a decimal number");
      point = true;
      any = false;
      continue;
    }
    if (coefficient >= limit / 10) return refuse("has more than 38 digits");
    coefficient = coefficient * 10 + (text[i] - '0');
    if (point && ++scale > precision_max) return refuse("has more than 38 digits");
    any = true;
  }
  if (!any) return refuse("is not a decimal number");
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i + 1 < text.size() && text[i] == '+' && is_digit(text[i + 1])) ++i;
    int exponent = 0;
    const auto [end, code] = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
    if (code != std::errc() || end != text.data() + text.size() || exponent > 100 || exponent < -100)
      return refuse("has no usable exponent");
    i = text.size();
    scale -= exponent;
    while (scale < 0) {
      if (coefficient >= limit / 10) return refuse("has more than 38 digits");
      coefficient *= 10;
      ++scale;
    }
    if (scale > precision_max) return refuse("has more than 38 digits");
  }
  if (i != text.size()) return refuse("is not a decimal number");
  return Decimal(negative ? -coefficient : coefficient, scale);
}

int Decimal::significant_scale() const {
  Coefficient c = coefficient_;
  int scale = scale_;
  while (scale > 0 && c % 10 == 0) {
    c /= 10;
    --scale;
  }
  return scale;
}

int Decimal::integer_digits() const {
  Coefficient c = (coefficient_ < 0 ? -coefficient_ : coefficient_) / power_of_ten(scale_);
  int digits = 0;
  for (; c != 0; c /= 10) ++digits;
  return digits;
}

Result<Decimal> Decimal::with_scale(int scale) const {
  if (significant_scale() > scale)
    return fail(Errc::invalid_input,
                to_string() + " has more than " + std::to_string(scale) + " digits after the point");
  Coefficient c = coefficient_;
  for (int s = scale_; s > scale; --s) c /= 10;
  for (int s = scale_; s < scale; ++s) {
    if (c >= limit / 10 || c <= -limit / 10)
      return fail(Errc::invalid_input, to_string() + " does not fit 38 digits at this scale");
    c *= 10;
  }
  return Decimal(c, scale);
}

Result<std::int64_t> Decimal::units(int scale) const {
  TRY(const Decimal scaled, with_scale(scale));
  if (scaled.coefficient_ > std::numeric_limits<std::int64_t>::max() ||
      scaled.coefficient_ < std::numeric_limits<std::int64_t>::min())
    return fail(Errc::invalid_input, to_string() + " does not fit 64 bits at this scale");
  return static_cast<std::int64_t>(scaled.coefficient_);
}

double Decimal::to_double() const {
  const std::string text = to_string();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string Decimal::to_string() const {
  std::string text = render_digits(coefficient_ < 0 ? -coefficient_ : coefficient_);
  const auto scale = static_cast<std::size_t>(scale_);
  if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
  if (scale > 0) text.insert(text.size() - scale, 1, '.');
  if (coefficient_ < 0) text.insert(0, 1, '-');
  return text;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (a.is_negative() != b.is_negative())
    return a.is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  // Aligning scales could overflow 128 bits, so whole part and fraction are compared one after the other.
  const Coefficient whole_a = a.coefficient_ / power_of_ten(a.scale_);
  const Coefficient whole_b = b.coefficient_ / power_of_ten(b.scale_);
  if (whole_a != whole_b) return whole_a < whole_b ? std::strong_ordering::less : std::strong_ordering::greater;
  const int scale = std::max(a.scale_, b.scale_);
  const Coefficient part_a = (a.coefficient_ % power_of_ten(a.scale_)) * power_of_ten(scale - a.scale_);
  const Coefficient part_b = (b.coefficient_ % power_of_ten(b.scale_)) * power_of_ten(scale - b.scale_);
  if (part_a != part_b) return part_a < part_b ? std::strong_ordering::less : std::strong_ordering::greater;
  return std::strong_ordering::equal;
}

}  // namespace converge
