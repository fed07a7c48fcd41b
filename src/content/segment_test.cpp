#include "content/segment.hpp"

#include <gtest/gtest.h>

namespace converge::content {
namespace {

TEST(Emoji, IsWhatAReaderSeesAsAPicture) {
  struct Case {
    const char* name;
    const char* grapheme;
    bool expected;
  };
  const Case cases[] = {
      {"rocket", "\U0001F680", true},
      {"family", "\U0001F468\u200D\U0001F469\u200D\U0001F467", true},
      {"flag", "\U0001F1E9\U0001F1EA", true},
      {"keycap", "1\uFE0F\u20E3", true},
      {"skin tone", "\U0001F44D\U0001F3FD", true},
      {"heart as a picture", "\u2764\uFE0F", true},
      {"heart as text", "\u2764", false},
      {"umbrella asked to be text", "\u2602\uFE0E", false},
      {"lightning asked to be text", "\u26A1\uFE0E", false},
      {"digit", "1", false},
      {"number sign", "#", false},
      {"copyright", "\u00A9", false},
      {"check mark", "\u2713", false},
      {"letter with accent", "e\u0301", false},
      {"joiner in Persian", "\u0646\u200D", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(find_graphemes(c.grapheme).size(), 1U);
    EXPECT_EQ(is_emoji(c.grapheme), c.expected);
  }
}

TEST(Words, AreCountedWithNumbersAndCode) {
  EXPECT_EQ(count_words("The loss fell by 0.12, didn't it?"), 7);
  EXPECT_EQ(count_words("run **** now"), 3);
  EXPECT_EQ(count_words(" ... "), 0);
}

TEST(Sentences, GoOnBehindAbbreviationsAndLineEnds) {
  struct Case {
    const char* name;
    const char* text;
    std::size_t sentences;
  };
  const Case cases[] = {
      {"title", "Mr. Smith left. He was late.", 2},
      {"initial", "J. Smith left.", 1},
      {"latin", "Fruit, e.g. Apples and pears.", 1},
      {"number", "See No. 5 there.", 1},
      {"a refusal is a sentence", "No. That is wrong.", 2},
      {"line end inside", "One goes\non here. Two.", 2},
      {"blank line", "One\n\nTwo", 2},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(find_sentences(c.text).size(), c.sentences);
  }
}

TEST(Sentences, EndAtTheirMarksAndAreTrimmed) {
  const std::string text = " One is 1.5 long. Two? Three e.g. here ";
  std::vector<std::string> sentences;
  for (const TextRange range : find_sentences(text)) sentences.push_back(text.substr(range.begin, range.size()));
  EXPECT_EQ(sentences, (std::vector<std::string>{"One is 1.5 long.", "Two?", "Three e.g. here"}));
}

}  // namespace
}  // namespace converge::content
