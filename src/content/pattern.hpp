// content/pattern.hpp — one regular expression, ready to search: PCRE2 with Unicode classes and a limit on its steps.
//
// The machine code is made at the first search, because most rules of a package meet no text that needs them.
#pragma once
#include "base/result.hpp"
#include "content/position.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// What one thread needs for searching. `exhausted` is set, and stays set, when a pattern took more steps than it may: the
// caller says which rule that was.
class PatternScratch {
 public:
  PatternScratch();
  bool exhausted = false;

 private:
  friend class Pattern;
  struct Memory;
  std::shared_ptr<Memory> memory_;
};

// Where a search matched; groups that took no part are empty optionals. groups[0] is the whole.
struct PatternMatch {
  TextRange range;
  std::vector<std::optional<TextRange>> groups;
};

enum class PatternCase { exact, ignored };

// Immutable; threads may share it.
class Pattern {
 public:
  Pattern();  // matches nothing
  // errors: invalid_input saying what is wrong and where in the pattern
  static Result<Pattern> compile(std::string_view pattern, PatternCase letters = PatternCase::exact);

  // The first match that begins at `from` or behind it; the text is UTF-8. Empty matches count.
  std::optional<TextRange> find(std::string_view text, std::size_t from, PatternScratch& scratch) const;
  std::optional<PatternMatch> find_groups(std::string_view text, std::size_t from, PatternScratch& scratch) const;
  bool matches(std::string_view text, PatternScratch& scratch) const { return find(text, 0, scratch).has_value(); }

  // Every match, none overlapping the one before.
  std::vector<TextRange> find_all(std::string_view text, PatternScratch& scratch) const;

  // The names and numbers of groups in `replacement` ($1, ${name}) filled from the first match in `text`; around it stays.
  std::string substitute(std::string_view text, std::string_view replacement, PatternScratch& scratch) const;

  bool has_groups() const;
  const std::optional<std::string>& prefilter() const;  // see pattern_syntax.hpp

 private:
  struct Code;
  bool search(std::string_view text, std::size_t from, PatternScratch& scratch) const;
  std::shared_ptr<const Code> code_;
};

// The place behind the character at `at`.
std::size_t next_character(std::string_view text, std::size_t at);

}  // namespace converge::content
