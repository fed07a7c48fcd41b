// content/prose.hpp — a Markdown document as its reader sees it: the words, and where in the file each of them stands.
//
// CommonMark with GitHub's tables, strikethrough, task lists and bare links, parsed by md4c. Words are mapped to the file by
// the parser's own pointers into it, never by searching for them again. Pure.
#pragma once
#include "base/result.hpp"
#include "content/position.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// How a piece of a block's text relates to the bytes of the file.
enum class PieceKind {
  verbatim,    // the same bytes in both
  decoded,     // an entity: `&mdash;` in the file, the character in the text
  guarded,     // code, a bare link: one U+FFFC in the text, which no rule may change
  soft_break,  // the end of a line inside a paragraph: one space in the text
  hard_break,  // a line break the writer asked for: one line feed in the text
};

inline bool is_break(PieceKind kind) {
  return kind == PieceKind::soft_break || kind == PieceKind::hard_break;
}

struct Piece {
  PieceKind kind = PieceKind::verbatim;
  bool styled = false;  // inside emphasis, strong, link, strikethrough, or code
  TextRange text;       // in ProseBlock::text
  TextRange source;     // in the file
};

enum class BlockKind { paragraph, heading, list_item, table_cell };

// The text of one paragraph, heading, list item or table cell, without markup. Template tags, comments and $formulas$
// (with all that they hold, markup too), `:shortcodes:` and @handles are overwritten by as many bytes `x`, so that they count as
// a word and match nothing.
struct ProseBlock {
  BlockKind kind = BlockKind::paragraph;  // list_item: the first text of an item, tight or loose
  std::string text;
  std::vector<Piece> pieces;  // in order, without gaps in the text

  // The file's bytes behind text bytes [begin, end), if the two are the same bytes in one run; a decoded or guarded piece
  // counts only as a whole. Empty when markup or a line break lies between.
  bool maps_whole(TextRange range) const;
  // The smallest range of the file that covers the text range; the range must not be empty.
  TextRange source_of(TextRange range) const;
  // The piece that holds text byte `at`; at < text.size().
  const Piece& piece_at(std::size_t at) const;
};

struct Prose {
  std::vector<ProseBlock> blocks;
  // Everything about the document that is not words: block and span structure, URLs, titles, code, HTML, line breaks, and
  // which of the blocks and spans hold any text. An edit that keeps the outline changed words only.
  std::string outline;
};

// Front matter (`---` to `---` at the very start) and a byte order mark are not part of the document.
// errors: invalid_input when the text is not UTF-8
Result<Prose> parse_prose(std::string_view markdown);

// Length of the front matter with its closing line, 0 without one.
std::size_t find_front_matter_end(std::string_view markdown);

// What stands for code and bare links in ProseBlock::text.
inline constexpr std::string_view object_mark = "\xEF\xBF\xBC";

}  // namespace converge::content
