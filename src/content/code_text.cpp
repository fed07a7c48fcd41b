#include "content/code_text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content {
namespace {

std::size_t longest_run(std::string_view text, char c) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char at : text) {
    run = at == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string render_code_span(std::string_view text) {
  std::string line(text);
  std::ranges::replace(line, '\n', ' ');
  const std::size_t run = longest_run(line, '`');
  const std::string fence(run == 0 ? 1 : run + 1, '`');
  const bool needs_blank = line.starts_with('`') || line.ends_with('`');
  return fmt::format("{0}{1}{2}{1}{0}", fence, needs_blank ? " " : "", line);
}

std::string render_quoted(std::string_view label, std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.find('\n') == std::string_view::npos) return fmt::format("  - {}: {}\n", label, render_code_span(text));
  const std::string fence(std::max<std::size_t>(longest_run(text, '`') + 1, 3), '`');
  std::string block = fmt::format("  - {}:\n\n    {}markdown\n", label, fence);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    block += line.empty() ? "\n" : fmt::format("    {}\n", line);
  }
  return block + fmt::format("    {}\n\n", fence);
}

std::string escape_table_bars(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace converge::content
