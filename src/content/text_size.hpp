// content/text_size.hpp — how long a text is to those who set limits: in code points and in UTF-16 code units. Pure.
#pragma once
#include <cstddef>
#include <string_view>

namespace converge::content {

// A character beyond U+FFFF is one code point and two UTF-16 units; everything else is one of each.
struct TextSize {
  std::size_t code_points = 0;
  std::size_t utf16_units = 0;

  bool fits(const TextSize& max) const { return code_points <= max.code_points && utf16_units <= max.utf16_units; }
  TextSize& operator+=(const TextSize& other) {
    code_points += other.code_points;
    utf16_units += other.utf16_units;
    return *this;
  }
  friend TextSize operator+(TextSize left, const TextSize& right) { return left += right; }
  bool operator==(const TextSize&) const = default;
};

// The size of a UTF-8 text; a piece of one adds up with its neighbours when it is cut between characters.
TextSize measure_size(std::string_view text);

}  // namespace converge::content
