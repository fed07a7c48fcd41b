// content/phrase_matcher.hpp — finds any of many fixed phrases in a text, in one pass.
//
// PCRE2 with JIT and a match limit. Whole words only, any case (Unicode); a blank in a phrase also matches a hyphen or several
// blanks, a straight apostrophe also a curly one. Where two phrases begin at the same place the longer one wins.
#pragma once
#include "base/result.hpp"
#include "content/position.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct PhraseMatch {
  TextRange range;
  std::size_t phrase = 0;  // index into the phrases it was compiled from
};

class PhraseMatcher {
 public:
  // errors: invalid_input for a phrase without a letter or digit at both ends
  static Result<PhraseMatcher> compile(std::span<const std::string> phrases);

  // In order, without overlaps. Thread-safe.
  std::vector<PhraseMatch> find_all(std::string_view text) const;

 private:
  struct Pattern;
  explicit PhraseMatcher(std::shared_ptr<const Pattern> pattern) : pattern_(std::move(pattern)) {}
  std::shared_ptr<const Pattern> pattern_;
};

}  // namespace converge::content
