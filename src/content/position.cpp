#include "content/position.hpp"

#include <unicode/utf8.h>

namespace converge::content {

PositionCursor::PositionCursor(std::string_view text) : text_(text) {
  if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

TextPosition PositionCursor::advance_to(std::size_t offset) {
  for (; at_ < offset && at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    const bool ends_line = c == '\n' || (c == '\r' && !text_.substr(at_ + 1).starts_with('\n'));
    if (ends_line) {
      ++position_.line;
      position_.col = 1;
    } else if (!U8_IS_TRAIL(static_cast<unsigned char>(c))) {
      ++position_.col;
    }
  }
  return position_;
}

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  for (std::int64_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) return false;
  }
  return true;
}

}  // namespace converge::content
