// oxford_comma — the comma before the last item of a list: always, or never.
//
// What is a list cannot be known from commas alone. Items of up to three words count, and a single comma only where the
// sentence does not begin as an aside does ("In March, models and gates ..."). So every fix is a suggestion.
#include "content/letter_case.hpp"
#include "content/rules.hpp"
#include "content/segment.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace converge::content::rule {
namespace {

constexpr std::size_t item_words_max = 3;

constexpr std::array<std::string_view, 42> aside_openers{
    "after", "although", "and",    "as",    "at",    "because", "before", "besides", "but",    "by",        "during",
    "even",  "first",    "for",    "from",  "here",  "however", "if",     "in",      "later",  "like",      "next",
    "now",   "of",       "on",     "once",  "since", "so",      "still",  "then",    "there",  "therefore", "though",
    "to",    "today",    "unless", "until", "when",  "where",   "while",  "with",    "without"};
// A part that begins so is a clause, not an item.
constexpr std::array<std::string_view, 12> clause_openers{"which", "who",     "whose",  "where", "when", "but",
                                                          "so",    "because", "though", "that",  "it",   "as"};

struct SentencePart {
  std::vector<TextRange> words;  // between two commas
};

std::vector<SentencePart> read_parts(std::string_view text, TextRange sentence) {
  std::vector<SentencePart> parts(1);
  std::size_t behind = sentence.begin;
  for (TextRange word : find_words(text.substr(sentence.begin, sentence.size()))) {
    word = {word.begin + sentence.begin, word.end + sentence.begin};
    const std::string_view gap = text.substr(behind, word.begin - behind);
    if (gap.find(',') != std::string_view::npos) parts.emplace_back();
    // Brackets, colons and quotes begin anew: what came before is no item.
    if (gap.find_first_of(":;()\"*") != std::string_view::npos) parts.assign(1, {});
    parts.back().words.push_back(word);
    behind = word.end;
  }
  return parts;
}

bool is_conjunction(std::string_view word) {
  return word == "and" || word == "or";
}

// Where the list's "and" stands among the words of a part; npos when none does.
std::size_t find_conjunction(std::string_view text, const std::vector<TextRange>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_conjunction(text.substr(words[i].begin, words[i].size()))) return i;
  }
  return std::string_view::npos;
}

bool begins_with(std::string_view text, const SentencePart& part, std::span<const std::string_view> openers) {
  if (part.words.empty()) return false;
  const TextRange first = part.words.front();
  return std::ranges::find(openers, to_lower(text.substr(first.begin, first.size()))) != openers.end();
}

// Whether the parts before part `last` are items of a list that ends in it.
bool are_items(std::string_view text, const std::vector<SentencePart>& parts, std::size_t last) {
  std::size_t items = 0;
  for (std::size_t i = last; i-- > 1;) {
    const bool is_item = parts[i].words.size() <= item_words_max && !begins_with(text, parts[i], clause_openers) &&
                         find_conjunction(text, parts[i].words) == std::string_view::npos;
    if (!is_item) break;
    ++items;
  }
  if (items > 0) return true;
  return last == 1 && parts[0].words.size() <= item_words_max + 2 && !begins_with(text, parts[0], aside_openers);
}

// "A, B and C" lacks one, between "B" and "and".
std::optional<TextRange> find_missing(std::string_view text, const std::vector<SentencePart>& parts, std::size_t i) {
  const std::vector<TextRange>& words = parts[i].words;
  const std::size_t at = find_conjunction(text, words);
  if (at == std::string_view::npos || at == 0 || at > item_words_max || at + 1 == words.size()) return std::nullopt;
  if (begins_with(text, parts[i], clause_openers) || !are_items(text, parts, i)) return std::nullopt;
  return TextRange{words[at - 1].end, words[at].begin};
}

// "A, B, and C" has one, before "and".
std::optional<TextRange> find_present(std::string_view text, const std::vector<SentencePart>& parts, std::size_t i) {
  const std::vector<TextRange>& words = parts[i].words;
  if (i < 2 || find_conjunction(text, words) != 0 || words.size() < 2) return std::nullopt;
  const bool short_before =
      parts[i - 1].words.size() <= item_words_max && !begins_with(text, parts[i - 1], clause_openers);
  if (i == 2 && begins_with(text, parts[0], aside_openers)) return std::nullopt;
  if (!short_before || words.size() > item_words_max + 1) return std::nullopt;
  return TextRange{parts[i - 1].words.back().end, words.front().begin};
}

struct CommaUse {
  std::string_view name;
  std::optional<TextRange> (*find)(std::string_view, const std::vector<SentencePart>&, std::size_t);
  std::string_view replacement;
  std::string_view message;
  std::string_view advice;
};
constexpr CommaUse uses[] = {
    {"always", find_missing, ", ", "list without a comma before its last item; write one",
     "A list of three or more items has a comma before its last item: `a, b, and c`."},
    {"never", find_present, " ", "comma before the last item of a list; leave it out",
     "A list has no comma before its last item: `a, b and c`."},
};
const CommaUse& require_use(const RuleSetting& setting) {
  return *std::ranges::find(uses, setting.word("use"), &CommaUse::name);
}

void check_block(const ProseBlock& block, const CommaUse& use, std::vector<RuleHit>& hits) {
  for (const TextRange sentence : find_sentences(block.text)) {
    const std::vector<SentencePart> parts = read_parts(block.text, sentence);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto place = use.find(block.text, parts, i);
      if (!place) continue;
      std::optional<LintFix> fix;
      if (block.maps_whole(*place))
        fix = LintFix{.range = block.source_of(*place),
                      .replacement = std::string(use.replacement),
                      .safety = FixSafety::suggest};
      hits.push_back({.range = block.source_of(*place), .message = std::string(use.message), .fix = std::move(fix)});
    }
  }
}

Result<RuleCheck> compile_oxford_comma(const RuleSetting& setting) {
  return RuleCheck([use = require_use(setting)](const Prose& prose, std::vector<RuleHit>& hits) {
    for (const ProseBlock& block : prose.blocks) check_block(block, use, hits);
  });
}

std::string render_oxford_comma(const RuleSetting& setting) {
  return std::string(require_use(setting).advice);
}

}  // namespace

StyleRule oxford_comma() {
  return {.name = "oxford_comma",
          .settings = {{.name = "use", .kind = SettingKind::word, .required = true, .words = {"always", "never"}}},
          .compile = compile_oxford_comma,
          .render_advice = render_oxford_comma};
}

}  // namespace converge::content::rule
