// content/position.hpp — places in a text: byte ranges for programs, line and column for people.
#pragma once
#include <cstddef>
#include <string_view>

namespace converge::content {

// Bytes [begin, end) of a UTF-8 text.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - begin; }
  bool operator==(const TextRange&) const = default;
};

// Line and column, both from 1; a column counts code points. A byte order mark has no column. Lines end with LF, CRLF or CR.
struct TextPosition {
  int line = 1;
  int col = 1;
  bool operator==(const TextPosition&) const = default;
};

// Turns byte offsets into positions in one pass over the text: offsets must be asked for in rising order.
class PositionCursor {
 public:
  explicit PositionCursor(std::string_view text);
  TextPosition advance_to(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  TextPosition position_;
};

// Whether every byte belongs to a well-formed UTF-8 sequence.
bool is_utf8(std::string_view text);

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace converge::content
