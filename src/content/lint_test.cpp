#include "content/fix.hpp"
#include "content/lint_report.hpp"
#include "content/style_prompt.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fixture/golden.hpp>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

const std::string fixture_folder = CONVERGE_SOURCE_DIR "/tests/fixture/lint";
const std::string guide_path = CONVERGE_SOURCE_DIR "/desk/style/guide.yaml";

std::string read(const std::string& path) {
  return read_file(path).value();
}

StyleGuide desk_guide() {
  return parse_style_guide(read(guide_path), "style/guide.yaml").value();
}

Linter desk_linter() {
  return Linter::compile(desk_guide()).value();
}

std::string render_findings(const std::vector<LintFinding>& findings) {
  std::string lines;
  for (const LintFinding& finding : findings) {
    const std::string line = render_finding_line("", finding);
    lines += line.substr(1) + "\n";
  }
  return lines;
}

std::vector<std::string> fixtures() {
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(fixture_folder)) {
    if (entry.path().extension() == ".md") paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

TEST(Lint, FindsWhatEachFixtureExpectsAndNothingElse) {
  const Linter linter = desk_linter();
  ASSERT_GE(fixtures().size(), 4U);
  for (const std::string& path : fixtures()) {
    SCOPED_TRACE(path);
    fixture::expect_golden(path + ".expect", render_findings(linter.lint(read(path)).value()));
  }
}

TEST(Lint, FixesEachFixtureAsItsFixedFileShows) {
  const Linter linter = desk_linter();
  for (const std::string& path : fixtures()) {
    SCOPED_TRACE(path);
    const std::string text = read(path);
    const std::string fixed = fix_text(linter, text).value().text;
    if (fixed != text || fs::exists(path + ".fixed")) fixture::expect_golden(path + ".fixed", fixed);
  }
}

// What the linter holds against a text by the guide of the desk as it is for one target.
TEST(Lint, AgreesWithTheExamplesThatThePromptGivesForEveryTarget) {
  for (const char* target : {"", "discord", "notion", "docs"}) {
    SCOPED_TRACE(target);
    const StyleGuide guide = desk_guide().for_target(target);
    const Linter linter = Linter::compile(guide).value();
    const std::string prompt = render_style_prompt(guide).value().text;
    ASSERT_GT(guide.examples.size(), 8U);
    for (const StyleExample& example : guide.examples) {
      SCOPED_TRACE(example.rule);
      const auto bad = linter.lint(example.bad).value();
      ASSERT_FALSE(bad.empty());
      for (const LintFinding& finding : bad) EXPECT_EQ(finding.rule, example.rule);
      EXPECT_EQ(render_findings(linter.lint(example.good).value()), "");
      EXPECT_THAT(prompt, testing::HasSubstr(example.bad));
      EXPECT_THAT(prompt, testing::HasSubstr(example.good));
    }
    for (const RuleSetting& setting : guide.rules) EXPECT_THAT(prompt, testing::HasSubstr("(" + setting.rule + "): "));
    EXPECT_FALSE(has_errors(linter.lint(prompt).value())) << render_findings(linter.lint(prompt).value());
  }
}

TEST(Lint, EveryRuleOfTheGuideHasAnExampleAndALineInThePrompt) {
  const StyleGuide guide = desk_guide();
  const std::string prompt = render_style_prompt(guide).value().text;
  for (const RuleSetting& setting : guide.rules) {
    SCOPED_TRACE(setting.rule);
    const bool judges_whole_texts = setting.rule == "reading_grade";  // of a hundred words and more
    const auto is_of_rule = [&](const StyleExample& example) { return example.rule == setting.rule; };
    EXPECT_TRUE(judges_whole_texts || std::ranges::any_of(guide.examples, is_of_rule));
    EXPECT_THAT(prompt, testing::HasSubstr("(" + setting.rule + "): "));
  }
}

TEST(Lint, RefusesWhatIsNotUtf8) {
  const auto result = desk_linter().lint("caf\xE9");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace converge::content
