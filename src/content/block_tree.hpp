// content/block_tree.hpp — a Markdown document as a tree of blocks and spans: what every target is written from.
//
// CommonMark with GitHub's tables, strikethrough, task lists, bare links and alerts, parsed by md4c. The tree keeps the order
// and the nesting of the document and knows no target. Pure.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

enum class SpanKind {
  text,
  code,        // text: to the letter, line ends as spaces
  soft_break,  // the end of a line inside a paragraph
  hard_break,  // a line break the writer asked for, `<br>` too
  emphasis,
  strong,
  strike,
  link,      // target, title
  autolink,  // a link whose text is its own address; text: as written, target: with its scheme
  image,     // target, title; text: what is shown in its place
};

struct Span {
  SpanKind kind = SpanKind::text;
  std::string text;
  std::string target;
  std::string title;
  std::vector<Span> children;  // emphasis, strong, strike, link
};

enum class NodeKind {
  paragraph,     // spans
  heading,       // spans, level 1 to 6
  bullet_list,   // items
  ordered_list,  // items, numbered from `start`
  item,          // blocks; is_task, is_done
  quote,         // blocks; alert: "", or one of alert_kinds
  code,          // text without its last line feed; info: the words behind the fence
  table,         // rows, the first of them the head; columns
  row,           // cells, as many as the table has columns
  cell,          // spans
  rule,
};

enum class ColumnAlign { none, left, center, right };

// GitHub's kinds of alerts: a quote that begins with `[!NOTE]` on a line of its own.
inline constexpr std::string_view alert_kinds[] = {"note", "tip", "important", "warning", "caution"};

struct TreeNode {
  NodeKind kind = NodeKind::paragraph;
  std::size_t line = 0;  // of the document, from 1; 0 when the block holds no text
  unsigned level = 0;
  unsigned start = 1;
  bool is_task = false;
  bool is_done = false;
  std::string alert;
  std::string info;
  std::string text;
  std::vector<ColumnAlign> columns;
  std::vector<Span> spans;
  std::vector<TreeNode> children;
};

// Something of the document that a target cannot show as it is, and what became of it.
struct TextNote {
  std::size_t line = 0;  // 0 when it has none
  std::string says;
  bool operator==(const TextNote&) const = default;
};

struct BlockTree {
  std::vector<TreeNode> nodes;
  std::vector<TextNote> notes;  // HTML that was left out: one for each piece
};

// A document nested deeper than this is refused: a list counts for two, itself and its item.
inline constexpr std::size_t node_depth_max = 48;

// Front matter (`---` to `---` at the very start) and a byte order mark are not part of the document.
// errors: invalid_input when the text is not UTF-8, or for the line where it is nested too deep
Result<BlockTree> parse_block_tree(std::string_view markdown);

// The words of spans without any markup; a break is one space.
std::string render_plain_text(const std::vector<Span>& spans);

// One line for each block, indented by its depth, with its spans in brackets: for tests and for people.
std::string render_outline(const BlockTree& tree);

// "line 12: a table became a code block"
std::string render_note(const TextNote& note);

}  // namespace converge::content
