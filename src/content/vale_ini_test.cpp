#include "content/vale_ini.hpp"

#include "content/path_glob.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

TEST(ValeIni, ReadsWhatValeReads) {
  const ValeIni ini = parse_vale_ini(
                          "# remark\n"
                          "StylesPath = styles ; another remark\n"
                          "MinAlertLevel = warning\n"
                          "Vocab = One, Two\n"
                          "IgnoredScopes = code, tt\n"
                          "SkippedScopes = pre\n"
                          "Packages = Google\n"
                          "\n"
                          "[formats]\n"
                          "mdx = md\n"
                          "\n"
                          "[*]\n"
                          "BasedOnStyles = Vale\n"
                          "[*.{md,txt}]\n"
                          "BasedOnStyles = Google, \\\n"
                          "  write-good\n"
                          "Google.Passive = NO\n"
                          "Google.We=error\n"
                          "TokenIgnores = (\\$\\w+\\$), (x{1\\,2})\n"
                          "BlockIgnores = (?s) *({%.*?%})\n",
                          "v.ini")
                          .value();
  EXPECT_THAT(ini.styles_paths, testing::ElementsAre("styles"));
  EXPECT_EQ(ini.level_min, LintLevel::warning);
  EXPECT_THAT(ini.vocabularies, testing::ElementsAre("One", "Two"));
  EXPECT_THAT(ini.ignored_scopes, testing::ElementsAre("code", "tt"));
  EXPECT_THAT(ini.skipped_scopes, testing::ElementsAre("pre"));
  EXPECT_EQ(ini.formats.at("mdx"), "md");
  EXPECT_THAT(ini.notices, testing::ElementsAre("v.ini:7: Packages has no effect here"));
  ASSERT_EQ(ini.sections.size(), 2U);
  EXPECT_EQ(ini.sections[0].glob, "*");
  const ValeSection& section = ini.sections[1];
  EXPECT_THAT(*section.styles, testing::ElementsAre("Google", "write-good"));
  ASSERT_EQ(section.rules.size(), 2U);
  EXPECT_FALSE(section.rules[0].enabled);
  EXPECT_EQ(section.rules[1].name, "Google.We");
  EXPECT_EQ(section.rules[1].level, LintLevel::error);
  EXPECT_THAT(section.token_ignores, testing::ElementsAre("(\\$\\w+\\$)", "(x{1,2})"));
  EXPECT_THAT(section.block_ignores, testing::ElementsAre("(?s) *({%.*?%})"));
}

TEST(ValeIni, RefusesWhatItCannotMeanWithItsLine) {
  struct Case {
    const char* name;
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"level", "MinAlertLevel = loud\n", "v.ini:1: 'loud' is not a level"},
      {"no value", "\nStylesPath\n", "v.ini:2: expected `key = value`, found 'StylesPath'"},
      {"section", "[*.md\n", "v.ini:1: a section without its ']'"},
      {"rule above the sections", "BasedOnStyles = Vale\n",
       "v.ini:1: unknown key 'BasedOnStyles'; rules and BasedOnStyles belong below a section"},
      {"core key below one", "[*]\nStylesPath = x\n", "v.ini:2: StylesPath belongs above the first section"},
      {"switch", "[*]\nGoogle.We = maybe\n", "v.ini:2: Google.We = maybe: write YES, NO, suggestion, warning or error"},
      {"template", "WordTemplate = x\n", "v.ini:1: WordTemplate needs a %s"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto ini = parse_vale_ini(c.text, "v.ini");
    ASSERT_FALSE(ini);
    EXPECT_EQ(ini.error().code, Errc::invalid_input);
    EXPECT_THAT(ini.error().message, testing::HasSubstr(c.message));
  }
}

TEST(PathGlob, MatchesAsInVale) {
  struct Case {
    const char* glob;
    const char* path;
    bool matches;
  };
  const Case cases[] = {
      {"*.md", "a.md", true},
      {"*.md", "docs/a.md", true},
      {"*.md", "a.mdx", false},
      {"*.{md,txt}", "a.txt", true},
      {"docs/*", "docs/a/b.md", true},
      {"docs/**", "docs/a.md", true},
      {"docs/*", "src/a.md", false},
      {"?.md", "ab.md", false},
      {"[ab].md", "b.md", true},
      {"[!ab].md", "b.md", false},
      {"!*.py", "a.md", true},
      {"!*.py", "a.py", false},
      {"a.b+c.md", "a.b+c.md", true},
      {"README.md", "docs/README.md", false},
      {"!content/b/*", "content/b/x.md", false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(PathGlob::compile(c.glob)->matches(c.path), c.matches) << c.glob << " on " << c.path;
  EXPECT_FALSE(PathGlob::compile("[a"));
  EXPECT_FALSE(PathGlob::compile("{a,b"));
}

}  // namespace
}  // namespace converge::content
