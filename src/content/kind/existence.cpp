// existence — something stands in the text that should not.
#include "content/kind.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace converge::content::kind {
namespace {

Result<KindRule> compile_existence(const RuleFile& rule, KindSetup& setup) {
  std::vector<std::string> tokens;
  for (const std::string& token : rule.texts("tokens"))
    if (!trim_blanks(token).empty()) tokens.push_back(token);
  const bool nonword = rule.flag("nonword");
  const bool whole_words = !nonword && !tokens.empty();
  if (tokens.empty() && rule.texts("raw").empty()) return KindRule{};
  if (tokens.empty()) tokens.emplace_back();

  const std::string raw = fmt::format("{}", fmt::join(rule.texts("raw"), ""));
  const bool append = rule.flag("append");
  const std::string before = fmt::format("{}(?m){}", append ? "" : raw, whole_words ? setup.word_before : "(?:");
  const std::string after = fmt::format("{}{}", whole_words ? setup.word_after : ")", append ? raw : "");
  const auto letters = rule.flag("ignorecase") ? PatternCase::ignored : PatternCase::exact;
  auto alternatives = Alternatives::compile(tokens, {.before = before, .after = after, .letters = letters}, setup.pool);
  if (!alternatives) return rule.complain(alternatives.error().message);
  TRY(auto exceptions, compile_exceptions(rule, setup, rule.flag("vocab", true) && !nonword));

  return KindRule{.check = [rule, alternatives = std::move(*alternatives), exceptions = std::move(exceptions)](
                               const KindInput& input, std::vector<KindHit>& hits) {
    for (std::size_t i = 0; i < input.passages.size(); ++i) {
      const Passage& passage = input.passages[i];
      alternatives.for_each_match(passage.text, passage.candidates, input.scratch, [&](TextRange range, std::size_t) {
        const std::string_view match = passage.text.substr(range.begin, range.size());
        if (!exceptions.matches(trim_blanks(match), input.scratch))
          hits.push_back(make_kind_hit(rule, i, range, match, input.scratch));
      });
    }
  }};
}

}  // namespace

RuleKind existence() {
  return {.name = "existence",
          .keys = {{"tokens", RuleKeyKind::texts},
                   {"raw", RuleKeyKind::texts},
                   {"exceptions", RuleKeyKind::texts},
                   {"append", RuleKeyKind::flag},
                   {"ignorecase", RuleKeyKind::flag},
                   {"nonword", RuleKeyKind::flag},
                   {"vocab", RuleKeyKind::flag}},
          .compile = compile_existence};
}

}  // namespace converge::content::kind
