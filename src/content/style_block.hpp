// content/style_block.hpp — the style guide inside a file that belongs to somebody else: AGENTS.md, CLAUDE.md, .cursor/rules/*.mdc.
//
//   <!-- converge style begin: Desk notes, version 0123456789ab; made by `converge style install`, edit the guide instead -->
//   (the prompt)
//   <!-- converge style end -->
//
// Between its two markers the block is ours; every other byte of the file stays: front matter, byte order mark, line ends, a
// missing last line end. Putting the same guide in twice changes nothing, and taking the block out gives the file back as it
// was before. Pure.
#pragma once
#include "content/style_guide.hpp"

#include <string>
#include <string_view>

namespace converge::content {

// Puts `prompt` into the block of `file`; where there is none yet, a block is added at the end, behind an empty line. The
// block has the line ends of the file. `where` names the file in errors.
// errors: invalid_input as "file:line: what" for a block that is damaged (one marker only, markers twice or in the wrong
// order), and for a file that is not UTF-8
Result<std::string> install_style_block(std::string_view file, std::string_view prompt, const StyleGuide& guide,
                                        std::string_view where);

// Takes the block out, with the empty line that came with it; a file without a block is returned as it is.
// errors: as install_style_block
Result<std::string> remove_style_block(std::string_view file, std::string_view where);

// What a file that does not exist yet begins with: front matter for a rule file of an editor (*.mdc), nothing otherwise.
std::string make_style_file(std::string_view path);

}  // namespace converge::content
