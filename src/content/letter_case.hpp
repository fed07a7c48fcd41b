// content/letter_case.hpp — what a heading looks like in sentence case, or in title case after AP or Chicago.
//
// Words are what begins with a letter, a digit or code, up to the next blank. Pure.
#pragma once
#include "content/pattern.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct CaseSetup {
  std::vector<std::string> exceptions;  // words that keep their case; patterns too
  std::vector<std::string> indicators;  // ends of words behind which a new sentence begins
  std::string prefix;                   // a pattern: what stands before the title and has no case
  bool chicago = false;
};

class CaseStyle {
 public:
  // errors: invalid_input for an exception or prefix that is no pattern
  static Result<CaseStyle> compile(CaseSetup setup);

  std::string to_sentence_case(std::string_view text, PatternScratch& scratch) const;
  std::string to_title_case(std::string_view text, PatternScratch& scratch) const;

 private:
  std::string take_prefix(std::string_view& text, PatternScratch& scratch) const;
  std::string find_exception(std::string_view word, PatternScratch& scratch) const;

  CaseSetup setup_;
  std::vector<Pattern> exceptions_;
  Pattern prefix_;
  Pattern words_;  // exceptions first
  Pattern title_words_;
};

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

}  // namespace converge::content
