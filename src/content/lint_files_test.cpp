#include "content/lint_files.hpp"

#include "content/lint_baseline.hpp"

#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

class LintFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("converge_lint_" + std::to_string(::getpid()) + "_" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    write("a.md", "One \u2014 two.\n");
    write("b/c.markdown", "Clean.\n");
    write("b/d.txt", "Not \u2014 read.\n");
    write(".hidden/e.md", "Not \u2014 read.\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  std::string read(const std::string& name) const { return read_file((folder_ / name).string()).value(); }
  std::vector<std::string> paths(const std::string& name) const { return {(folder_ / name).string()}; }

  fs::path folder_;
  const Linter linter_ =
      Linter::compile(parse_style_guide("name: x\nvoice: [y]\nrules:\n  no_em_dash: {level: error}\n  sentence_length: "
                                        "{level: warning, words_max: 3}\n",
                                        "g")
                          .value())
          .value();
};

TEST_F(LintFiles, ReadsMarkdownBelowAFolderAndAnyFileThatIsNamed) {
  const auto below = find_markdown_files(paths(""), linter_.extensions()).value();
  EXPECT_THAT(below, testing::ElementsAre((folder_ / "a.md").string(), (folder_ / "b/c.markdown").string()));
  EXPECT_EQ(lint_files(linter_, paths("b/d.txt")).value().at(0).findings.size(), 1U);
  EXPECT_EQ(lint_files(linter_, paths("absent.md")).error().code, Errc::not_found);
}

TEST_F(LintFiles, WritesFindingsAsLinesAndAsJson) {
  write("a.md", "One \u2014 two three four.\n");
  const auto files = lint_files(linter_, paths("a.md")).value();
  const std::string path = (folder_ / "a.md").string();
  EXPECT_EQ(render_lint_lines(files), path + ":1:1:sentence_length:a sentence of 4 words; split it, 3 is the most\n" +
                                          path + ":1:5:no_em_dash:em dash; write a comma, a colon or a new sentence\n");
  EXPECT_EQ(
      render_canonical_json(make_lint_json(files)),
      R"({"errors":1,"files":1,"findings":[{"col":1,"file":")" + path +
          R"(","fix":null,"level":"warning","line":1,"link":null,"message":"a sentence of 4 words; split it, 3 is the most","rule":"sentence_length"},{"col":5,"file":")" +
          path +
          R"(","fix":{"replacement":", ","safety":"safe"},"level":"error","line":1,"link":null,"message":"em dash; write a comma, a colon or a new sentence","rule":"no_em_dash"}],"suggestions":0,"warnings":1})");
}

TEST_F(LintFiles, WritesFindingsForPeopleAndForGitHub) {
  const std::vector<FileFindings> files{
      {"a,b.md",
       {{.rule = "S.R", .level = LintLevel::warning, .at = {3, 7}, .message = "50% of: it\nall"},
        {.rule = "S.Q", .level = LintLevel::suggestion, .at = {4, 1}, .message = "m"}}},
      {"c.md", {}}};
  EXPECT_EQ(render_github_annotations(files),
            "::warning file=a%2Cb.md,line=3,col=7,title=S.R::50%25 of: it%0Aall\n"
            "::notice file=a%2Cb.md,line=4,col=1,title=S.Q::m\n");
  EXPECT_EQ(render_lint_text({files.begin() + 1, files.end()}),
            "0 errors, 0 warnings and 0 suggestions in 0 of 1 files\n");
  EXPECT_EQ(render_lint_text(files),
            "a,b.md\n  3:7      warning     50% of: it\nall  (S.R)\n  4:1      suggestion  m  (S.Q)\n\n"
            "0 errors, 1 warnings and 1 suggestions in 1 of 2 files\n");
}

TEST_F(LintFiles, LeavesOutWhatTheBaselineKnows) {
  write("a.md", "One \u2014 two.\n\nA \u2014 b.\n");
  auto files = lint_files(linter_, paths("a.md")).value();
  const auto baseline = LintBaseline::parse(render_baseline(files), "b.json").value();
  // Moved down, and one more of the same.
  write("a.md", "Zero.\n\nOne \u2014 two.\n\nA \u2014 b. C \u2014 d.\n");
  files = lint_files(linter_, paths("a.md")).value();
  baseline.leave_out(files);
  ASSERT_EQ(files.at(0).findings.size(), 1U);
  EXPECT_EQ(files[0].findings[0].at, (TextPosition{5, 10}));
  for (const char* bad :
       {"", "[]", "{}", R"({"findings": 1})", R"({"findings": [{"file": "x"}]})", R"({"findings": [{"count": 0}]})"})
    EXPECT_EQ(LintBaseline::parse(bad, "b.json").error().code, Errc::invalid_input) << bad;
}

TEST_F(LintFiles, FixesInPlaceAndOnlyShowsInADryRun) {
  const auto shown = fix_files(linter_, paths("a.md"), FixMode::dry_run).value();
  EXPECT_TRUE(shown.at(0).changed);
  EXPECT_EQ(read("a.md"), "One \u2014 two.\n");
  const auto done = fix_files(linter_, paths("a.md"), FixMode::write).value();
  EXPECT_EQ(done.at(0).fixed.size(), 1U);
  EXPECT_TRUE(done.at(0).left.empty());
  EXPECT_EQ(read("a.md"), "One, two.\n");
  EXPECT_FALSE(fix_files(linter_, paths("a.md"), FixMode::write).value().at(0).changed);
}

TEST_F(LintFiles, NamesTheFileThatIsNotUtf8) {
  write("bad.md", "caf\xE9\n");
  const auto result = lint_files(linter_, paths("bad.md"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_input);
  EXPECT_THAT(result.error().message, testing::HasSubstr("bad.md: text is not UTF-8"));
}

TEST_F(LintFiles, KeepsTheModeOfAFileThatItReplaces) {
  const fs::perms only_mine = fs::perms::owner_read | fs::perms::owner_write;
  fs::permissions(folder_ / "a.md", only_mine);
  ASSERT_TRUE(fix_files(linter_, paths("a.md"), FixMode::write));
  EXPECT_EQ(fs::status(folder_ / "a.md").permissions(), only_mine);
}

}  // namespace
}  // namespace converge::content
