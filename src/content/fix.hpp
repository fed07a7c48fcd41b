// content/fix.hpp — applies the safe fixes, and proves that they changed words only.
//
// A fix is kept only if the document still parses to the same outline (blocks, spans, URLs, code, HTML, breaks). Fixes that
// would not are left out and their findings stay. fix(fix(x)) == fix(x).
#pragma once
#include "content/lint.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct FixedText {
  std::string text;
  std::vector<LintFinding> fixed;  // what was mended, placed in the text as it was when it was mended
  std::vector<LintFinding> left;   // what lint says about `text`
};

// errors: invalid_input when the text is not UTF-8; internal when two rules undo each other's fixes
Result<FixedText> fix_text(const Linter& linter, std::string_view markdown, std::string_view path = "text.md");

}  // namespace converge::content
