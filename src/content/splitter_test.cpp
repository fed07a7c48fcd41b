#include "content/splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts_of(const SplitText& split) {
  std::vector<std::string> texts;
  for (const TextPart& part : split.parts) texts.push_back(part.text);
  return texts;
}

// Splits and holds the result to what is promised of every split.
SplitText split(std::string_view text, std::size_t code_points, std::size_t utf16_units = 0) {
  const TextSize max{code_points, utf16_units > 0 ? utf16_units : code_points};
  auto parts = split_text(text, max);
  EXPECT_TRUE(parts) << parts.error().message;
  if (!parts) return {};
  EXPECT_EQ(join_parts(*parts), text);
  for (const TextPart& part : parts->parts) {
    EXPECT_TRUE(measure_size(part.text).fits(max)) << part.text;
    EXPECT_NE(part.text.find_first_not_of(" \n"), std::string::npos);
  }
  return std::move(*parts);
}

std::string words(std::size_t count, const std::string& word = "word") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? " " : "") + word;
  return text;
}

TEST(Splitter, LeavesAloneWhatFits) {
  EXPECT_THAT(texts_of(split("a *b*\n\n- c", 64)), ElementsAre("a *b*\n\n- c"));
  EXPECT_THAT(texts_of(split("\n  a\n\n", 64)), ElementsAre("a"));
  EXPECT_THAT(texts_of(split("", 64)), ElementsAre());
  EXPECT_THAT(texts_of(split(" \n\u00A0\n ", 64)), ElementsAre());
}

TEST(Splitter, TakesTheBestPlace) {
  const std::string a = words(8), b = words(7, "next"), x(40, 'x'), y(40, 'y');
  struct Case {
    const char* name;
    std::string text;
    std::vector<std::string> parts;
  };
  const Case cases[] = {
      {"blocks before lines", a + "\n\n" + x + "\n" + y, {a, x, y}},
      {"blocks before sentences", a + "\n\n" + b + ". " + b, {a, b + ".", b}},
      {"items", "- " + x + "\n- " + y, {"- " + x, "- " + y}},
      {"items before lines of them",
       "- " + x + "\n- yy\n  zz\n  " + std::string(20, 'z'),
       {"- " + x, "- yy\n  zz\n  " + std::string(20, 'z')}},
      {"lines", x + "\n" + y, {x, y}},
      {"sentences", words(9) + ". " + words(9), {words(9) + ".", words(9)}},
      {"words", words(20), {words(13), words(7)}},
      {"graphemes", std::string(100, 'x'), {std::string(64, 'x'), std::string(36, 'x')}},
      {"a heading stays with its text", x + "\n\n## T\n" + y, {x, "## T\n" + y}},
      {"white space at the cut is gone", x + "  \n \n\n  " + y, {x, y}},
      {"a full stop of Chinese",
       std::string(30, 'x') + "\u3002" + std::string(40, 'y'),
       {std::string(30, 'x') + "\u3002", std::string(40, 'y')}},
  };
  for (const Case& c : cases) EXPECT_THAT(texts_of(split(c.text, 64)), testing::ElementsAreArray(c.parts)) << c.name;
}

TEST(Splitter, KeepsTogetherWhatFitsIntoAPart) {
  const std::string x = words(10);  // 49 characters
  for (const std::string whole : {"[a text](https://example.org/a)",
                                  "[a [b] c](https://example.org/(a))",
                                  "![a](https://example.org/a b)",
                                  "`code with blanks`",
                                  "``a ` b c d e f g h``",
                                  "||a spoiler of words||",
                                  "**bold words in a row**",
                                  "*__***mixed words all over***__*",
                                  "<https://example.org/a>",
                                  "https://example.org/a_b_(c)?d=e",
                                  "<@123456789012345678>",
                                  "<a:party_parrot:123456789012345678>",
                                  "<t:1700000000:R>",
                                  "<#123456789012345678>",
                                  "</command name:123456>",
                                  ":a_long_emoji_code:",
                                  "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466",
                                  "~~struck words in it~~",
                                  "[**bold** ~~text~~](https://a.org)",
                                  "[`a b](c) d`](https://a.org)"}) {
    const auto parts = texts_of(split(x + " " + whole + "z " + x, 64));
    EXPECT_TRUE(std::ranges::any_of(parts, [&](const std::string& p) { return p.find(whole) != std::string::npos; }))
        << whole;
  }
}

TEST(Splitter, ClosesAndReopensAFenceWithItsLanguage) {
  EXPECT_THAT(
      texts_of(split("```cpp\n" + std::string(40, 'a') + "\n" + std::string(30, 'b') + "\n\n  ccc\n```", 64)),
      ElementsAre("```cpp\n" + std::string(40, 'a') + "\n```", "```cpp\n" + std::string(30, 'b') + "\n\n  ccc\n```"));
  EXPECT_THAT(texts_of(split("~~~~\n" + std::string(40, 'a') + "\n```\n" + std::string(30, 'b') + "\n~~~~", 64)),
              ElementsAre("~~~~\n" + std::string(40, 'a') + "\n```\n~~~~", "~~~~\n" + std::string(30, 'b') + "\n~~~~"));
  EXPECT_THAT(
      texts_of(split("> ```js\n> " + std::string(40, 'a') + "\n> " + std::string(30, 'b') + "\n> ```", 64)),
      ElementsAre("> ```js\n> " + std::string(40, 'a') + "\n> ```", "> ```js\n> " + std::string(30, 'b') + "\n> ```"));
}

