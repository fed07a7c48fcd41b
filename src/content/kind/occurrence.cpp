// occurrence — something stands too often in a passage, or too seldom.
#include "content/kind.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content::kind {
namespace {

// What stands for code: nothing to report a place in.
bool is_guarded(std::string_view match) {
  return match.find_first_not_of('*') == std::string_view::npos;
}

Result<KindRule> compile_occurrence(const RuleFile& rule, KindSetup& setup) {
  const auto letters = rule.flag("ignorecase") ? PatternCase::ignored : PatternCase::exact;
  const std::vector<std::string> patterns{rule.text("token")};
  auto alternatives = Alternatives::compile(patterns, {.before = "(?:", .after = ")", .letters = letters}, setup.pool);
  if (!alternatives) return rule.complain(alternatives.error().message);
  const auto most = static_cast<std::size_t>(std::max(0.0, rule.number("max")));
  const auto least = static_cast<std::size_t>(std::max(0.0, rule.number("min")));

  return KindRule{.sees_every_passage = least > 0,
                  .check = [rule, most, least, alternatives = std::move(*alternatives)](const KindInput& input,
                                                                                        std::vector<KindHit>& hits) {
                    for (std::size_t i = 0; i < input.passages.size(); ++i) {
                      const Passage& passage = input.passages[i];
                      std::vector<TextRange> found;
                      alternatives.for_each_match(passage.text, passage.candidates, input.scratch,
                                                  [&](TextRange range, std::size_t) { found.push_back(range); });
                      const bool breaks = (most > 0 && found.size() > most) || (least > 0 && found.size() < least);
                      if (!breaks) continue;
                      const auto place = std::ranges::find_if(found, [&](TextRange range) {
                        const std::string_view match = passage.text.substr(range.begin, range.size());
                        return !trim_blanks(match).empty() && !is_guarded(match);
                      });
                      if (!found.empty() && place == found.end()) continue;
                      const std::string count = fmt::format("{}", found.size());
                      KindHit hit{.passage = i,
                                  .range = std::nullopt,
                                  .message = format_rule_message(rule.message, {&count, 1}),
                                  .replacements = {}};
                      if (!found.empty()) hit.range = *place;
                      hits.push_back(std::move(hit));
                    }
                  }};
}

}  // namespace

RuleKind occurrence() {
  return {.name = "occurrence",
          .keys = {{"token", RuleKeyKind::text, true},
                   {"max", RuleKeyKind::number},
                   {"min", RuleKeyKind::number},
                   {"ignorecase", RuleKeyKind::flag}},
          .compile = compile_occurrence};
}

}  // namespace converge::content::kind
