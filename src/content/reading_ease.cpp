#include "content/reading_ease.hpp"

#include "content/segment.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace converge::content {
namespace {

bool is_vowel(char c) {
  return std::string_view("aeiouy").find(c) != std::string_view::npos;
}

bool is_letter(char c) {
  return (c & '\x80') != 0 || std::isalpha(static_cast<unsigned char>(c)) != 0;
}

std::string to_lower(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// An `e` that is written and not spoken: make, makes, baked, but not table, tables, boxes, wanted, values.
bool ends_silent(std::string_view word) {
  struct Ending {
    std::string_view text;
    std::string_view spoken_behind;
  };
  constexpr Ending endings[] = {{"e", ""}, {"ed", "td"}, {"es", "sxzcg"}};
  for (const Ending& ending : endings) {
    if (!word.ends_with(ending.text) || word.size() < ending.text.size() + 2) continue;
    const char before = word[word.size() - ending.text.size() - 1];
    const bool ends_in_le =
        before == 'l' && ending.text != "ed" && !is_vowel(word[word.size() - ending.text.size() - 2]);
    return !is_vowel(before) && !ends_in_le && ending.spoken_behind.find(before) == std::string_view::npos;
  }
  return false;
}

}  // namespace

ReadingCount& ReadingCount::operator+=(const ReadingCount& other) {
  sentences += other.sentences;
  words += other.words;
  syllables += other.syllables;
  return *this;
}

std::int64_t count_syllables(std::string_view word) {
  const std::string lower = to_lower(word);
  std::int64_t groups = 0;
  bool was_vowel = false;
  for (const char c : lower) {
    const bool vowel = is_vowel(c);
    if (vowel && !was_vowel) ++groups;
    was_vowel = vowel;
  }
  if (groups > 1 && ends_silent(lower)) --groups;
  return std::max<std::int64_t>(groups, 1);
}

ReadingCount count_reading(std::string_view sentence) {
  ReadingCount count{.sentences = 1};
  for (const TextRange range : find_words(sentence)) {
    const std::string_view word = sentence.substr(range.begin, range.size());
    if (!std::ranges::any_of(word, is_letter)) continue;
    ++count.words;
    count.syllables += count_syllables(word);
  }
  return count;
}

double compute_reading_grade(const ReadingCount& count) {
  if (count.words == 0 || count.sentences == 0) return 0.0;
  const auto words = static_cast<double>(count.words);
  return 0.39 * words / static_cast<double>(count.sentences) + 11.8 * static_cast<double>(count.syllables) / words -
         15.59;
}

}  // namespace converge::content
