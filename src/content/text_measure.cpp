#include "content/text_measure.hpp"

#include "content/segment.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

namespace converge::content {
namespace {

bool is_vowel(char c) {
  return std::string_view("aeiouy").find(c) != std::string_view::npos;
}

std::string lower_letters(std::string_view word) {
  std::string letters;
  for (const char c : word)
    if (std::isalpha(static_cast<unsigned char>(c)) != 0)
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return letters;
}

bool ends_with_any(std::string_view word, std::span<const std::string_view> ends) {
  return std::ranges::any_of(ends,
                             [&](std::string_view end) { return word.size() > end.size() && word.ends_with(end); });
}

bool is_word_character(UChar32 c) {
  return u_isalpha(c) || u_isdigit(c) || c == '\'';
}

template <class Visit>
void for_each_word(std::string_view text, Visit&& visit) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  std::int32_t begin = -1;
  for (std::int32_t at = 0; at <= size;) {
    const std::int32_t here = at;
    UChar32 c = ' ';
    if (at < size) {
      U8_NEXT(bytes, at, size, c);
    } else {
      ++at;
    }
    const bool inside = is_word_character(c);
    if (inside && begin < 0) begin = here;
    if (!inside && begin >= 0) {
      visit(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(here - begin)));
      begin = -1;
    }
  }
}

void count_word(TextMeasure& measure, std::string_view word) {
  constexpr std::array<std::string_view, 3> endings{"es", "ed", "ing"};
  ++measure.words;
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(word.size());) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(word.data()), at, static_cast<std::int32_t>(word.size()), c);
    if (u_isalpha(c) || u_isdigit(c)) ++measure.characters;
  }
  const std::int64_t syllables = count_syllables(word);
  measure.syllables += static_cast<double>(syllables);
  if (word.size() > 6) ++measure.long_words;
  if (syllables > 2) ++measure.polysyllabic_words;
  if (syllables - (ends_with_any(word, endings) ? 1 : 0) > 2) ++measure.complex_words;
}

}  // namespace

std::int64_t count_syllables(std::string_view word) {
  const std::string letters = lower_letters(word);
  if (letters.empty()) return 1;
  std::int64_t groups = 0;
  bool in_vowels = false;
  for (const char c : letters) {
    if (is_vowel(c) && !in_vowels) ++groups;
    in_vowels = is_vowel(c);
  }
  const std::size_t size = letters.size();
  const bool silent_e = size > 2 && letters.ends_with('e') && !is_vowel(letters[size - 2]) &&
                        !(letters.ends_with("le") && size > 2 && !is_vowel(letters[size - 3]));
  const bool silent_ed = size > 3 && letters.ends_with("ed") && letters[size - 3] != 't' && letters[size - 3] != 'd' &&
                         !is_vowel(letters[size - 3]);
  const bool silent_es = size > 3 && letters.ends_with("es") &&
                         std::string_view("szxcgh").find(letters[size - 3]) == std::string_view::npos &&
                         !is_vowel(letters[size - 3]) && !(letters[size - 3] == 'l' && !is_vowel(letters[size - 4]));
  if (silent_e || silent_ed || silent_es) --groups;
  constexpr std::array<std::string_view, 7> apart{"ia", "io", "iu", "eo", "ua", "uo", "iou"};
  for (const std::string_view pair : apart) {
    const std::size_t at = letters.find(pair);
    const bool softens =
        at != std::string::npos && at > 0 && std::string_view("tscgx").find(letters[at - 1]) != std::string_view::npos;
    if (at != std::string::npos && at > 0 && !softens && letters[at - 1] != 'q' && letters[at - 1] != 'g' &&
        !(pair == "eo" && letters[at - 1] == 'p')) {
      ++groups;
      break;
    }
  }
  return std::max<std::int64_t>(groups, 1);
}

TextMeasure& TextMeasure::operator+=(const TextMeasure& other) {
  paragraphs += other.paragraphs;
  sentences += other.sentences;
  words += other.words;
  characters += other.characters;
  syllables += other.syllables;
  long_words += other.long_words;
  polysyllabic_words += other.polysyllabic_words;
  complex_words += other.complex_words;
  return *this;
}

TextMeasure measure_text(std::string_view text) {
  TextMeasure measure;
  while (true) {
    const std::size_t end = text.find("\n\n");
    const std::string_view paragraph = text.substr(0, end);
    ++measure.paragraphs;
    for (const TextRange sentence : find_sentences(paragraph)) {
      ++measure.sentences;
      for_each_word(paragraph.substr(sentence.begin, sentence.size()),
                    [&](std::string_view word) { count_word(measure, word); });
    }
    if (end == std::string_view::npos) return measure;
    text.remove_prefix(end + 2);
  }
}

double TextMeasure::flesch_kincaid() const {
  return 0.39 * words / sentences + 11.8 * syllables / words - 15.59;
}
double TextMeasure::gunning_fog() const {
  return 0.4 * (words / sentences + 100 * complex_words / words);
}
double TextMeasure::smog() const {
  return 1.0430 * std::sqrt(polysyllabic_words * 30 / sentences) + 3.1291;
}
double TextMeasure::coleman_liau() const {
  return 5.88 * characters / words - 29.6 * sentences / words - 15.8;
}
double TextMeasure::automated_readability() const {
  return 4.71 * characters / words + 0.5 * words / sentences - 21.43;
}

}  // namespace converge::content
