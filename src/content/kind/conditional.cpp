// conditional — where the first stands, the second must have stood before: an abbreviation and its explanation.
#include "content/kind.hpp"

#include <algorithm>
#include <set>

namespace converge::content::kind {
namespace {

struct Conditional {
  RuleFile rule;
  Pattern first;
  Pattern second;
  ExceptionList exceptions;

  void note_explained(std::string_view text, std::set<std::string, std::less<>>& explained,
                      PatternScratch& scratch) const {
    std::size_t at = 0;
    while (const auto match = second.find_groups(text, at, scratch)) {
      for (std::size_t group = 1; group < match->groups.size(); ++group) {
        const auto& range = match->groups[group];
        if (range && range->size() > 0) explained.emplace(text.substr(range->begin, range->size()));
      }
      at = match->range.size() > 0 ? match->range.end : next_character(text, match->range.end);
      if (at > text.size()) return;
    }
  }

  void check(const KindInput& input, std::vector<KindHit>& hits) const {
    std::set<std::string, std::less<>> explained;
    for (std::size_t i = 0; i < input.passages.size(); ++i) {
      const std::string_view text = input.passages[i].text;
      if (second.has_groups()) {
        note_explained(text, explained, input.scratch);
      } else if (second.matches(text, input.scratch)) {
        continue;
      }
      for (const TextRange range : first.find_all(text, input.scratch)) {
        const std::string_view match = text.substr(range.begin, range.size());
        if (explained.contains(match) || exceptions.matches(match, input.scratch) ||
            exceptions.covers(text, range, input.scratch))
          continue;
        hits.push_back(make_kind_hit(rule, i, range, match, input.scratch));
      }
    }
  }
};

Result<KindRule> compile_conditional(const RuleFile& rule, KindSetup& setup) {
  Conditional made{.rule = rule, .first = {}, .second = {}, .exceptions = {}};
  const auto letters = rule.flag("ignorecase") ? PatternCase::ignored : PatternCase::exact;
  auto first = Pattern::compile(rule.text("first"), letters);
  auto second = Pattern::compile(rule.text("second"), letters);
  if (!first) return rule.complain("first: " + first.error().message);
  if (!second) return rule.complain("second: " + second.error().message);
  made.first = std::move(*first);
  made.second = std::move(*second);
  TRY(made.exceptions, compile_exceptions(rule, setup, rule.flag("vocab", true)));
  return KindRule{.sees_every_passage = true,
                  .check = [made = std::move(made)](const KindInput& input, std::vector<KindHit>& hits) {
                    made.check(input, hits);
                  }};
}

}  // namespace

RuleKind conditional() {
  return {.name = "conditional",
          .keys = {{"first", RuleKeyKind::text, true},
                   {"second", RuleKeyKind::text, true},
                   {"exceptions", RuleKeyKind::texts},
                   {"ignorecase", RuleKeyKind::flag},
                   {"vocab", RuleKeyKind::flag}},
          .compile = compile_conditional};
}

}  // namespace converge::content::kind
