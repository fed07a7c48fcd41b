// content/alternatives.hpp — many patterns searched as one: "this, or that, or that", as the lists of a rule are meant.
//
// The result is that of one expression which joins them all with `|`: leftmost first, then the order of the list. But each
// pattern stands alone, so that the prefilter can say which of them a text needs at all: usually none, else one.
#pragma once
#include "content/pattern.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// Numbers all patterns of a rule set; what the prefilter knows them by.
struct PatternPool {
  struct Entry {
    std::optional<std::string> prefilter;
    std::size_t rule = 0;
  };
  std::vector<Entry> entries;
  std::size_t rule = 0;  // the one that is being compiled
};

struct AlternativesSetup {
  std::string_view before;  // around every pattern: `\b(?:` and `)\b`
  std::string_view after;
  PatternCase letters = PatternCase::exact;
};

class Alternatives {
 public:
  Alternatives() = default;
  // errors: invalid_input for a pattern that cannot be compiled
  static Result<Alternatives> compile(std::span<const std::string> patterns, const AlternativesSetup& setup,
                                      PatternPool& pool);

  using Visit = std::function<void(TextRange range, std::size_t index)>;
  // Every match in the text, none overlapping the one before; `candidates` are the numbers of the patterns that may match in
  // it, rising.
  void for_each_match(std::string_view text, std::span<const unsigned> candidates, PatternScratch& scratch,
                      const Visit& visit) const;

 private:
  std::vector<Pattern> patterns_;
  unsigned first_ = 0;  // number of the first pattern in the pool
};

// A list of exceptions: whether any of them matches somewhere in a text.
class ExceptionList {
 public:
  // Each is a whole word or phrase, in its own case unless it begins with `(?i)`. errors: invalid_input
  static Result<ExceptionList> compile(std::vector<std::string> terms, PatternCase letters = PatternCase::exact);
  bool matches(std::string_view text, PatternScratch& scratch) const;
  // Whether the range lies inside a listed phrase of several words, in any case.
  bool covers(std::string_view text, TextRange range, PatternScratch& scratch) const;

 private:
  std::vector<Pattern> chunks_;
  std::vector<Pattern> phrases_;
};

}  // namespace converge::content
