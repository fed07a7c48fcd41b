// content/reading_ease.hpp — how hard a text is to read, in school grades.
//
// source: J. P. Kincaid and others, Derivation of new readability formulas for Navy enlisted personnel, 1975:
//   grade = 0.39 words / sentences + 11.8 syllables / words - 15.59
// Syllables are counted by their vowels, which is right for most English words and close for the rest. Pure.
#pragma once
#include <cstdint>
#include <string_view>

namespace converge::content {

struct ReadingCount {
  std::int64_t sentences = 0;
  std::int64_t words = 0;  // words of letters; numbers and code do not count
  std::int64_t syllables = 0;

  ReadingCount& operator+=(const ReadingCount& other);
};

// Of one sentence.
ReadingCount count_reading(std::string_view sentence);

// 1 or more for any word.
std::int64_t count_syllables(std::string_view word);

// 0 where there are no words; may be negative for very plain texts.
double compute_reading_grade(const ReadingCount& count);

}  // namespace converge::content
