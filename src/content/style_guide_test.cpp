#include "content/style_guide.hpp"

#include "base/hash.hpp"
#include "content/rules.hpp"
#include "content/yaml.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fixture/golden.hpp>

namespace converge::content {
namespace {

const char* const small_guide = R"(name: Small
voice: [Plain.]
rules:
  no_emoji: {level: warning, allow: ["x"]}
  sentence_length: {level: suggestion, words_max: 20}
  banned_phrases:
    level: error
    phrases:
      game changer:
      utilise: use
examples:
  - {rule: no_emoji, bad: "a", good: "b"}
)";

TEST(StyleGuide, ReadsEveryPartInTheOrderOfTheFile) {
  const StyleGuide guide = parse_style_guide(small_guide, "g").value();
  EXPECT_EQ(guide.name, "Small");
  EXPECT_EQ(guide.hash, compute_sha256_hex(small_guide));
  ASSERT_EQ(guide.rules.size(), 3U);
  EXPECT_EQ(guide.rules[0].rule, "no_emoji");
  EXPECT_EQ(guide.rules[0].level, LintLevel::warning);
  EXPECT_THAT(guide.rules[0].texts("allow"), testing::ElementsAre("x"));
  EXPECT_EQ(guide.rules[1].count("words_max"), 20);
  ASSERT_EQ(guide.rules[2].swaps("phrases").size(), 2U);
  EXPECT_EQ(guide.rules[2].swaps("phrases")[0].instead, "");
  EXPECT_EQ(guide.rules[2].swaps("phrases")[1].instead, "use");
  ASSERT_EQ(guide.examples.size(), 1U);
}

TEST(StyleGuide, RefusesWhatItDoesNotKnowWithTheLine) {
  struct Case {
    const char* name;
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"unknown key", "name: x\nvoice: [y]\nrules: {no_emoji: {level: error}}\ntone: z\n",
       "g:4: unknown key 'tone'; known here: name, voice, rules, examples"},
      {"unknown rule", "name: x\nvoice: [y]\nrules:\n  no_fun: {level: error}\n",
       "g:4: unknown rule 'no_fun'; known: banned_phrases, no_em_dash, no_emoji, "},
      {"unknown setting", "name: x\nvoice: [y]\nrules:\n  no_em_dash:\n    level: error\n    words_max: 3\n",
       "g:6: unknown key 'words_max'; known here: level"},
      {"missing setting", "name: x\nvoice: [y]\nrules:\n  sentence_length: {level: error}\n",
       "g:4: rule sentence_length needs 'words_max'"},
      {"bad number", "name: x\nvoice: [y]\nrules:\n  sentence_length: {level: error, words_max: 0}\n",
       "g:4: expected a whole number from 1, found '0'"},
      {"bad level", "name: x\nvoice: [y]\nrules:\n  no_emoji: {level: fatal}\n",
       "g:4: 'fatal' is not a level; write error, warning or suggestion"},
      {"missing level", "name: x\nvoice: [y]\nrules:\n  no_emoji: {}\n", "g:4: 'level' is missing"},
      {"bad phrase", "name: x\nvoice: [y]\nrules:\n  banned_phrases: {level: error, phrases: {'wow!': }}\n",
       "phrase 'wow!' must begin and end with a letter or digit"},
      {"missing name", "voice: [y]\nrules: {no_emoji: {level: error}}\n", "g:1: 'name' is missing"},
      {"twice", "name: x\nname: y\n", "g:2: 'name' is written twice"},
      {"anchor", "name: &a x\nvoice: [*a]\n", "g:1: an anchor is not allowed here"},
      {"tag", "name: !!int 3\n", "is not allowed here"},
      {"two documents", "name: x\n---\nname: y\n", "holds more than one YAML document"},
      {"not YAML", "name: [x\n", "g:"},
      {"not a map", "- x\n", "g:1: expected `key: value` lines here"},
      {"empty", "", "expected `key: value` lines here"},
      {"example of a rule that is off",
       "name: x\nvoice: [y]\nrules: {no_emoji: {level: error}}\nexamples:\n  - {rule: no_em_dash, bad: a, good: b}\n",
       "g:5: example of rule 'no_em_dash', which this guide does not switch on"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto guide = parse_style_guide(c.text, "g");
    ASSERT_FALSE(guide);
    EXPECT_EQ(guide.error().code, Errc::invalid_input);
    EXPECT_THAT(guide.error().message, testing::HasSubstr(c.message));
  }
}

TEST(StyleGuide, PromptOfTheDeskReadsAsTheGoldenFileShows) {
  const std::string path = CONVERGE_SOURCE_DIR "/desk/style/guide.yaml";
  const StyleGuide guide = parse_style_guide(read_file(path).value(), "guide.yaml").value();
  fixture::expect_golden("tests/golden/style_prompt.md", render_style_prompt(guide));
}

TEST(Rules, AreListedByNameEachOnce) {
  for (std::size_t i = 1; i < rules().size(); ++i) EXPECT_LT(rules()[i - 1].name, rules()[i].name);
}

}  // namespace
}  // namespace converge::content
