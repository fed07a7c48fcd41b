#define PCRE2_CODE_UNIT_WIDTH 8
#include "content/phrase_matcher.hpp"

#include <fmt/format.h>
#include <pcre2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <stdexcept>

namespace converge::content {
namespace {

constexpr std::uint32_t match_limit = 1'000'000;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool begins_and_ends_in_word(std::string_view phrase) {
  if (phrase.empty() || !is_utf8(phrase)) return false;
  std::int32_t begin = 0;
  auto end = static_cast<std::int32_t>(phrase.size());
  UChar32 first = 0;
  UChar32 last = 0;
  U8_NEXT(bytes_of(phrase), begin, end, first);
  U8_PREV(bytes_of(phrase), 0, end, last);
  return u_isalnum(first) && u_isalnum(last);
}

std::string render_pattern(std::string_view phrase) {
  std::string pattern;
  for (std::size_t at = 0; at < phrase.size(); ++at) {
    const char c = phrase[at];
    if (c == ' ') {
      at = phrase.find_first_not_of(' ', at) - 1;
      pattern += "[\\s\\-]+";
    } else if (c == '\'') {
      pattern += "['\u2019]";
    } else if (c >= 0 && !u_isalnum(c)) {
      pattern += {'\\', c};
    } else {
      pattern += c;
    }
  }
  return pattern;
}

// Each phrase carries its index as PCRE2's mark.
std::string render_alternatives(std::span<const std::string> phrases) {
  std::vector<std::size_t> order(phrases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return phrases[i].size(); });
  std::string alternatives;
  for (const std::size_t i : order) {
    if (!alternatives.empty()) alternatives += '|';
    alternatives += fmt::format("{}(*:{})", render_pattern(phrases[i]), i);
  }
  return fmt::format("(?<![\\p{{L}}\\p{{N}}_])(?:{})(?![\\p{{L}}\\p{{N}}_])", alternatives);
}

std::string error_text(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

}  // namespace

struct PhraseMatcher::Pattern {
  std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code{nullptr, pcre2_code_free};
  std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> limits{nullptr, pcre2_match_context_free};
};

Result<PhraseMatcher> PhraseMatcher::compile(std::span<const std::string> phrases) {
  for (const std::string& phrase : phrases) {
    if (!begins_and_ends_in_word(phrase))
      return fail(Errc::invalid_input, fmt::format("phrase '{}' must begin and end with a letter or digit", phrase));
  }
  auto pattern = std::make_shared<Pattern>();
  if (phrases.empty()) return PhraseMatcher(std::move(pattern));
  const std::string text = render_alternatives(phrases);
  int error = 0;
  PCRE2_SIZE error_at = 0;
  pattern->code.reset(
      pcre2_compile(bytes_of(text), text.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &error, &error_at, nullptr));
  if (!pattern->code)
    return fail(Errc::invalid_input, fmt::format("phrases: {} at byte {} of {}", error_text(error), error_at, text));
  pcre2_jit_compile(pattern->code.get(), PCRE2_JIT_COMPLETE);
  pattern->limits.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(pattern->limits.get(), match_limit);
  return PhraseMatcher(std::move(pattern));
}

std::vector<PhraseMatch> PhraseMatcher::find_all(std::string_view text) const {
  std::vector<PhraseMatch> matches;
  if (!pattern_->code) return matches;
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
      pcre2_match_data_create_from_pattern(pattern_->code.get(), nullptr), pcre2_match_data_free);
  std::size_t at = 0;
  while (at < text.size()) {
    const int found =
        pcre2_match(pattern_->code.get(), bytes_of(text), text.size(), at, 0, match.get(), pattern_->limits.get());
    if (found == PCRE2_ERROR_NOMATCH) break;
    if (found < 0) throw std::runtime_error("phrase search: " + error_text(found));
    const PCRE2_SIZE* range = pcre2_get_ovector_pointer(match.get());
    const std::string_view mark = reinterpret_cast<const char*>(pcre2_get_mark(match.get()));
    std::size_t phrase = 0;
    std::from_chars(mark.data(), mark.data() + mark.size(), phrase);
    matches.push_back({.range = {range[0], range[1]}, .phrase = phrase});
    at = range[1];
  }
  return matches;
}

}  // namespace converge::content
