#include "sim/split_promises.hpp"

#include "content/block_tree.hpp"
#include "content/position.hpp"
#include "content/segment.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::sim {
namespace {

using content::BlockTree;
using content::NodeKind;
using content::Span;
using content::SpanKind;
using content::TreeNode;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// What the reader of a document sees of its structure.
struct Structure {
  std::string kinds;  // of the top blocks, one letter each; a repeated one only once
  std::string code;   // of all blocks, without blanks
  std::vector<std::string> languages;
  std::vector<std::string> links;  // with their text, without blanks
  std::string table_head;          // of the last code
  std::size_t code_part = 0;       // that the last code was in
};

// Both kinds of lists are one here: a list inside of an item is a list by itself when the part begins with it.
char kind_letter(NodeKind kind) {
  if (kind == NodeKind::ordered_list) kind = NodeKind::bullet_list;
  return static_cast<char>('a' + static_cast<int>(kind));
}

std::string without_blanks(std::string text) {
  std::erase_if(text, is_blank);
  return text;
}

void add_spans(Structure& structure, const std::vector<Span>& spans) {
  for (const Span& span : spans) {
    const bool is_link = span.kind == SpanKind::link || span.kind == SpanKind::autolink || span.kind == SpanKind::image;
    if (is_link)
      structure.links.push_back(span.target + ' ' +
                                without_blanks(span.text + content::render_plain_text(span.children)));
    if (span.kind == SpanKind::code) structure.links.push_back("code " + without_blanks(span.text));
    add_spans(structure, span.children);
  }
}

// The first two lines of a table that was drawn into a fence; empty for other code.
std::string_view drawn_head(std::string_view code) {
  const std::size_t first = code.find('\n');
  if (first == std::string_view::npos) return {};
  const std::size_t second = std::min(code.find('\n', first + 1), code.size());
  const std::string_view rule = code.substr(first + 1, second - first - 1);
  return !rule.empty() && rule.find_first_not_of("- ") == std::string_view::npos ? code.substr(0, second)
                                                                                 : std::string_view();
}

// `part` is the part that the tree is of: code that goes on from the part before may repeat the head of its table.
void add_node(Structure& structure, const TreeNode& node, std::size_t part) {
  if (node.kind == NodeKind::code) {
    std::string_view code = node.text;
    const std::string head(drawn_head(code));
    if (part > structure.code_part && !head.empty() && head == structure.table_head) code.remove_prefix(head.size());
    structure.table_head = head;
    structure.code_part = part;
    structure.code += without_blanks(std::string(code));
    if (structure.languages.empty() || structure.languages.back() != node.info)
      structure.languages.push_back(node.info);
  }
  add_spans(structure, node.spans);
  for (const TreeNode& child : node.children) add_node(structure, child, part);
}

// `goes_on` when the cut before the part is inside of a block: no empty line is in its gap.
void add_tree(Structure& structure, const BlockTree& tree, std::size_t part, bool goes_on) {
  for (const TreeNode& node : tree.nodes) {
    const char kind = kind_letter(node.kind);
    // A list that was cut inside of an item goes on with the rest of the item.
    const bool was_list = structure.kinds.ends_with(kind_letter(NodeKind::bullet_list));
    const bool is_rest = goes_on && &node == &tree.nodes.front() && was_list && node.kind == NodeKind::paragraph;
    if (!is_rest && !structure.kinds.ends_with(kind)) structure.kinds += kind;
    add_node(structure, node, part);
  }
}

std::string first_difference(const std::vector<std::string>& wanted, const std::vector<std::string>& found) {
  for (std::size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
    const std::string left = i < wanted.size() ? wanted[i] : "nothing";
    const std::string right = i < found.size() ? found[i] : "nothing";
    if (left != right) return fmt::format("'{}' became '{}'", left, right);
  }
  return {};
}

}  // namespace

std::string find_broken_promise(std::string_view source, const content::TextSize& max,
                                const content::SplitText& split) {
  if (join_parts(split) != source) return "the parts do not join to the source";
  std::vector<std::size_t> cuts;
  std::size_t at = split.lead.size();
  for (std::size_t i = 0; i < split.parts.size(); ++i) {
    const content::TextPart& part = split.parts[i];
    const std::size_t shown = part.text.size() - part.opened - part.closed;
    if (!content::is_utf8(part.text)) return fmt::format("part {} is not UTF-8", i);
    if (!content::measure_size(part.text).fits(max)) return fmt::format("part {} is too long", i);
    if (std::ranges::all_of(part.text, is_blank)) return fmt::format("part {} is blank", i);
    if (i > 0) cuts.push_back(at);
    at += shown;
    if (i + 1 < split.parts.size()) cuts.push_back(at);
    at += part.gap.size();
  }
  const bool is_plain =
      std::ranges::all_of(source, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\r'; });
  if (cuts.empty() || is_plain) return {};
  std::vector<bool> is_boundary(source.size() + 1, false);
  for (const content::TextRange& grapheme : content::find_graphemes(source)) is_boundary[grapheme.begin] = true;
  is_boundary[source.size()] = true;
  for (const std::size_t cut : cuts)
    if (!is_boundary[cut]) return fmt::format("a grapheme is cut at byte {}", cut);
  return {};
}

std::string find_broken_structure(std::string_view source, const content::SplitText& split,
                                  const std::vector<std::string>& whole) {
  for (const std::string& text : whole)
    if (std::ranges::none_of(split.parts, [&](const auto& part) { return part.text.find(text) != std::string::npos; }))
      return fmt::format("cut: {}", text);
  if (!split.notes.empty()) return {};  // said to be cut: the structure is not the same
  Structure wanted, found;
  const auto tree = content::parse_block_tree(source);
  if (!tree) return tree.error().message;
  add_tree(wanted, *tree, 0, false);
  constexpr std::string_view mark = "endmark";
  for (std::size_t i = 0; i < split.parts.size(); ++i) {
    auto part = content::parse_block_tree(split.parts[i].text + "\n\n" + std::string(mark));
    if (!part) return part.error().message;
    const bool is_closed = !part->nodes.empty() && part->nodes.back().kind == NodeKind::paragraph &&
                           content::render_plain_text(part->nodes.back().spans) == mark;
    if (!is_closed) return fmt::format("part {} ends inside of a block", i);
    part->nodes.pop_back();
    const bool goes_on = i > 0 && split.parts[i - 1].gap.find("\n\n") == std::string::npos;
    add_tree(found, *part, i, goes_on);
  }
  if (wanted.kinds != found.kinds) return fmt::format("kinds of blocks: {} became {}", wanted.kinds, found.kinds);
  if (wanted.code != found.code) return fmt::format("code: '{}' became '{}'", wanted.code, found.code);
  if (const auto languages = first_difference(wanted.languages, found.languages); !languages.empty())
    return "language " + languages;
  if (const auto links = first_difference(wanted.links, found.links); !links.empty()) return "link " + links;
  return {};
}

}  // namespace converge::sim
