#include "content/built_in_style.hpp"

#include "content/lint.hpp"
#include "content/lint_report.hpp"
#include "wire/file.hpp"

#include <gtest/gtest.h>
#include <fixture/golden.hpp>

namespace converge::content {
namespace {

const std::string fixtures = CONVERGE_SOURCE_DIR "/tests/fixture/style/";

Linter style_linter() {
  auto project = LintProject::built_in({});
  if (!project) ADD_FAILURE() << project.error().message;
  return Linter::of_project(std::move(project).value()).value();
}

// Each rule over its own fixture, whose last part it must leave alone.
TEST(BuiltInStyle, FindsWhatEachFixtureExpectsAndNothingElse) {
  const Linter linter = style_linter();
  ASSERT_GE(built_in_rules().size(), 8U);
  for (const BuiltInRule& rule : built_in_rules()) {
    SCOPED_TRACE(rule.name);
    const std::string file = std::string(rule.name) + ".md";
    const auto text = read_file(fixtures + file);
    ASSERT_TRUE(text) << "every built-in rule has a fixture";
    std::string lines;
    const std::vector<LintFinding> findings = linter.lint(*text, file).value();
    for (const LintFinding& finding : findings)
      if (finding.rule == "Converge." + std::string(rule.name)) lines += render_finding_line(file, finding) + "\n";
    EXPECT_NE(lines, "");
    fixture::expect_golden(fixtures + file + ".expect", lines);
  }
}

TEST(BuiltInStyle, LeavesAloneWhatItsFixturesSay) {
  const Linter linter = style_linter();
  for (const BuiltInRule& rule : built_in_rules()) {
    SCOPED_TRACE(rule.name);
    const std::string text = read_file(fixtures + std::string(rule.name) + ".md").value();
    const std::size_t at = text.find("Leave alone");
    if (at == std::string::npos) continue;
    const std::size_t end = std::min(text.find("\n\n", at), text.size());
    const std::vector<LintFinding> findings = linter.lint(text).value();
    for (const LintFinding& finding : findings) {
      const bool inside = finding.range.begin >= at && finding.range.begin < end;
      EXPECT_FALSE(inside && finding.rule == "Converge." + std::string(rule.name)) << finding.message;
    }
  }
}

}  // namespace
}  // namespace converge::content
