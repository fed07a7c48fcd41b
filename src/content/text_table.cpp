#include "content/text_table.hpp"

#include "content/segment.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>

namespace converge::content {
namespace {

std::size_t columns_of_grapheme(std::string_view grapheme) {
  if (is_emoji(grapheme)) return 2;
  std::int32_t at = 0;
  UChar32 character = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(grapheme.data()), at, static_cast<std::int32_t>(grapheme.size()),
          character);
  const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::string pad_cell(const std::string& cell, std::size_t width, ColumnAlign align) {
  const std::size_t used = measure_columns(cell);
  const std::size_t room = width > used ? width - used : 0;
  const std::size_t left = align == ColumnAlign::right ? room : align == ColumnAlign::center ? room / 2 : 0;
  return std::string(left, ' ') + cell + std::string(room - left, ' ');
}

}  // namespace

std::size_t measure_columns(std::string_view text) {
  std::size_t columns = 0;
  for (const TextRange& grapheme : find_graphemes(text))
    columns += columns_of_grapheme(text.substr(grapheme.begin, grapheme.size()));
  return columns;
}

std::vector<std::string> render_text_table(const TreeNode& table) {
  const std::size_t count = table.columns.size();
  std::vector<std::size_t> widths(count, 1);
  std::vector<std::vector<std::string>> rows;
  for (const TreeNode& row : table.children) {
    std::vector<std::string>& cells = rows.emplace_back(count);
    for (std::size_t i = 0; i < std::min(count, row.children.size()); ++i) {
      cells[i] = render_plain_text(row.children[i].spans);
      widths[i] = std::max(widths[i], measure_columns(cells[i]));
    }
  }
  std::vector<std::string> lines;
  const auto add_line = [&](const auto& cell_at) {
    std::string line;
    for (std::size_t i = 0; i < count; ++i) line += (i > 0 ? "  " : "") + cell_at(i);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  };
  for (const std::vector<std::string>& row : rows) {
    add_line([&](std::size_t i) { return pad_cell(row[i], widths[i], table.columns[i]); });
    if (lines.size() == 1) add_line([&](std::size_t i) { return std::string(widths[i], '-'); });
  }
  return lines;
}

}  // namespace converge::content
