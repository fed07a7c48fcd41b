// content/prose.hpp — a Markdown document as its reader sees it: the words, and where in the file each of them stands.
//
// CommonMark with GitHub's tables, strikethrough, task lists and bare links, parsed by md4c. Words are mapped to the file by
// the parser's own pointers into it, never by searching for them again. Pure.
#pragma once
#include "base/result.hpp"
#include "content/position.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// How a piece of a block's text relates to the bytes of the file.
enum class PieceKind {
  verbatim,    // the same bytes in both
  decoded,     // an entity: `&mdash;` in the file, the character in the text
  guarded,     // code, a bare link, a formula, a tag: as many `*` as the file has bytes; no rule may change it
  soft_break,  // the end of a line inside a paragraph: one line feed in the text
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

enum class BlockKind { paragraph, heading, list_item, table_cell, alternative };

// The text of one paragraph, heading, list item, table cell or image's alternative, without markup. Code, bare links, template
// tags, comments and $formulas$ (with all that they hold, markup too), `:shortcodes:` and @handles are overwritten by as many
// `*` as they have bytes, so that they keep their place and match no word.
struct ProseBlock {
  BlockKind kind = BlockKind::paragraph;  // list_item: the first text of an item, tight or loose
  std::string scope;                      // where it stands, outermost first: "text.blockquote.heading.h2"
  std::string text;
  std::vector<Piece> pieces;  // in order, without gaps in the text

  // The file's bytes behind text bytes [begin, end), if the two are the same bytes in one run; a decoded piece counts only
  // as a whole. Empty when markup or a line break lies between, or when something guarded does.
  bool maps_whole(TextRange range) const;
  // The smallest range of the file that covers the text range; the range must not be empty.
  TextRange source_of(TextRange range) const;
  // The piece that holds text byte `at`; at < text.size().
  const Piece& piece_at(std::size_t at) const;
};

// Words inside a block that rules can be told to look at alone.
struct InlineSpan {
  std::string_view scope;  // "link", "strong", "emphasis", "code"
  std::size_t block = 0;   // index into Prose::blocks
  TextRange text;          // in its text
};

struct Prose {
  std::vector<ProseBlock> blocks;
  std::vector<InlineSpan> spans;
  std::vector<TextRange> comments;  // what stands between `<!--` and `-->`, in the file
  using Counts = std::map<std::string, int, std::less<>>;
  Counts counts;  // how many there are: "heading.h2", "list", "blockquote", "pre"
  // Everything about the document that is not words: block and span structure, URLs, titles, code, HTML, line breaks, and
  // which of the blocks and spans hold any text. An edit that keeps the outline changed words only.
  std::string outline;
};

// What is read, by the names of HTML tags.
struct ProseSelection {
  bool outline = true;                                   // whether Prose::outline is wanted
  std::vector<std::string> masked{"tt", "code", "kbd"};  // spans that are overwritten
  std::vector<std::string> skipped{"script", "style",    "pre",
                                   "figure", "noscript", "iframe"};  // blocks that are left out
};

// Front matter (`---` to `---` at the very start) and a byte order mark are not part of the document.
// errors: invalid_input when the text is not UTF-8
Result<Prose> parse_prose(std::string_view markdown, const ProseSelection& selection = {});

// Length of the front matter with its closing line, 0 without one.
std::size_t find_front_matter_end(std::string_view markdown);

// What stands for a byte of code or of a bare link in ProseBlock::text.
inline constexpr char object_mark = '*';

}  // namespace converge::content
