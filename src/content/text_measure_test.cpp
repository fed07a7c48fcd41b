#include "content/text_measure.hpp"

#include <gtest/gtest.h>

namespace converge::content {
namespace {

TEST(CountSyllables, AgreesWithADictionary) {
  struct Case {
    const char* word;
    std::int64_t syllables;
  };
  const Case cases[] = {{"a", 1},       {"the", 1},    {"make", 1},     {"makes", 1},      {"baked", 1},
                        {"wanted", 2},  {"table", 2},  {"tables", 2},   {"boxes", 2},      {"whole", 1},
                        {"people", 2},  {"model", 2},  {"window", 2},   {"volatility", 5}, {"tree", 1},
                        {"rhythm", 1},  {"SPX", 1},    {"values", 2},   {"prediction", 3}, {"used", 1},
                        {"release", 2}, {"syzygy", 3}, {"evidence", 3}, {"evaluation", 5}, {"radio", 3}};
  for (const Case& c : cases) EXPECT_EQ(count_syllables(c.word), c.syllables) << c.word;
}

TEST(TextMeasure, GradesByTheFormulaOfKincaid) {
  // 0.39 * 6 / 1 + 11.8 * 6 / 6 - 15.59
  EXPECT_NEAR(measure_text("The cat sat on the mat.").flesch_kincaid(), -1.45, 1e-9);
  // 10 words, 2 sentences, 15 syllables: 0.39 * 5 + 11.8 * 1.5 - 15.59
  EXPECT_NEAR((TextMeasure{.sentences = 2, .words = 10, .syllables = 15}.flesch_kincaid()), 4.06, 1e-9);
}

TEST(TextMeasure, OfTwoTextsIsTheSum) {
  TextMeasure sum = measure_text("The cat sat.");
  sum += measure_text("It slept. Then it woke.");
  EXPECT_EQ(sum.sentences, 3);
  EXPECT_EQ(sum.words, 8);
}

}  // namespace
}  // namespace converge::content
