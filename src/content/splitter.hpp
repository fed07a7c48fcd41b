// content/splitter.hpp — cuts a text in Discord's dialect into parts that a target takes. Pure.
//
// Each part is as long as the limits allow at the best place: between blocks, else list items, lines, sentences, words,
// graphemes (Unicode UAX 29). A fence, table, link, image, address, mention, emoji code, timestamp, spoiler, inline code or style is
// cut only when it is longer than a part by itself: then it is closed before the cut and opened again behind it (a fence with
// its language, a table with its head), and both marks are paid from the budget. What cannot be reopened, an address longer than
// a part, is cut at a grapheme and noted. White space at the cut is in neither part, as targets would take it away.
#pragma once
#include "base/result.hpp"
#include "content/block_tree.hpp"
#include "content/text_size.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// One part, and how it came from the source.
struct TextPart {
  std::string text;        // what is sent: never blank
  std::size_t opened = 0;  // bytes at its begin that the source does not have
  std::size_t closed = 0;  // bytes at its end
  std::string gap;         // what follows it in the source and is in no part
};

struct SplitText {
  std::string lead;  // white space before the first part
  std::vector<TextPart> parts;
  std::vector<TextNote> notes;  // what had to be cut although it should not
};

// A part may not be smaller than this: marks must fit beside the text.
inline constexpr TextSize part_size_min{64, 64};

// A blank text gives no parts.
// errors: invalid_input when the text is not UTF-8, a limit is below part_size_min, or one grapheme is longer than a part
Result<SplitText> split_text(std::string_view text, const TextSize& part_size_max);

// The source again, byte by byte.
std::string join_parts(const SplitText& split);

}  // namespace converge::content
