#include "content/style_block.hpp"

#include <fmt/format.h>
#include <optional>
#include <vector>

namespace converge::content {
namespace {

constexpr std::string_view begin_mark = "<!-- converge style begin";
constexpr std::string_view end_mark = "<!-- converge style end -->";

struct FileLine {
  TextRange range;  // with its line end
  int number = 0;   // from 1
};

std::string_view text_of(std::string_view file, const FileLine& line) {
  std::string_view text = file.substr(line.range.begin, line.range.size());
  if (line.number == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

std::vector<FileLine> read_lines(std::string_view file) {
  std::vector<FileLine> lines;
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t feed = file.find('\n', at);
    const std::size_t end = feed == std::string_view::npos ? file.size() : feed + 1;
    lines.push_back({.range = {at, end}, .number = static_cast<int>(lines.size()) + 1});
    at = end;
  }
  return lines;
}

tl::unexpected<Error> fail_at(std::string_view where, int line, std::string_view what) {
  return fail(Errc::invalid_input, fmt::format("{}:{}: {}", where, line, what));
}

std::string_view line_end_of(std::string_view file) {
  const std::size_t feed = file.find('\n');
  return feed != std::string_view::npos && feed > 0 && file[feed - 1] == '\r' ? "\r\n" : "\n";
}

struct FoundBlock {
  TextRange range;            // from its first marker to the line end behind its last one
  std::string_view line_end;  // of its first line, which may be another than that of the file
};

// A file without markers has none.
Result<std::optional<FoundBlock>> find_block(std::string_view file, std::string_view where) {
  if (!is_utf8(file) || file.find('\0') != std::string_view::npos)
    return fail(Errc::invalid_input, fmt::format("{}: is not UTF-8 text", where));
  std::optional<FileLine> begin;
  std::optional<FileLine> end;
  for (const FileLine& line : read_lines(file)) {
    const std::string_view text = text_of(file, line);
    const bool begins = text.starts_with(begin_mark);
    const bool ends = text == end_mark;
    if (begins && begin)
      return fail_at(where, line.number, "the style block begins a second time; delete one of the two");
    if (ends && end)
      return fail_at(where, line.number, "the style block ends a second time; delete one of the two markers");
    if (ends && !begin)
      return fail_at(where, line.number,
                     "the style block ends here but does not begin before; delete this marker or restore the other");
    if (begins) begin = line;
    if (ends) end = line;
  }
  if (begin && !end)
    return fail_at(where, begin->number,
                   "the style block begins here but does not end; delete this marker or restore the other");
  if (!begin) return std::optional<FoundBlock>();
  std::size_t from = begin->range.begin;
  if (begin->number == 1 && file.starts_with(byte_order_mark)) from += byte_order_mark.size();
  const std::string_view first_line = file.substr(from, begin->range.end - from);
  return std::optional(FoundBlock{.range = {from, end->range.end}, .line_end = line_end_of(first_line)});
}

std::string with_line_ends(std::string_view text, std::string_view line_end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += line_end;
    if (c != '\n') out += c;
  }
  return out;
}

// Without a line end behind its last marker.
std::string render_block(std::string_view prompt, const StyleGuide& guide) {
  while (prompt.ends_with('\n')) prompt.remove_suffix(1);
  return fmt::format("{}: {}, version {}; made by `converge style install`, edit the guide instead -->\n{}\n{}",
                     begin_mark, guide.name, guide.version(), prompt, end_mark);
}

bool is_blank_file(std::string_view file) {
  return file.empty() || file == byte_order_mark;
}

}  // namespace

Result<std::string> install_style_block(std::string_view file, std::string_view prompt, const StyleGuide& guide,
                                        std::string_view where) {
  TRY(const auto there, find_block(file, where));
  const std::string_view line_end = there ? there->line_end : line_end_of(file);
  const std::string block = with_line_ends(render_block(prompt, guide), line_end);
  if (there) {
    const bool ends_line = file.substr(0, there->range.end).ends_with('\n');
    return fmt::format("{}{}{}{}", file.substr(0, there->range.begin), block, ends_line ? line_end : "",
                       file.substr(there->range.end));
  }
  if (is_blank_file(file)) return fmt::format("{}{}{}", file, block, line_end);
  const bool ends_line = file.ends_with('\n');
  if (ends_line) return fmt::format("{}{}{}{}", file, line_end, block, line_end);
  return fmt::format("{}{}{}{}", file, line_end, line_end, block);
}

Result<std::string> remove_style_block(std::string_view file, std::string_view where) {
  TRY(const auto there, find_block(file, where));
  if (!there) return std::string(file);
  std::string_view before = file.substr(0, there->range.begin);
  const std::string_view after = file.substr(there->range.end);
  const bool ended_line = file.substr(0, there->range.end).ends_with('\n');
  const std::string_view line_end = there->line_end;
  // The file's last line has ended before the empty one, be it by another line end than its first.
  if (before.ends_with(fmt::format("\n{}", line_end))) before.remove_suffix(line_end.size());
  if (!ended_line && before.ends_with(line_end)) before.remove_suffix(line_end.size());
  return fmt::format("{}{}", before, after);
}

std::string make_style_file(std::string_view path) {
  if (!path.ends_with(".mdc")) return {};
  return "---\ndescription: Style guide for everything that is written here\nalwaysApply: true\n---\n";
}

}  // namespace converge::content
