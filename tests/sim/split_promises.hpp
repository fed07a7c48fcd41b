// tests/sim/split_promises.hpp — what is promised of a split text, checked without the splitter's own reading of it.
#pragma once
#include "content/splitter.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::sim {

// For any text: the parts join to the source, are within both limits, well-formed, not blank, and no cut is inside of a grapheme.
// Empty when all of it holds, else what does not.
std::string find_broken_promise(std::string_view source, const content::TextSize& max, const content::SplitText& split);

// For a text whose constructs are known. `whole` are strings of the source that must stand in one part as they are.
// md4c, which the splitter does not use, reads source and parts: no part ends inside of a fence, the code and the links
// of the parts are those of the source, and so are the kinds of their blocks, but for blocks that went on in the next part.
std::string find_broken_structure(std::string_view source, const content::SplitText& split,
                                  const std::vector<std::string>& whole);

}  // namespace converge::sim
