// content/cut_map.hpp — the structure of a text in Discord's dialect, as far as it matters where the text may be cut. Pure.
#pragma once
#include "content/position.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// How good a place for a cut is, from worst to best.
enum class CutRank { word, sentence, line, item, block };

// A place for a cut. `gap` is what stands in neither part: white space, line ends, empty lines of a quote. It may be empty.
struct CutPlace {
  TextRange gap;
  CutRank rank = CutRank::word;
};

// Something that is cut only when it is longer than a part. A cut inside of `inner` writes `close` behind the first piece and
// `open` before the second, so that both are of the same kind. An empty `inner` cannot be closed and opened again.
struct Wrap {
  TextRange whole;  // with its marks
  TextRange inner;
  std::string open;
  std::string close;
  std::string_view name;      // "a link"
  bool is_block = false;      // fence, table: its lines hold their own prefix
  bool is_left_open = false;  // a fence that the text does not close
};

// What a line begins with: `> `, `# `, `- `. No cut is in it, and a second piece of the line begins with `prefix`.
struct LineMargin {
  TextRange margin;
  std::size_t line_end = 0;
  std::string prefix;
};

struct CutMap {
  std::vector<CutPlace> places;     // by gap.begin, without overlaps
  std::vector<Wrap> wraps;          // by whole.begin, the outer before the inner; one holds another whole or not at all
  std::vector<LineMargin> margins;  // by margin.begin
  TextRange body;                   // the text without blanks and blank lines around it
};

// Fences, tables, headings, small text (`-#`), quotes and list items by lines; within them code, links, images, addresses,
// spoilers, mentions, emoji codes, timestamps, escapes and styles.
CutMap map_cuts(std::string_view text);

}  // namespace converge::content
