// contract/pattern.hpp — the regular expressions a contract may use: few enough to mean the same everywhere.
//
// Pure. The subset is what PCRE2, MySQL's ICU, MariaDB's PCRE2 and ECMA-262 agree on: ^ at the start, $ at the end, printable
// ASCII, classes, groups, alternation inside groups, and the quantifiers ? * + {n} {n,} {n,m}.
#pragma once
#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace converge::contract {

// A letter out of a set, or a group of alternatives, and how often it stands.
struct PatternPart {
  std::string letters;                            // printable ASCII; empty for a group
  std::vector<std::vector<PatternPart>> choices;  // of a group
  int repeat_min = 1;
  int repeat_max = 1;  // -1: without end
};

// The parts between ^ and $. errors: invalid_input with the character that is outside of the subset; an unbounded
// repetition inside another is refused too, because the servers have no limit on how long they try
Result<std::vector<PatternPart>> parse_pattern(std::string_view pattern);

// The same expression as a string literal for REGEXP on both servers. Their $ would also match before a last line feed.
std::string render_sql_pattern(std::string_view pattern);

// gave_up: the text is so long, and so nearly a match in so many ways, that the limit on trying ended it.
enum class PatternVerdict { matches, differs, gave_up };

// A compiled pattern: PCRE2 with JIT and a match limit. Copies share the code; matching is safe from several threads.
class PatternMatcher {
 public:
  // errors: invalid_input as parse_pattern
  static Result<PatternMatcher> compile(std::string_view pattern);
  //   text  valid UTF-8
  PatternVerdict judge(std::string_view text) const;
  // For short texts, such as names, where the limit cannot matter.
  bool matches(std::string_view text) const { return judge(text) == PatternVerdict::matches; }

 private:
  explicit PatternMatcher(std::shared_ptr<const void> code) : code_(std::move(code)) {}

  std::shared_ptr<const void> code_;
};

}  // namespace converge::contract
