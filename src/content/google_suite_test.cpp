// A public style package and the alerts that its authors expect of it, to the column.
#include "content/lint.hpp"
#include "content/lint_report.hpp"
#include "wire/file.hpp"

#include <gtest/gtest.h>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

// `When I test "Name"` and the lines between the next pair of `"""`.
struct Expectation {
  std::string fixture;
  std::string alerts;
};

std::vector<Expectation> parse_feature(const std::string& text) {
  std::vector<Expectation> expectations;
  bool inside = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    const std::string trimmed = begin == std::string::npos ? "" : line.substr(begin);
    if (trimmed.starts_with("When I test \""))
      expectations.push_back({trimmed.substr(13, trimmed.rfind('"') - 13), ""});
    if (trimmed == "\"\"\"") {
      inside = !inside;
    } else if (inside) {
      expectations.back().alerts += trimmed + "\n";
    }
  }
  return expectations;
}

TEST(GoogleSuite, FindsEveryExpectedAlertAndNoOther) {
  const char* shared = std::getenv("CONVERGE_SHARED_DIR");
  if (shared == nullptr) GTEST_SKIP() << "CONVERGE_SHARED_DIR is not set: the style package is not here";
  const std::string suite = std::string(shared) + "/data/suites/prose_google";
  const auto expectations = parse_feature(read_file(suite + "/features/rules.feature").value());
  std::size_t alerts = 0;
  for (const Expectation& expectation : expectations) {
    SCOPED_TRACE(expectation.fixture);
    const std::string folder = suite + "/fixtures/" + expectation.fixture;
    auto project = LintProject::load(folder + "/.vale.ini", {});
    ASSERT_TRUE(project) << project.error().message;
    const Linter linter = Linter::of_project(std::move(*project)).value();
    const auto findings = linter.lint(read_file(folder + "/test.md").value(), folder + "/test.md");
    ASSERT_TRUE(findings) << findings.error().message;
    std::string lines;
    for (const LintFinding& finding : *findings) lines += render_finding_line("test.md", finding) + "\n";
    EXPECT_EQ(lines, expectation.alerts);
    alerts += static_cast<std::size_t>(std::ranges::count(expectation.alerts, '\n'));
  }
  EXPECT_EQ(alerts, 51U);
}

}  // namespace
}  // namespace converge::content
