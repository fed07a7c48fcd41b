#include "content/lint.hpp"

#include "content/rules.hpp"

#include <algorithm>
#include <tuple>

namespace converge::content {

Result<Linter> Linter::compile(const StyleGuide& guide) {
  Linter linter;
  linter.guide_hash_ = guide.hash;
  for (const RuleSetting& setting : guide.rules) {
    TRY(auto check, with_context(find_rule(setting.rule)->compile(setting), "rule " + setting.rule));
    linter.rules_.push_back({.name = setting.rule, .level = setting.level, .check = std::move(check)});
  }
  return linter;
}

Result<std::vector<LintFinding>> Linter::lint(std::string_view markdown) const {
  TRY(const Prose prose, parse_prose(markdown));
  std::vector<LintFinding> findings;
  std::vector<RuleHit> hits;
  for (const CompiledRule& rule : rules_) {
    hits.clear();
    rule.check(prose, hits);
    for (RuleHit& hit : hits) {
      findings.push_back({.rule = rule.name,
                          .level = rule.level,
                          .message = std::move(hit.message),
                          .range = hit.range,
                          .fix = std::move(hit.fix)});
    }
  }
  std::ranges::sort(findings, {}, [](const LintFinding& finding) {
    return std::tie(finding.range.begin, finding.range.end, finding.rule);
  });
  PositionCursor cursor(markdown);
  for (LintFinding& finding : findings) finding.at = cursor.advance_to(finding.range.begin);
  return findings;
}

bool has_errors(const std::vector<LintFinding>& findings) {
  return std::ranges::any_of(findings, [](const LintFinding& finding) { return finding.level == LintLevel::error; });
}

}  // namespace converge::content
