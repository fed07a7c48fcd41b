// readability — the mean of one or more school grades that a document asks of its reader.
#include "content/kind.hpp"
#include "content/text_measure.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace converge::content::kind {
namespace {

struct GradeFormula {
  std::string_view name;
  double (TextMeasure::*compute)() const;
};
constexpr std::array<GradeFormula, 5> grade_formulas{{{"Flesch-Kincaid", &TextMeasure::flesch_kincaid},
                                                      {"Gunning Fog", &TextMeasure::gunning_fog},
                                                      {"SMOG", &TextMeasure::smog},
                                                      {"Coleman-Liau", &TextMeasure::coleman_liau},
                                                      {"Automated Readability", &TextMeasure::automated_readability}}};

Result<KindRule> compile_readability(const RuleFile& rule, KindSetup&) {
  std::vector<GradeFormula> formulas;
  for (const std::string& metric : rule.texts("metrics")) {
    const auto* found = std::ranges::find(grade_formulas, metric, &GradeFormula::name);
    if (found == grade_formulas.end())
      return rule.complain(fmt::format("'{}' is not a readability metric that is known here", metric));
    formulas.push_back(*found);
  }
  if (formulas.empty()) return rule.complain("'metrics' names none");
  return KindRule{.sees_every_passage = true,
                  .check = [rule, formulas](const KindInput& input, std::vector<KindHit>& hits) {
                    for (std::size_t i = 0; i < input.passages.size(); ++i) {
                      const TextMeasure measure = measure_text(input.passages[i].text);
                      if (measure.words == 0) continue;
                      double sum = 0;
                      for (const GradeFormula& formula : formulas) sum += (measure.*formula.compute)();
                      const double grade = sum / static_cast<double>(formulas.size());
                      if (grade <= rule.number("grade")) continue;
                      const std::string shown = fmt::format("{:.2f}", grade);
                      hits.push_back({.passage = i,
                                      .range = std::nullopt,
                                      .message = format_rule_message(rule.message, {&shown, 1}),
                                      .replacements = {}});
                    }
                  }};
}

}  // namespace

RuleKind readability() {
  return {.name = "readability",
          .keys = {{"metrics", RuleKeyKind::texts, true}, {"grade", RuleKeyKind::number, true}},
          .compile = compile_readability,
          .default_scope = "summary"};
}

}  // namespace converge::content::kind
