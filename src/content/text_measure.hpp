// content/text_measure.hpp — how long and how hard a text is: counts, and the grades that are computed from them.
//
//   source  the formulas are their authors': Flesch and Kincaid 1975, Gunning 1952, McLaughlin 1969 (SMOG), Coleman and Liau
//           1975, Senter and Smith 1967 (ARI). Syllables are counted by rules of spelling, not by a dictionary.
// Pure.
#pragma once
#include <cstdint>
#include <string_view>

namespace converge::content {

struct TextMeasure {
  double paragraphs = 0;  // parts between blank lines
  double sentences = 0;
  double words = 0;
  double characters = 0;  // letters and digits
  double syllables = 0;
  double long_words = 0;          // over 6 bytes
  double polysyllabic_words = 0;  // over 2 syllables
  double complex_words = 0;       // the same without the ending -es, -ed or -ing

  // Of a text with words.
  double flesch_kincaid() const;
  double gunning_fog() const;
  double smog() const;
  double coleman_liau() const;
  double automated_readability() const;

  TextMeasure& operator+=(const TextMeasure& other);
};

TextMeasure measure_text(std::string_view text);

// 1 or more for any word.
std::int64_t count_syllables(std::string_view word);

}  // namespace converge::content
