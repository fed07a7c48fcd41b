#include "content/segment.hpp"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <stdexcept>
#include <string>

namespace converge::content {
namespace {

constexpr UChar32 variation_text = 0xFE0E;
constexpr UChar32 variation_emoji = 0xFE0F;
constexpr UChar32 joiner = 0x200D;
constexpr UChar32 keycap = 0x20E3;

enum class Boundary { grapheme, word, sentence };

using IteratorMaker = icu::BreakIterator* (*)(const icu::Locale&, UErrorCode&);
constexpr std::array<IteratorMaker, 3> iterator_makers{
    icu::BreakIterator::createCharacterInstance,
    icu::BreakIterator::createWordInstance,
    icu::BreakIterator::createSentenceInstance,
};

// Building an iterator costs far more than running it over a paragraph, so each thread keeps one of each kind.
icu::BreakIterator& iterator_of(Boundary boundary) {
  thread_local std::array<std::unique_ptr<icu::BreakIterator>, 3> kept;
  const auto index = static_cast<std::size_t>(boundary);
  if (!kept.at(index)) {
    UErrorCode status = U_ZERO_ERROR;
    kept.at(index).reset(iterator_makers.at(index)(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) throw std::runtime_error(u_errorName(status));
  }
  return *kept.at(index);
}

struct UTextCloser {
  void operator()(UText* text) const { utext_close(text); }
};

// Calls visit(range, rule status) for each unit, in order.
template <class Visit>
void for_each_unit(Boundary boundary, std::string_view text, Visit&& visit) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UText, UTextCloser> opened(
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status));
  icu::BreakIterator& units = iterator_of(boundary);
  units.setText(opened.get(), status);
  if (U_FAILURE(status)) throw std::runtime_error(u_errorName(status));
  std::int32_t begin = units.first();
  for (std::int32_t end = units.next(); end != icu::BreakIterator::DONE; begin = end, end = units.next())
    visit(TextRange{static_cast<std::size_t>(begin), static_cast<std::size_t>(end)}, units.getRuleStatus());
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

// Abbreviations that a sentence goes on behind, whatever follows, and those that it goes on behind when a digit follows.
constexpr std::array<std::string_view, 24> abbreviations{
    "e.g.", "i.e.", "cf.",  "vs.",   "viz.", "mr.", "mrs.", "ms.", "dr.", "prof.", "st.",     "gen.",
    "sen.", "rep.", "gov.", "capt.", "sgt.", "lt.", "col.", "mt.", "jr.", "sr.",   "messrs.", "approx."};
constexpr std::array<std::string_view, 18> before_digits{"no.",  "nos.", "fig.",  "figs.", "vol.", "p.",
                                                         "pp.",  "ch.",  "sec.",  "jan.",  "feb.", "mar.",
                                                         "apr.", "aug.", "sept.", "oct.",  "nov.", "dec."};

// Whether what ICU takes for two sentences is one: "Mr. Smith", "J. Smith", "No. 5".
bool joins_next(std::string_view before, std::string_view next) {
  const std::size_t blank = before.find_last_of(" (\"'[");
  std::string last(before.substr(blank == std::string_view::npos ? 0 : blank + 1));
  const bool is_initial = last.size() == 2 && last[1] == '.' && last[0] >= 'A' && last[0] <= 'Z' && last[0] != 'I';
  for (char& c : last) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool digit_next = std::isdigit(static_cast<unsigned char>(next.front())) != 0;
  return is_initial || std::ranges::find(abbreviations, last) != abbreviations.end() ||
         (digit_next && std::ranges::find(before_digits, last) != before_digits.end());
}

TextRange trim(std::string_view text, TextRange range) {
  while (range.begin < range.end && is_blank(text[range.begin])) ++range.begin;
  while (range.begin < range.end && is_blank(text[range.end - 1])) --range.end;
  return range;
}

}  // namespace

std::vector<TextRange> find_graphemes(std::string_view text) {
  std::vector<TextRange> graphemes;
  for_each_unit(Boundary::grapheme, text, [&](TextRange range, std::int32_t) { graphemes.push_back(range); });
  return graphemes;
}

std::vector<TextRange> find_sentences(std::string_view text) {
  // To ICU the end of a line ends a paragraph; in prose it is a blank.
  std::string unwrapped;
  if (text.find('\n') != std::string_view::npos) {
    unwrapped = text;
    for (std::size_t at = 0; at < unwrapped.size(); ++at) {
      const bool is_blank_line = text.substr(at).starts_with("\n\n") || (at > 0 && text[at - 1] == '\n');
      if (unwrapped[at] == '\n' && !is_blank_line) unwrapped[at] = ' ';
    }
    text = unwrapped;
  }
  std::vector<TextRange> sentences;
  bool joins = false;
  for_each_unit(Boundary::sentence, text, [&](TextRange range, std::int32_t) {
    const TextRange sentence = trim(text, range);
    if (sentence.size() == 0) return;
    if (joins && joins_next(text.substr(sentences.back().begin, sentences.back().size()),
                            text.substr(sentence.begin, sentence.size()))) {
      sentences.back().end = sentence.end;
    } else {
      sentences.push_back(sentence);
    }
    joins = !text.substr(range.begin, range.size()).ends_with("\n\n");
  });
  return sentences;
}

std::vector<TextRange> find_words(std::string_view text) {
  std::vector<TextRange> words;
  for_each_unit(Boundary::word, text, [&](TextRange range, std::int32_t status) {
    if (status >= UBRK_WORD_NONE_LIMIT) words.push_back(range);
  });
  return words;
}

std::int64_t count_words(std::string_view text) {
  std::int64_t words = 0;
  for_each_unit(Boundary::word, text, [&](TextRange range, std::int32_t status) {
    const bool begins_code = text[range.begin] == '*' && (range.begin == 0 || text[range.begin - 1] != '*');
    if (status >= UBRK_WORD_NONE_LIMIT || begins_code) ++words;
  });
  return words;
}

bool is_emoji(std::string_view grapheme) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(grapheme.data());
  const auto size = static_cast<std::int32_t>(grapheme.size());
  bool pictographic = false;
  bool shown_as_picture = false;
  bool shown_as_text = false;
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c == variation_text) shown_as_text = true;
    if (c == variation_emoji || c == keycap || c == joiner || u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION))
      shown_as_picture = true;
    if (u_hasBinaryProperty(c, UCHAR_EMOJI)) pictographic = true;
  }
  return pictographic && shown_as_picture && !shown_as_text;
}

}  // namespace converge::content
