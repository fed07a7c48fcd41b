// content/rule_set.hpp — the rules of packages, compiled together, and what they find in a document.
//
// One pass of the prefilter says which pattern may match in which passage; only there does a rule look. Immutable; threads may
// share it, each with its own RuleSetScratch.
#pragma once
#include "content/kind.hpp"
#include "content/lint_document.hpp"
#include "content/prefilter.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace converge::content {

struct RuleFinding {
  std::size_t rule = 0;  // index into RuleSet
  TextRange range;       // in the file; empty at `range.begin` for a finding without one
  std::string match;
  std::string message;
  std::vector<std::string> replacements;
  bool can_replace = false;    // the match is one run of words in the file
  bool is_whole_file = false;  // raw and summary: beyond the reach of comments, but for `off`
};

struct RuleSetSetup {
  Vocabulary vocabulary;
  std::string word_before = "\\b(?:";
  std::string word_after = ")\\b";
  std::vector<std::string> style_folders;
  PrefilterSetup prefilter;
};

struct RuleSetScratch {
  PatternScratch patterns;
  Prefilter::ScratchPointer prefilter;
  std::vector<std::size_t> seen_in;  // by pattern: the passage it was last seen in, from 1
};

class RuleSet {
 public:
  RuleSet() = default;
  // errors: invalid_input naming file, rule and pattern
  static Result<RuleSet> compile(std::vector<RuleFile> files, const RuleSetSetup& setup);

  RuleSetScratch make_scratch() const;
  // `enabled` says by rule whether it is wanted. In no order. errors: invalid_input when a pattern takes too many steps
  Result<std::vector<RuleFinding>> check(const LintDocument& document, const std::vector<bool>& enabled,
                                         RuleSetScratch& scratch) const;

  std::size_t size() const { return rules_.size(); }
  const RuleFile& file(std::size_t rule) const { return rules_[rule].file; }
  // Rules that this program cannot run, each with the reason.
  const std::vector<std::string>& not_run() const { return not_run_; }

 private:
  struct Rule {
    RuleFile file;
    RuleScope scope;
    KindRule kind;
    std::vector<unsigned> patterns;    // all of them, rising
    std::vector<unsigned> unfiltered;  // those that may match anywhere, rising
  };
  struct Hit;
  struct Run;

  std::vector<Rule> rules_;
  std::vector<std::size_t> always_;  // rules that look at every document, whatever the prefilter says
  std::vector<std::size_t> rule_of_pattern_;
  std::vector<std::string> not_run_;
  Prefilter prefilter_;
};

}  // namespace converge::content
