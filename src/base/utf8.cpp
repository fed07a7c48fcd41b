#include "base/utf8.hpp"

#include <algorithm>

namespace converge {

std::size_t count_code_points(std::string_view text) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
}

std::string clip_code_points(std::string_view text, std::size_t code_points_max) {
  std::size_t points = 0, end = 0;
  for (; end < text.size(); ++end) {
    const bool starts_code_point = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (starts_code_point && points++ == code_points_max) break;
  }
  return std::string(text.substr(0, end));
}

}  // namespace converge
