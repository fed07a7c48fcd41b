#include "content/text_size.hpp"

namespace converge::content {

TextSize measure_size(std::string_view text) {
  TextSize size;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    ++size.code_points;
    size.utf16_units += byte >= 0xF0 ? 2 : 1;
  }
  return size;
}

}  // namespace converge::content
