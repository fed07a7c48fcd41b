#include "content/fix.hpp"
#include "base/rng.hpp"
#include "wire/file.hpp"
#include "wire/json.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cctype>

namespace converge::content {
namespace {

const Linter& desk_linter() {
  static const Linter linter =
      Linter::compile(
          parse_style_guide(read_file(CONVERGE_SOURCE_DIR "/desk/style/guide.yaml").value(), "guide.yaml").value())
          .value();
  return linter;
}

std::string outline_of(std::string_view markdown) {
  return parse_prose(markdown).value().outline;
}

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) letters += c;
  }
  return letters;
}

// What every fix must keep, whatever the text.
void expect_sound(std::string_view markdown) {
  SCOPED_TRACE(testing::PrintToString(std::string(markdown)));
  const auto once = fix_text(desk_linter(), markdown);
  ASSERT_TRUE(once) << once.error().message;
  ASSERT_EQ(outline_of(once->text), outline_of(markdown));
  ASSERT_EQ(letters_of(once->text), letters_of(markdown));
  const FixedText twice = fix_text(desk_linter(), once->text).value();
  ASSERT_EQ(twice.text, once->text);
  ASSERT_TRUE(twice.fixed.empty());
  ASSERT_EQ(desk_linter().lint(once->text).value().size(), once->left.size());
}

std::string random_markdown(Rng& rng) {
  constexpr std::array<std::string_view, 67> parts{" \u2014 ",
                                                   "\u2014",
                                                   " \u2014\n",
                                                   "\n\u2014 ",
                                                   " -- ",
                                                   "--",
                                                   "---",
                                                   "\u2014\u2014",
                                                   " \U0001F680 ",
                                                   "\U0001F680",
                                                   "\U0001F1E9\U0001F1EA ",
                                                   "\U0001F525\U0001F525",
                                                   "word",
                                                   "two words",
                                                   "a",
                                                   "b",
                                                   "1",
                                                   "12",
                                                   ".",
                                                   ", ",
                                                   "? ",
                                                   "! ",
                                                   "*",
                                                   "**",
                                                   "_",
                                                   "`",
                                                   "```\n",
                                                   "\n```\n",
                                                   "[",
                                                   "](/u)",
                                                   "](/u \"t\u2014t\")",
                                                   "[r]",
                                                   "\n\n[r]: /v\n\n",
                                                   "<https://x.y/\u2014>",
                                                   "https://x.y/a--b ",
                                                   "<b>",
                                                   "</b>",
                                                   "<!-- \u2014 -->",
                                                   "\n\n",
                                                   "\n",
                                                   "\n- ",
                                                   "\n1. ",
                                                   "\n> ",
                                                   "\n# ",
                                                   "\n    ",
                                                   "  \n",
                                                   "\\\n",
                                                   " | ",
                                                   "\n| a | b |\n|---|---|\n| ",
                                                   "~~",
                                                   "\\*",
                                                   "![",
                                                   "\r\n",
                                                   "\t",
                                                   "BRK--B",
                                                   "3\u20145",
                                                   "**Term** \u2014 ",
                                                   "\"",
                                                   "(",
                                                   ")",
                                                   "$",
                                                   "$a \u2014 b$",
                                                   "$$",
                                                   "{{",
                                                   "}}",
                                                   "{{! *x* \u2014 y }}",
                                                   "<?a \u2014 b?>"};
  std::string text;
  const std::uint64_t count = 1 + rng.below(14);
  for (std::uint64_t i = 0; i < count; ++i) text += parts[rng.below(parts.size())];
  return text;
}

TEST(Fix, KeepsOutlineAndLettersAndSettlesOnAnyText) {
  Rng rng(20150102);
  for (int round = 0; round < 1500 && !testing::Test::HasFatalFailure(); ++round) expect_sound(random_markdown(rng));
}

