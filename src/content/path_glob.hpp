// content/path_glob.hpp — the names of sections in .vale.ini: `*.md`, `*.{md,txt}`, `docs/**`, `[!a]b.md`, `!drafts/*`.
//
// `*` and `**` match any characters, `/` too, as in Vale; `?` one; `!` in front turns the whole round. Pure.
#pragma once
#include "base/result.hpp"
#include "content/pattern.hpp"

#include <string_view>

namespace converge::content {

class PathGlob {
 public:
  // errors: invalid_input for a bracket or brace that does not close
  static Result<PathGlob> compile(std::string_view text);
  bool matches(std::string_view path) const;

 private:
  Pattern pattern_;
  bool negated_ = false;
};

}  // namespace converge::content
