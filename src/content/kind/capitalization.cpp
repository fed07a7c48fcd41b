// capitalization — a passage in another case than its kind should have: $title, $sentence, $lower, $upper, or a pattern.
#include "content/kind.hpp"
#include "content/letter_case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::content::kind {
namespace {

struct Judgement {
  bool is_right = true;
  std::string expected;
};

struct Capitalization {
  RuleFile rule;
  CaseStyle style;
  Pattern match;  // where `match` is no style
  Pattern words;  // the exceptions first, then words
  ExceptionList exceptions;
  double threshold = 0.8;
  bool has_exceptions = false;

  // The share of words that stand as they should; a style allows some others.
  Judgement judge_words(std::string_view text, std::string expected, bool is_title, PatternScratch& scratch) const {
    const auto expected_words = words.find_all(expected, scratch);
    std::size_t right = 0;
    std::size_t index = 0;
    for (const TextRange range : words.find_all(text, scratch)) {
      const std::string_view word = text.substr(range.begin, range.size());
      const bool is_beyond = index >= expected_words.size();
      const bool is_expected = !is_beyond && word == std::string_view(expected).substr(expected_words[index].begin,
                                                                                       expected_words[index].size());
      // AP writes "To" before a verb and "to" before a noun, which only a tagger can tell.
      const bool is_open = is_title && to_lower(word) == "to";
      const bool is_excepted = is_open || (has_exceptions && exceptions.matches(word, scratch));
      if (is_beyond || is_expected || is_excepted || (is_title && word == to_upper(word))) {
        ++right;
      } else if (!is_title && index == 0 && !begins_capitalized(word)) {
        return {.is_right = false, .expected = std::move(expected)};
      }
      ++index;
    }
    const bool is_right = index == 0 || static_cast<double>(right) / static_cast<double>(index) >= threshold;
    return {.is_right = is_right, .expected = std::move(expected)};
  }

  static bool begins_capitalized(std::string_view word) {
    const std::string lowered = to_lower(word);
    return word == capitalize_first(lowered);
  }

  Judgement judge(std::string_view text, PatternScratch& scratch) const {
    const std::string& wanted = rule.text("match");
    const bool is_excepted = has_exceptions && exceptions.matches(text, scratch);
    if (wanted == "$title") return judge_words(text, style.to_title_case(text, scratch), true, scratch);
    if (wanted == "$sentence") return judge_words(text, style.to_sentence_case(text, scratch), false, scratch);
    if (wanted == "$lower") return {.is_right = is_excepted || text == to_lower(text), .expected = to_lower(text)};
    if (wanted == "$upper") return {.is_right = is_excepted || text == to_upper(text), .expected = to_upper(text)};
    return {.is_right = is_excepted || match.matches(text, scratch), .expected = wanted};
  }

  void check(const KindInput& input, std::vector<KindHit>& hits) const {
    for (std::size_t i = 0; i < input.passages.size(); ++i) {
      const std::string_view text = input.passages[i].text;
      if (trim_blanks(text).empty()) continue;
      const Judgement judgement = judge(text, input.scratch);
      if (judgement.is_right) continue;
      const std::string found[] = {std::string(text), judgement.expected};
      KindHit hit{.passage = i,
                  .range = TextRange{0, text.size()},
                  .message = format_rule_message(rule.message, found),
                  .replacements = {}};
      if (rule.action.name == "replace") {
        const bool is_style = rule.text("match") == "$title" || rule.text("match") == "$sentence";
        hit.replacements = rule.action.params;
        if (hit.replacements.empty() && is_style) hit.replacements = {judgement.expected};
        hit.has_replacement = !hit.replacements.empty();
      }
      hits.push_back(std::move(hit));
    }
  }
};

Result<KindRule> compile_capitalization(const RuleFile& rule, KindSetup& setup) {
  Capitalization made{.rule = rule, .style = {}, .match = {}, .words = {}, .exceptions = {}};
  const bool with_vocabulary = rule.flag("vocab", true);
  TRY(made.exceptions, compile_exceptions(rule, setup, with_vocabulary));
  std::vector<std::string> terms = rule.texts("exceptions");
  if (with_vocabulary) terms.insert(terms.end(), setup.vocabulary.accepted.begin(), setup.vocabulary.accepted.end());
  made.has_exceptions = !terms.empty();
  std::ranges::stable_sort(terms, std::greater<>{}, &std::string::size);

  std::string words = "[\\p{N}\\p{L}*]+[^\\s]*";
  if (made.has_exceptions) words = fmt::format("(?m)\\b(?:{})\\b|{}", fmt::join(terms, "|"), words);
  auto word_pattern = Pattern::compile(words);
  if (!word_pattern) return rule.complain("exceptions: " + word_pattern.error().message);
  made.words = std::move(*word_pattern);

  const double threshold = rule.number("threshold");
  if (threshold != 0) made.threshold = threshold;
  auto style = CaseStyle::compile({.exceptions = std::move(terms),
                                   .indicators = rule.texts("indicators"),
                                   .prefix = rule.text("prefix"),
                                   .chicago = rule.text("style") == "Chicago"});
  if (!style) return rule.complain(style.error().message);
  made.style = std::move(*style);
  if (!rule.text("match").starts_with('$')) {
    auto match = Pattern::compile(rule.text("match"));
    if (!match) return rule.complain("match: " + match.error().message);
    made.match = std::move(*match);
  }
  return KindRule{.sees_every_passage = true,
                  .check = [made = std::move(made)](const KindInput& input, std::vector<KindHit>& hits) {
                    made.check(input, hits);
                  }};
}

}  // namespace

RuleKind capitalization() {
  return {.name = "capitalization",
          .keys = {{"match", RuleKeyKind::text, true},
                   {"style", RuleKeyKind::text},
                   {"exceptions", RuleKeyKind::texts},
                   {"indicators", RuleKeyKind::texts},
                   {"threshold", RuleKeyKind::number},
                   {"vocab", RuleKeyKind::flag},
                   {"prefix", RuleKeyKind::text}},
          .compile = compile_capitalization};
}

}  // namespace converge::content::kind
