// substitution — one thing is written where another is meant.
#include "content/kind.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>

namespace converge::content::kind {
namespace {

// The texts between unescaped bars.
std::vector<std::string> split_options(std::string_view text) {
  std::vector<std::string> options{""};
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '|') {
      options.back() += text[++at];
    } else if (text[at] == '|') {
      options.emplace_back();
    } else {
      options.back() += text[at];
    }
  }
  std::erase(options, "");
  return options;
}

bool refers_to_group(std::string_view replacement) {
  const std::size_t at = replacement.find('$');
  return at != std::string_view::npos && at + 1 < replacement.size() && u_isdigit(replacement[at + 1]);
}

// Letters, digits, blanks and hyphens only: a text that means itself.
bool is_phrase(std::string_view text) {
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, static_cast<std::int32_t>(text.size()), c);
    if (!u_isalpha(c) && !u_isdigit(c) && c != ' ' && c != '-') return false;
  }
  return true;
}

// A quoted "%s" that is filled with quoted words must not be quoted twice.
std::string unquote_first(std::string message) {
  for (const std::string_view quoted : {"'%s'", "\"%s\""}) {
    const std::size_t first = message.find(quoted);
    if (first == std::string::npos) continue;
    const std::size_t second = message.find(quoted, first + quoted.size());
    if (second == std::string::npos || message.find(quoted, second + quoted.size()) != std::string::npos) continue;
    message.replace(first, quoted.size(), "%s");
  }
  return message;
}

struct Swap {
  std::string observed;  // a pattern
  std::string expected;
  Pattern pattern;   // of `observed`, where `expected` refers to its groups
  Pattern accepted;  // of `expected`, where it is a pattern for what is right
  bool expects_pattern = false;
};

struct Substitution {
  RuleFile rule;
  std::vector<Swap> swaps;
  Alternatives alternatives;
  ExceptionList exceptions;

  std::optional<KindHit> judge(const Swap& swap, std::size_t passage, TextRange range, std::string_view observed,
                               PatternScratch& scratch) const {
    const bool capitalize = rule.flag("capitalize") && observed == capitalize_first(observed);
    std::string expected = capitalize ? capitalize_first(swap.expected) : swap.expected;
    if (refers_to_group(expected)) expected = swap.pattern.substitute(observed, expected, scratch);

    const bool replaces = rule.action.name == "replace";
    std::vector<std::string> options = split_options(expected);
    const bool is_right =
        replaces ? std::ranges::find(options, observed) != options.end()
                 : observed == expected || (swap.expects_pattern && swap.accepted.matches(observed, scratch));
    if (is_right || exceptions.matches(observed, scratch)) return std::nullopt;

    KindHit hit{.passage = passage, .range = range, .message = {}, .replacements = {}};
    std::string message = rule.message;
    if (replaces && rule.action.params.empty()) {
      if (capitalize)
        for (std::string& option : options) option = capitalize_first(option);
      expected = join_quoted(options);
      message = unquote_first(std::move(message));
      hit.replacements = std::move(options);
    } else {
      hit.replacements = replaces ? rule.action.params : std::vector<std::string>{expected};
      if (swap.expects_pattern && !replaces) hit.replacements.clear();
    }
    hit.has_replacement = !hit.replacements.empty();
    const std::string words[] = {expected, std::string(observed)};
    hit.message = format_rule_message(message, words);
    return hit;
  }
};

Result<KindRule> compile_substitution(const RuleFile& rule, KindSetup& setup) {
  Substitution made{.rule = rule, .swaps = {}, .alternatives = {}, .exceptions = {}};
  const auto letters = rule.flag("ignorecase") ? PatternCase::ignored : PatternCase::exact;
  for (const auto& [observed, expected] : rule.pairs("swap"))
    made.swaps.push_back({.observed = observed, .expected = expected, .pattern = {}, .accepted = {}});
  std::ranges::stable_sort(made.swaps, std::greater<>{}, [](const Swap& swap) { return swap.observed.size(); });
  std::vector<std::string> patterns;
  for (Swap& swap : made.swaps) {
    patterns.push_back(swap.observed);
    if (refers_to_group(swap.expected)) {
      auto pattern = Pattern::compile(swap.observed, letters);
      if (!pattern) return rule.complain(fmt::format("'{}': {}", swap.observed, pattern.error().message));
      swap.pattern = std::move(*pattern);
    }
    auto accepted = is_phrase(swap.expected) ? Result<Pattern>(Pattern())
                                             : Pattern::compile(fmt::format("^(?:{})$", swap.expected));
    swap.expects_pattern = !is_phrase(swap.expected) && accepted.has_value();
    if (accepted) swap.accepted = std::move(*accepted);
  }
  const bool nonword = rule.flag("nonword");
  const std::string before = fmt::format("(?m){}", nonword ? "(?:" : setup.word_before);
  auto alternatives = Alternatives::compile(
      patterns, {.before = before, .after = nonword ? ")" : setup.word_after, .letters = letters}, setup.pool);
  if (!alternatives) return rule.complain(alternatives.error().message);
  made.alternatives = std::move(*alternatives);
  TRY(made.exceptions, compile_exceptions(rule, setup, rule.flag("vocab", true)));

  return KindRule{.check = [made = std::move(made)](const KindInput& input, std::vector<KindHit>& hits) {
    for (std::size_t i = 0; i < input.passages.size(); ++i) {
      const Passage& passage = input.passages[i];
      made.alternatives.for_each_match(
          passage.text, passage.candidates, input.scratch, [&](TextRange range, std::size_t index) {
            auto hit =
                made.judge(made.swaps[index], i, range, passage.text.substr(range.begin, range.size()), input.scratch);
            if (hit) hits.push_back(std::move(*hit));
          });
    }
  }};
}

}  // namespace

RuleKind substitution() {
  return {.name = "substitution",
          .keys = {{"swap", RuleKeyKind::pairs, true},
                   {"exceptions", RuleKeyKind::texts},
                   {"ignorecase", RuleKeyKind::flag},
                   {"nonword", RuleKeyKind::flag},
                   {"vocab", RuleKeyKind::flag},
                   {"capitalize", RuleKeyKind::flag},
                   {"pos", RuleKeyKind::text}},
          .compile = compile_substitution};
}

}  // namespace converge::content::kind
