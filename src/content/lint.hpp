// content/lint.hpp — what a style guide, or a project's rule packages, have to say about a text.
#pragma once
#include "base/result.hpp"
#include "content/lint_project.hpp"
#include "content/rule.hpp"
#include "content/style_guide.hpp"

#include <memory>
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
  std::string link;  // to what the package says about the rule
};

// The rules of one guide or one project, compiled. Immutable, so it can be shared between threads.
class Linter {
 public:
  // errors: invalid_input for a setting that cannot work
  static Result<Linter> compile(const StyleGuide& guide);
  static Result<Linter> of_project(LintProject project);
  // A guide's rules, and with them those of a project; where both find something, the guide's finding is kept.
  static Result<Linter> compile(const StyleGuide& guide, LintProject project);

  // Findings by place, then by rule; those that a comment in the text switches off are left out. `path` names the file to a
  // project, which has settings by file. errors: invalid_input when the text is not UTF-8, or too hard for a pattern
  Result<std::vector<LintFinding>> lint(std::string_view text, std::string_view path = "text.md") const;

  // What is read below a folder: Markdown, and what a project's sections or formats name besides.
  std::vector<std::string> extensions() const;
  // What the user should know about the set-up: rules that are not run, keys without effect.
  const std::vector<std::string>& notices() const;

 private:
  struct CompiledRule {
    std::string name;
    LintLevel level;
    RuleCheck check;
  };
  class ScratchPool;

  Result<void> add_project_findings(const LintDocument& document, const FileLinting& linting,
                                    std::vector<LintFinding>& findings) const;

  void add_own_findings(const LintDocument& document, const FileLinting& linting,
                        std::vector<LintFinding>& findings) const;

  std::vector<CompiledRule> rules_;
  std::shared_ptr<const LintProject> project_;
  std::shared_ptr<ScratchPool> scratch_;
};

bool has_errors(const std::vector<LintFinding>& findings);

}  // namespace converge::content
