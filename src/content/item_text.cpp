#include "content/item_text.hpp"

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "content/escape.hpp"
#include "content/yaml.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content {
namespace {

constexpr std::size_t title_length_max = 200;
constexpr std::size_t slug_length_max = 96;
constexpr std::string_view subject_kind = "text:";
constexpr std::string_view heading_mark = "# ";

std::string_view trim_blank_lines(std::string_view text) {
  const auto is_blank = [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  // Blanks at the begin of the first line with words may be its indentation: only whole lines go.
  while (!text.empty()) {
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos || !std::ranges::all_of(text.substr(0, line), is_blank)) break;
    text.remove_prefix(line + 1);
  }
  return text;
}

bool is_subject_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

// What the subject's column cannot hold is named by its hash.
std::string make_subject(const std::string& slug) {
  const bool fits = slug.size() <= slug_length_max && is_subject_text(slug);
  return std::string(subject_kind) + (fits ? slug : compute_sha256_hex(slug).substr(0, 16));
}

Result<void> check_title(const std::string& title, std::string_view where) {
  if (title.empty())
    return fail(Errc::invalid_input, fmt::format("{}:1: there is no title: front matter with `title: ...`, or a first "
                                                 "line `# ...`",
                                                 where));
  if (title.find('\n') != std::string::npos || clip_code_points(title, title_length_max).size() != title.size())
    return fail(Errc::invalid_input,
                fmt::format("{}:1: the title must be one line of at most {} characters", where, title_length_max));
  return {};
}

Result<void> read_front_matter(ItemText& item, std::string_view head, std::string_view where) {
  const std::string_view yaml = head.substr(head.find('\n') + 1, head.rfind("---") - head.find('\n') - 1);
  TRY(const YamlNode root, parse_yaml(yaml, where, 2));
  constexpr std::string_view keys[] = {"title", "targets", "path", "subject"};
  TRY_VOID(refuse_unknown_keys(root, keys, where));
  if (const YamlNode* node = root.find("title")) {
    TRY(item.title, read_text(*node, where));
  }
  if (const YamlNode* node = root.find("path")) {
    TRY(item.path, read_text(*node, where));
  }
  if (const YamlNode* node = root.find("subject")) {
    TRY(item.subject, read_text(*node, where));
  }
  if (const YamlNode* node = root.find("targets")) {
    TRY(item.targets, read_texts(*node, where));
  }
  return {};
}

// The words of the first heading, which every text has by now.
Result<std::string> find_title(std::string_view markdown) {
  TRY(const Prose prose, parse_prose(markdown));
  const auto heading = std::ranges::find(prose.blocks, BlockKind::heading, &ProseBlock::kind);
  return heading == prose.blocks.end() ? std::string() : heading->text;
}

Result<void> check_heading(const std::string& title, std::string_view body, std::string_view where) {
  std::string_view line = body.substr(heading_mark.size(), body.find('\n') - heading_mark.size());
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  if (title.empty() || title == line) return {};
  return fail(
      Errc::invalid_input,
      fmt::format("{}: the title is '{}' and the first heading '{}'; one of them has to go", where, title, line));
}

}  // namespace

Result<ItemText> parse_item_text(std::string_view text, std::string_view where) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  ItemText item;
  const std::size_t body_begin = find_front_matter_end(text);
  if (body_begin > 0) TRY_VOID(read_front_matter(item, text.substr(0, body_begin), where));
  const std::string_view body = trim_blank_lines(text.substr(body_begin));
  const bool has_heading = body.starts_with(heading_mark);
  if (has_heading) TRY_VOID(check_heading(item.title, body, where));
  if (!body.empty())
    item.markdown = has_heading ? fmt::format("{}\n", body) : fmt::format("# {}\n\n{}\n", item.title, body);
  if (has_heading) {
    TRY(item.title, with_context(find_title(item.markdown), std::string(where)));
  }
  TRY_VOID(check_title(item.title, where));

  const std::string slug = render_slug(item.title);
  if (item.path.empty()) item.path = slug;
  if (item.path.empty())
    return fail(Errc::invalid_input, fmt::format("{}:1: no path can be made of the title; say `path: ...`", where));
  if (!item.path.ends_with(".md")) item.path += ".md";
  if (item.subject.empty()) item.subject = make_subject(slug.empty() ? item.path : slug);
  return item;
}

Result<Draft> make_text_draft(const Linter& linter, const ItemText& text) {
  Draft draft{.title = text.title, .path = text.path, .markdown = {}, .fixed = {}, .left = {}};
  if (text.markdown.empty()) return draft;
  TRY(auto checked, fix_text(linter, text.markdown));
  TRY(draft.title, find_title(checked.text));
  draft.markdown = std::move(checked.text);
  draft.fixed = std::move(checked.fixed);
  draft.left = std::move(checked.left);
  return draft;
}

}  // namespace converge::content
