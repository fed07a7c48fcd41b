#include "content/letter_case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>

namespace converge::content {
namespace {

// Articles, conjunctions and prepositions of three letters or fewer (AP), and the longer prepositions (Chicago).
constexpr std::array<std::string_view, 22> small_words{"a",   "an", "and", "as",  "at",  "but", "by", "en",
                                                       "for", "if", "in",  "nor", "of",  "on",  "or", "per",
                                                       "the", "to", "vs",  "vs.", "via", "v."};
constexpr std::array<std::string_view, 31> prepositions{
    "with",       "from",    "into",    "during", "including",  "until", "against", "among",
    "throughout", "despite", "towards", "upon",   "concerning", "about", "over",    "through",
    "before",     "between", "after",   "since",  "without",    "under", "within",  "along",
    "following",  "across",  "beyond",  "around", "down",       "near",  "above"};

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string narrow(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::string capitalize(std::string_view word, bool lower_rest) {
  std::int32_t end = 0;
  UChar32 first = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(word.data()), end, static_cast<std::int32_t>(word.size()), first);
  const std::string_view rest = word.substr(static_cast<std::size_t>(end));
  return narrow(icu::UnicodeString(u_totitle(first))) + (lower_rest ? to_lower(rest) : std::string(rest));
}

bool ends_with_any(std::string_view word, const std::vector<std::string>& ends) {
  return std::ranges::any_of(ends, [&](const std::string& end) { return word.ends_with(end); });
}

bool is_list_number(std::string_view word) {
  const std::size_t digits = word.find_first_not_of("0123456789");
  return digits > 0 && digits != std::string_view::npos && word[digits] == '.';
}

constexpr std::string_view word_pattern = "[\\p{N}\\p{L}*]+[^\\s]*";

}  // namespace

std::string to_lower(std::string_view text) {
  return narrow(wide(text).toLower(icu::Locale::getRoot()));
}

std::string to_upper(std::string_view text) {
  return narrow(wide(text).toUpper(icu::Locale::getRoot()));
}

Result<CaseStyle> CaseStyle::compile(CaseSetup setup) {
  CaseStyle style;
  for (const std::string& exception : setup.exceptions) {
    TRY(auto pattern, with_context(Pattern::compile(exception), fmt::format("the exception '{}'", exception)));
    style.exceptions_.push_back(std::move(pattern));
  }
  std::string words(word_pattern);
  if (!setup.exceptions.empty()) words = fmt::format("\\b(?:{})\\b(?!\\.)|{}", fmt::join(setup.exceptions, "|"), words);
  TRY(style.words_, Pattern::compile(words, PatternCase::ignored));
  TRY(style.title_words_, Pattern::compile("[\\p{N}\\p{L}]+[^\\s\\-/]*"));
  if (!setup.prefix.empty()) {
    TRY(style.prefix_, with_context(Pattern::compile(setup.prefix), "prefix"));
  }
  style.setup_ = std::move(setup);
  return style;
}

std::string CaseStyle::take_prefix(std::string_view& text, PatternScratch& scratch) const {
  const auto found = prefix_.find(text, 0, scratch);
  if (!found || found->begin != 0) return "";
  std::string prefix(text.substr(0, found->end));
  text.remove_prefix(found->end);
  return prefix;
}

std::string CaseStyle::find_exception(std::string_view word, PatternScratch& scratch) const {
  for (std::size_t i = 0; i < exceptions_.size(); ++i) {
    if (to_lower(setup_.exceptions[i]) == to_lower(word)) return setup_.exceptions[i];
    if (exceptions_[i].matches(word, scratch)) return std::string(word);
  }
  return "";
}

std::string CaseStyle::to_sentence_case(std::string_view text, PatternScratch& scratch) const {
  const std::string prefix = take_prefix(text, scratch);
  std::string out;
  std::string_view before;
  std::size_t index = 0;
  for (const TextRange range : words_.find_all(text, scratch)) {
    const std::string_view word = text.substr(range.begin, range.size());
    const bool begins =
        index == 0 || ends_with_any(before, setup_.indicators) || (index == 1 && is_list_number(before));
    if (!out.empty()) out += ' ';
    const std::string exception = find_exception(word, scratch);
    out += !exception.empty() ? exception : begins ? capitalize(word, true) : to_lower(word);
    before = word;
    ++index;
  }
  return prefix + out;
}

std::string CaseStyle::to_title_case(std::string_view text, PatternScratch& scratch) const {
  std::string out = take_prefix(text, scratch);
  std::size_t copied = 0;
  for (const TextRange range : title_words_.find_all(text, scratch)) {
    const std::string_view word = text.substr(range.begin, range.size());
    out += text.substr(copied, range.begin - copied);
    copied = range.end;
    const auto byte_at = [&](std::size_t at) { return at < text.size() ? text[at] : text[0]; };
    const char before = range.begin > 0 ? text[range.begin - 1] : text[0];
    const char before_that = range.begin > 1 ? text[range.begin - 2] : text[0];
    const std::string small = to_lower(word);
    const bool bounds = range.begin == 0 || range.end == text.size();
    const bool is_small = std::ranges::find(small_words, small) != small_words.end() ||
                          (setup_.chicago && std::ranges::find(prepositions, small) != prepositions.end());
    const bool stays_small = !bounds && is_small && (before == ' ' || before == '-' || before == '/') &&
                             before_that != ':' && before_that != '-' && (byte_at(range.end) != '-' || before == '-');
    const std::string exception = find_exception(word, scratch);
    out += !exception.empty() ? exception : stays_small ? small : capitalize(word, false);
  }
  return out += text.substr(copied);
}

}  // namespace converge::content
