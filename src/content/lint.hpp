// content/lint.hpp — what a style guide has to say about a Markdown text.
#pragma once
#include "base/result.hpp"
#include "content/rule.hpp"
#include "content/style_guide.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct LintFinding {
  std::string rule;
  LintLevel level = LintLevel::error;
  TextPosition at;
  std::string message;
  TextRange range;  // in the file
  std::optional<LintFix> fix;
};

// The rules of one guide, compiled. Immutable, so it can be shared between threads.
class Linter {
 public:
  // errors: invalid_input for a setting that cannot work
  static Result<Linter> compile(const StyleGuide& guide);

  // Findings by place, then by rule. errors: invalid_input when the text is not UTF-8
  Result<std::vector<LintFinding>> lint(std::string_view markdown) const;

  const std::string& guide_hash() const { return guide_hash_; }

 private:
  struct CompiledRule {
    std::string name;
    LintLevel level;
    RuleCheck check;
  };

  std::string guide_hash_;
  std::vector<CompiledRule> rules_;
};

bool has_errors(const std::vector<LintFinding>& findings);

}  // namespace converge::content
