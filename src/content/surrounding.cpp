#include "content/surrounding.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace converge::content {
namespace {

UChar32 character_before(std::string_view text, std::size_t at) {
  auto index = static_cast<std::int32_t>(at);
  UChar32 c = 0;
  U8_PREV(reinterpret_cast<const std::uint8_t*>(text.data()), 0, index, c);
  return c;
}

UChar32 character_after(std::string_view text, std::size_t at) {
  auto index = static_cast<std::int32_t>(at);
  const auto size = static_cast<std::int32_t>(text.size());
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), index, size, c);
  return c;
}

bool is_straight_quote(UChar32 c) {
  return c == '"' || c == '\'';
}

bool ends_clause(UChar32 c) {
  constexpr std::u32string_view marks = U",.;:!?|\u2026\u2013\u2014\u2015-";
  return marks.find(static_cast<char32_t>(c)) != std::u32string_view::npos;
}

bool opens(UChar32 c) {
  const int category = u_charType(c);
  return category == U_START_PUNCTUATION || category == U_INITIAL_PUNCTUATION;
}

bool closes(UChar32 c) {
  const int category = u_charType(c);
  return category == U_END_PUNCTUATION || category == U_FINAL_PUNCTUATION;
}

bool is_blank_byte(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

Beside beside_left(const ProseBlock& block, std::size_t at) {
  if (at == 0) return Beside::edge;
  if (is_break(block.piece_at(at - 1).kind)) return Beside::line_break;
  const UChar32 c = character_before(block.text, at);
  if (u_isUWhiteSpace(c)) return Beside::blank;
  const auto size = static_cast<std::size_t>(U8_LENGTH(c));
  const bool quote_opens = is_straight_quote(c) && beside_left(block, at - size) != Beside::word;
  return ends_clause(c) || opens(c) || quote_opens ? Beside::punctuation : Beside::word;
}

Beside beside_right(const ProseBlock& block, std::size_t at) {
  if (at == block.text.size()) return Beside::edge;
  if (is_break(block.piece_at(at).kind)) return Beside::line_break;
  const UChar32 c = character_after(block.text, at);
  if (u_isUWhiteSpace(c)) return Beside::blank;
  const auto size = static_cast<std::size_t>(U8_LENGTH(c));
  const bool quote_closes = is_straight_quote(c) && beside_right(block, at + size) != Beside::word;
  return ends_clause(c) || closes(c) || quote_closes ? Beside::punctuation : Beside::word;
}

std::size_t count_blanks_before(const ProseBlock& block, TextRange range) {
  std::size_t count = 0;
  while (count < range.begin && is_blank_byte(block.text[range.begin - count - 1]) &&
         block.maps_whole({range.begin - count - 1, range.end}))
    ++count;
  return count;
}

std::size_t count_blanks_after(const ProseBlock& block, TextRange range) {
  std::size_t count = 0;
  while (range.end + count < block.text.size() && is_blank_byte(block.text[range.end + count]) &&
         block.maps_whole({range.begin, range.end + count + 1}))
    ++count;
  return count;
}

bool is_digit_left(const ProseBlock& block, std::size_t at) {
  return at > 0 && u_isdigit(character_before(block.text, at));
}

bool is_digit_right(const ProseBlock& block, std::size_t at) {
  return at < block.text.size() && u_isdigit(character_after(block.text, at));
}

}  // namespace converge::content
