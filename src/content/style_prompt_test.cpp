#include "content/style_prompt.hpp"

#include "base/utf8.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fixture/golden.hpp>

namespace converge::content {
namespace {

StyleGuide desk_guide() {
  const std::string path = CONVERGE_SOURCE_DIR "/desk/style/guide.yaml";
  return parse_style_guide(read_file(path).value(), "style/guide.yaml").value();
}

TEST(StylePrompt, OfTheDeskReadsAsTheGoldenFilesShow) {
  fixture::expect_golden("tests/golden/style_prompt.md", render_style_prompt(desk_guide()).value().text);
  fixture::expect_golden("tests/golden/style_prompt_discord.md",
                         render_style_prompt(desk_guide().for_target("discord")).value().text);
  fixture::expect_golden("tests/golden/style_page.md", render_style_page(desk_guide()));
}

// Whatever the length, it is kept; what is in the text and what is named as left out are together the whole guide; and a
// rule is never left out while a less important one stays.
TEST(StylePrompt, LeavesTheLeastImportantOutFirstAndNamesIt) {
  const StyleGuide guide = desk_guide();
  const auto whole = static_cast<std::int64_t>(count_code_points(render_style_prompt(guide).value().text));
  std::size_t rules_before = 0;
  std::size_t shortened = 0;
  for (std::int64_t most = 300; most <= whole + 50; most += 7) {
    SCOPED_TRACE(most);
    const auto prompt = render_style_prompt(guide, most);
    if (!prompt) {
      EXPECT_EQ(prompt.error().code, Errc::invalid_input);
      ASSERT_EQ(rules_before, 0U) << "a longer text was refused behind a shorter one";
      continue;
    }
    ASSERT_LE(static_cast<std::int64_t>(count_code_points(prompt->text)), most);
    // The first rules stand in the text, the others are named.
    std::vector<std::string> in_text;
    std::vector<std::string> all;
    for (const RuleSetting& setting : guide.rules) {
      all.push_back(setting.rule);
      if (prompt->text.find("(" + setting.rule + "): ") != std::string::npos) in_text.push_back(setting.rule);
    }
    std::vector<std::string> together = in_text;
    together.insert(together.end(), prompt->rules_left_out.begin(), prompt->rules_left_out.end());
    ASSERT_EQ(together, all);
    for (const std::string& rule : prompt->rules_left_out) ASSERT_THAT(prompt->text, testing::HasSubstr(rule));
    const bool has_examples = prompt->text.find("## Examples") != std::string::npos;
    ASSERT_FALSE(has_examples && !prompt->rules_left_out.empty());
    ASSERT_GE(in_text.size(), rules_before);
    rules_before = in_text.size();
    if (in_text.size() < all.size()) ++shortened;
  }
  EXPECT_GT(shortened, 20U);
  EXPECT_EQ(rules_before, guide.rules.size());
}

TEST(StylePrompt, SaysHowManyCharactersTheLeastTakes) {
  const auto prompt = render_style_prompt(desk_guide(), 50);
  ASSERT_FALSE(prompt);
  EXPECT_THAT(prompt.error().message,
              testing::MatchesRegex("50 characters are too few for this guide: voice and its first rule need [0-9]+"));
}

}  // namespace
}  // namespace converge::content