TEST(Splitter, ClosesAFenceThatTheTextLeavesOpen) {
  EXPECT_THAT(texts_of(split("```\na", 64)), ElementsAre("```\na\n```"));
  EXPECT_THAT(texts_of(split("```\n" + std::string(50, 'a') + "\n" + std::string(50, 'b'), 64)),
              ElementsAre("```\n" + std::string(50, 'a') + "\n```", "```\n" + std::string(50, 'b') + "\n```"));
}

TEST(Splitter, CutsALineOfCodeThatIsLongerThanAPart) {
  EXPECT_THAT(texts_of(split("```\n" + std::string(70, 'a') + "\n```", 64)),
              ElementsAre("```\n" + std::string(56, 'a') + "\n```", "```\n" + std::string(14, 'a') + "\n```"));
}

TEST(Splitter, DropsTheEndOfAFenceThatShowsNothing) {
  const auto parts = texts_of(split("```\n" + std::string(50, 'a') + std::string(80, '\n') + "```", 64));
  EXPECT_THAT(parts, ElementsAre("```\n" + std::string(50, 'a') + std::string(6, '\n') + "\n```"));
}

TEST(Splitter, RepeatsTheHeadOfATable) {
  const std::string head = "| a | b |\n|---|---|\n", one = "| 1 | " + std::string(20, 'x') + " |";
  EXPECT_THAT(texts_of(split(head + one + "\n" + one + "\n" + one, 64)),
              ElementsAre(head + one, head + one, head + one));
  const std::string drawn = "```\nname  price\n----  -----\n", row = "AAA   " + std::string(10, '1');
  EXPECT_THAT(texts_of(split(drawn + row + "\n" + row + "\n" + row + "\n```", 64)),
              ElementsAre(drawn + row + "\n```", drawn + row + "\n```", drawn + row + "\n```"));
}

TEST(Splitter, ReopensWhatIsLongerThanAPart) {
  EXPECT_THAT(texts_of(split("**" + words(15) + "**", 64)),
              ElementsAre("**" + words(12) + "**", "**" + words(3) + "**"));
  EXPECT_THAT(texts_of(split("[" + words(15) + "](https://a.org)", 64)),
              ElementsAre("[" + words(9) + "](https://a.org)", "[" + words(6) + "](https://a.org)"));
  EXPECT_THAT(texts_of(split("||**" + words(15) + "**||", 64)),
              ElementsAre("||**" + words(11) + "**||", "||**" + words(4) + "**||"));
  EXPECT_THAT(texts_of(split("# " + words(15), 64)), ElementsAre("# " + words(12), "# " + words(3)));
  EXPECT_THAT(texts_of(split("> " + words(15), 64)), ElementsAre("> " + words(12), "> " + words(3)));
}

TEST(Splitter, NotesWhatItHadToCut) {
  const SplitText parts = split("see <https://example.org/" + std::string(80, 'a') + ">", 64);
  ASSERT_EQ(parts.notes.size(), 1U);
  EXPECT_EQ(render_note(parts.notes[0]), "line 1: an address of 102 characters is longer than a part and is cut");
}

TEST(Splitter, OrderedListsContinueTheirNumbers) {
  std::string list;
  for (int i = 1; i <= 40; ++i) list += (i > 1 ? "\n" : "") + std::to_string(i) + ". item " + std::to_string(i);
  int number = 1;
  for (const std::string& part : texts_of(split(list, 100)))
    for (std::size_t at = 0; at != std::string::npos;
         at = part.find('\n', at), at += at != std::string::npos ? 1 : 0, ++number)
      ASSERT_TRUE(part.substr(at).starts_with(std::to_string(number) + ". item")) << part;
  EXPECT_EQ(number, 41);
}

TEST(Splitter, CountsAsTheTargetDoes) {
  std::string faces;
  for (int i = 0; i < 100; ++i) faces += "\U0001F600";
  EXPECT_EQ(split(faces, 64, 1000).parts.size(), 2U);  // 100 code points
  EXPECT_EQ(split(faces, 1000, 64).parts.size(), 4U);  // 200 UTF-16 units
  std::string flags;
  for (int i = 0; i < 40; ++i) flags += "\U0001F1E9\U0001F1EA";
  EXPECT_EQ(measure_size(split(flags, 65, 1000).parts[0].text).code_points, 64U);  // not half a flag
}

TEST(Splitter, RefusesWhatCannotBeCut) {
  std::string tower = "a";
  for (int i = 0; i < 200; ++i) tower += "\u0301";
  struct Case {
    const char* name;
    std::string text;
    TextSize max;
    const char* says;
  };
  const Case cases[] = {{"not UTF-8", "a\xC3", {2000, 2000}, "not UTF-8"},
                        {"parts too small", "a", {63, 2000}, "too small"},
                        {"UTF-16 parts too small", "a", {2000, 10}, "too small"},
                        {"one grapheme longer than a part", "x\n" + tower, {100, 100}, "line 2: one character"}};
  for (const Case& c : cases) {
    const auto parts = split_text(c.text, c.max);
    ASSERT_FALSE(parts) << c.name;
    EXPECT_EQ(parts.error().code, Errc::invalid_input) << c.name;
    EXPECT_THAT(parts.error().message, HasSubstr(c.says)) << c.name;
  }
}

}  // namespace
}  // namespace converge::content
