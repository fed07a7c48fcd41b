#include "content/reading_ease.hpp"

#include <gtest/gtest.h>

namespace converge::content {
namespace {

TEST(CountSyllables, AgreesWithADictionary) {
  struct Case {
    const char* word;
    std::int64_t syllables;
  };
  const Case cases[] = {{"a", 1},       {"the", 1},    {"make", 1},    {"makes", 1},      {"baked", 1},
                        {"wanted", 2},  {"table", 2},  {"tables", 2},  {"boxes", 2},      {"whole", 1},
                        {"people", 2},  {"model", 2},  {"window", 2},  {"volatility", 5}, {"tree", 1},
                        {"rhythm", 1},  {"SPX", 1},    {"values", 2},  {"prediction", 3}, {"used", 1},
                        {"release", 2}, {"syzygy", 3}, {"evidence", 3}};
  for (const Case& c : cases) EXPECT_EQ(count_syllables(c.word), c.syllables) << c.word;
}

TEST(ReadingGrade, IsTheFormulaOfKincaid) {
  // 0.39 * 6 / 1 + 11.8 * 6 / 6 - 15.59
  EXPECT_NEAR(compute_reading_grade(count_reading("The cat sat on the mat.")), -1.45, 1e-9);
  // 10 words, 2 sentences, 15 syllables: 0.39 * 5 + 11.8 * 1.5 - 15.59
  EXPECT_NEAR(compute_reading_grade({.sentences = 2, .words = 10, .syllables = 15}), 4.06, 1e-9);
  EXPECT_EQ(compute_reading_grade({}), 0.0);
}

TEST(ReadingCount, LeavesNumbersOut) {
  const ReadingCount count = count_reading("In 2020 it fell by 0.5.");
  EXPECT_EQ(count.words, 4);
  EXPECT_EQ(count.sentences, 1);
}

}  // namespace
}  // namespace converge::content
