#include "content/style_guide.hpp"

#include "base/hash.hpp"
#include "content/yaml.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
      {"unknown key", "name: x\nvoice: [y]\nrules: {no_emoji: {level: error}}\nmood: z\n",
       "g:4: unknown key 'mood'; known here: name, voice, tone, rules, examples, targets"},
      {"unknown rule", "name: x\nvoice: [y]\nrules:\n  no_fun: {level: error}\n",
       "g:4: unknown rule 'no_fun'; known: banned_phrases, exclamation_marks, headings, "},
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
      {"unknown word", "name: x\nvoice: [y]\nrules:\n  oxford_comma: {level: error, use: often}\n",
       "g:4: 'often' is not known here; write always or never"},
      {"no limit", "name: x\nvoice: [y]\nrules:\n  paragraph_length: {level: error}\n",
       "g:4: rule paragraph_length: needs 'sentences_max', 'words_max' or both"},
      {"term without a preferred one",
       "name: x\nvoice: [y]\nrules:\n  preferred_terms: {level: error, terms: {e-mail: }}\n",
       "term 'e-mail' has no preferred one"},
      {"switched off where it is not on",
       "name: x\nvoice: [y]\nrules: {no_emoji: {level: error}}\ntargets:\n  discord:\n    rules: {headings: off}\n",
       "g:6: rule headings is not on, so it cannot be switched off"},
      {"a new rule of a target without its level",
       "name: x\nvoice: [y]\nrules: {no_emoji: {level: error}}\ntargets:\n  discord:\n    rules: {headings: {case: "
       "title}}\n",
       "g:6: 'level' is missing"},
      {"example of a rule that a target switches off",
       "name: x\nvoice: [y]\nrules: {no_emoji: {level: error}}\ntargets:\n  discord:\n    rules: {no_emoji: off}\n"
       "    examples:\n      - {rule: no_emoji, bad: a, good: b}\n",
       "g:8: example of rule 'no_emoji', which this guide does not switch on"},
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

const char* const guide_with_targets = R"(name: Small
voice: [Plain.]
tone: [Calm.]
rules:
  no_emoji: {level: error}
  sentence_length: {level: warning, words_max: 20}
  paragraph_length: {level: suggestion, words_max: 90}
examples:
  - {rule: no_emoji, bad: "a", good: "b"}
  - {rule: sentence_length, bad: "c", good: "d"}
  - {rule: paragraph_length, bad: "e", good: "f"}
targets:
  discord:
    voice: [Short.]
    tone: [Warm.]
    rules:
      no_emoji: off
      sentence_length: {words_max: 10}
      headings: {level: error, case: title}
    examples:
      - {rule: headings, bad: "g", good: "h"}
  notion: {}
)";

TEST(StyleGuide, PutsWhatATargetSaysInPlaceOfWhatHoldsEverywhere) {
  const StyleGuide guide = parse_style_guide(guide_with_targets, "g").value();
  const StyleGuide discord = guide.for_target("discord");
  EXPECT_EQ(discord.target, "discord");
  EXPECT_EQ(discord.hash, guide.hash);
  EXPECT_THAT(discord.voice, testing::ElementsAre("Plain.", "Short."));
  EXPECT_THAT(discord.tone, testing::ElementsAre("Calm.", "Warm."));
  ASSERT_EQ(discord.rules.size(), 3U);
  EXPECT_EQ(discord.rules[0].rule, "sentence_length");
  EXPECT_EQ(discord.rules[0].level, LintLevel::warning);
  EXPECT_EQ(discord.rules[0].count("words_max"), 10);
  EXPECT_EQ(discord.rules[1].count("words_max"), 90);
  EXPECT_EQ(discord.rules[2].rule, "headings");
  EXPECT_EQ(discord.rules[2].word("case"), "title");
  std::vector<std::string> examples;
  for (const StyleExample& example : discord.examples) examples.push_back(example.bad);
  EXPECT_THAT(examples, testing::ElementsAre("e", "g"));
  for (const char* plain : {"notion", "docs"}) {
    EXPECT_EQ(guide.for_target(plain).rules.size(), 3U);
    EXPECT_EQ(guide.for_target(plain).examples.size(), 3U);
  }
}

TEST(StyleGuide, FindsExamplesThatItsOwnRulesDoNotBearOut) {
  EXPECT_TRUE(check_style_examples(
                  parse_style_guide(read_file(CONVERGE_SOURCE_DIR "/desk/style/guide.yaml").value(), "g").value())
                  .value()
                  .empty());
  const StyleGuide guide = parse_style_guide(R"(name: x
voice: [y]
rules:
  no_emoji: {level: error}
  sentence_length: {level: error, words_max: 4}
examples:
  - {rule: no_emoji, bad: "Done \U0001F680", good: "Done"}
  - {rule: no_emoji, bad: "Done", good: "Done by all of us here"}
targets:
  discord:
    rules: {sentence_length: {words_max: 1}}
    examples:
      - {rule: sentence_length, bad: "One two.", good: "One."}
  notion:
    rules: {sentence_length: {words_max: 9}}
)",
                                             "g")
                               .value();
  std::vector<std::string> lines;
  const std::vector<StyleFault> faults = check_style_examples(guide).value();
  for (const StyleFault& fault : faults) lines.push_back(std::to_string(fault.line) + " " + fault.message);
  EXPECT_THAT(lines,
              testing::ElementsAre(
                  "8 no_emoji: the bad example passes: Done",
                  "8 no_emoji: the good example is found fault with by sentence_length: a sentence of 6 words; "
                  "split it, 4 is the most",
                  "8 no_emoji for discord: the bad example passes: Done",
                  "8 no_emoji for discord: the good example is found fault with by sentence_length: a sentence of "
                  "6 words; split it, 1 is the most",
                  "8 no_emoji for notion: the bad example passes: Done"));
}

}  // namespace
}  // namespace converge::content