TEST(Fix, LeavesNoSafeFixThatWouldHaveBeenSound) {
  Rng rng(7);
  int refused = 0;
  for (int round = 0; round < 800; ++round) {
    const FixedText fixed = fix_text(desk_linter(), random_markdown(rng)).value();
    for (const LintFinding& finding : fixed.left) {
      if (!finding.fix || finding.fix->safety != FixSafety::safe) continue;
      std::string tried = fixed.text;
      tried.replace(finding.fix->range.begin, finding.fix->range.size(), finding.fix->replacement);
      ASSERT_NE(outline_of(tried), outline_of(fixed.text)) << testing::PrintToString(fixed.text);
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(Fix, MendsWhatItCanAndReportsTheRest) {
  const FixedText fixed = fix_text(desk_linter(), "A game changer \u2014 they said \U0001F680.").value();
  EXPECT_EQ(fixed.text, "A game changer, they said.");
  ASSERT_EQ(fixed.fixed.size(), 2U);
  EXPECT_EQ(fixed.fixed[0].rule, "no_em_dash");
  EXPECT_EQ(fixed.fixed[1].rule, "no_emoji");
  ASSERT_EQ(fixed.left.size(), 1U);
  EXPECT_EQ(fixed.left[0].rule, "banned_phrases");
  EXPECT_TRUE(has_errors(fixed.left));
}

TEST(Fix, LeavesOutAFixThatWouldMakeAListOfAParagraph) {
  struct Case {
    const char* name;
    const char* text;
  };
  const Case cases[] = {
      {"a number would begin a list", "\U0001F680 1. first"},
      {"a reference would no longer resolve", "[a \u2014 b]\n\n[a \u2014 b]: /c"},
      {"strong text would be empty", "**\U0001F680** x"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const FixedText fixed = fix_text(desk_linter(), c.text).value();
    EXPECT_EQ(fixed.text, c.text);
    EXPECT_EQ(fixed.left.size(), 1U);
  }
}

TEST(Fix, NeverReachesIntoWhatIsNotWords) {
  struct Case {
    const char* name;
    const char* text;
  };
  const Case cases[] = {
      {"formula", "so $a -- b$ holds"},
      {"display formula", "$$a \u2014 b$$"},
      {"template comment over emphasis", "a {{! *x* \u2014 y }} b"},
      {"template comment over code and an entity", "{{! `x` \u2014 y &mdash; z -- w }}"},
      {"template comment over two lines", "a {{! x \u2014\n\u2014 *y* \u2014 z }} b"},
      {"template comment in a list item", "- {{! **T** \u2014 x }}"},
      {"template section with a dash for a name", "{{#a \u2014 *b*}}x{{/a}}"},
      {"inline comment", "a <!-- b \u2014 c --> d"},
      {"inline comment that holds hyphens", "a <!-- b -- c, d \u2014 *e* --> f"},
      {"comment block", "<!--\na \u2014 b\n\nc \u2014 d\n-->"},
      {"HTML attribute", "<b title=\"a \u2014 b\">c</b>"},
      {"processing instruction", "a <?b \u2014 c?> d"},
      {"autolink", "<https://example.org/a\u2014b>"},
      {"bare link", "see https://example.org/a--b now"},
      {"link target and title", "[a](/b\u2014c 'd \u2014 e')"},
      {"reference definition", "[a]\n\n[a]: /b\u2014c \"d \u2014 e\""},
      {"reference definition that nobody uses", "[a]: /b \"c \u2014 d\""},
      {"code span", "`a \u2014 b`"},
      {"code span that holds backticks", "``` a `` \u2014 ` b ```"},
      {"code span over two lines", "`a \u2014\nb -- c`"},
      {"fence with words behind it", "~~~ a \u2014 b\nc \u2014 d\n~~~"},
      {"table: the rule under the head", "| a | b |\n|---|:---:|\n| c | d |"},
      {"front matter", "---\na: b \u2014 c\n---\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const FixedText fixed = fix_text(desk_linter(), c.text).value();
    EXPECT_EQ(fixed.text, c.text);
    EXPECT_TRUE(fixed.left.empty());
  }
}

TEST(Fix, KeepsFrontMatterAndLineEndings) {
  const FixedText fixed = fix_text(desk_linter(), "---\r\nt: a \u2014 b\r\n---\r\na \u2014 b\r\n").value();
  EXPECT_EQ(fixed.text, "---\r\nt: a \u2014 b\r\n---\r\na, b\r\n");
}

// CommonMark's own examples, as they are and with dashes, emoji, formulas and template tags put between their words.
TEST(Fix, IsSoundOnEveryCommonMarkExample) {
  const std::string path = CONVERGE_SOURCE_DIR "/build/commonmark_tests.json";
  const auto text_of_examples = read_file(path);
  if (!text_of_examples)
    GTEST_SKIP() << "there is no " << path << "; packaging/fetch_commonmark.sh brings it (needs npm)";
  const Json examples = parse_json(*text_of_examples).value();
  EXPECT_EQ(examples.as_array().size(), 652U);
  for (const Json& example : examples.as_array()) {
    const std::string markdown(example.at("markdown").as_string());
    for (const std::string_view between :
         {" ", " \u2014 ", " \U0001F680 ", "\u2014", " $a \u2014 b$ ", " {{! *x* \u2014 y }} "}) {
      std::string text;
      for (const char c : markdown) text += c == ' ' ? std::string(between) : std::string(1, c);
      expect_sound(text);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace converge::content
