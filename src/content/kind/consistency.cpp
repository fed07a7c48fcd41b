// consistency — two spellings of one thing, both used in one file.
#include "content/kind.hpp"

#include <fmt/format.h>

namespace converge::content::kind {
namespace {

Result<KindRule> compile_consistency(const RuleFile& rule, KindSetup& setup) {
  const bool nonword = rule.flag("nonword");
  const std::string before = fmt::format("(?m){}", nonword ? "(?:" : setup.word_before);
  const auto letters = rule.flag("ignorecase") ? PatternCase::ignored : PatternCase::exact;
  std::vector<Alternatives> choices;
  for (const auto& [one, other] : rule.pairs("either")) {
    const std::vector<std::string> patterns{one, other};
    auto choice = Alternatives::compile(
        patterns, {.before = before, .after = nonword ? ")" : setup.word_after, .letters = letters}, setup.pool);
    if (!choice) return rule.complain(choice.error().message);
    choices.push_back(std::move(*choice));
  }
  return KindRule{.check = [rule, choices = std::move(choices)](const KindInput& input, std::vector<KindHit>& hits) {
    for (const Alternatives& choice : choices) {
      bool seen[2] = {false, false};
      for (std::size_t i = 0; i < input.passages.size(); ++i) {
        const Passage& passage = input.passages[i];
        std::optional<TextRange> last;
        choice.for_each_match(passage.text, passage.candidates, input.scratch, [&](TextRange range, std::size_t index) {
          seen[index] = true;
          last = range;
        });
        if (!last || !seen[0] || !seen[1]) continue;
        hits.push_back(make_kind_hit(rule, i, *last, passage.text.substr(last->begin, last->size()), input.scratch));
      }
    }
  }};
}

}  // namespace

RuleKind consistency() {
  return {
      .name = "consistency",
      .keys = {{"either", RuleKeyKind::pairs, true}, {"nonword", RuleKeyKind::flag}, {"ignorecase", RuleKeyKind::flag}},
      .compile = compile_consistency};
}

}  // namespace converge::content::kind
