// content/pattern_syntax.hpp — a regular expression of a rule package, read once: what PCRE2 is given, and what the prefilter is.
//
// Packages are written for .NET's dialect. What PCRE2 spells differently is respelled here: `\uXXXX`, and lookbehinds without
// a fixed length, which become callouts. The prefilter's expression is over bytes and finds at least wherever the pattern
// matches: assertions are dropped, classes are widened beyond ASCII, what repeats at either end is cut to its least. Pure.
#pragma once
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct LookbehindText {
  std::string pcre2;  // matches where the text before the place ends
  bool negative = false;
};

struct PatternText {
  std::string pcre2;
  std::vector<LookbehindText> lookbehinds;  // that of callout n at n - 1
  bool has_groups = false;                  // that capture
  std::optional<std::string> prefilter;     // absent: the pattern matches too much, or cannot be widened
};

// errors: invalid_input for what cannot be read; the rest of the syntax is PCRE2's to judge
Result<PatternText> read_pattern(std::string_view pattern, bool ignore_case);

// A text for which the widened expressions do not hold: its letters fold to ASCII ones (the Kelvin sign, the long s).
bool folds_into_ascii(std::string_view text);

}  // namespace converge::content
