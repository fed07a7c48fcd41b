// metric — a formula over the counts of a document, and the condition under which its result is reported.
#include "content/formula.hpp"
#include "content/kind.hpp"
#include "content/text_measure.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content::kind {
namespace {

constexpr std::string_view block_counts[] = {"pre",        "list",       "blockquote", "heading.h1", "heading.h2",
                                             "heading.h3", "heading.h4", "heading.h5", "heading.h6"};

std::string formula_name(std::string_view count) {
  std::string name(count);
  std::ranges::replace(name, '.', '_');
  return name;
}

std::string respell_headings(std::string formula) {
  for (std::size_t at = formula.find("heading.h"); at != std::string::npos; at = formula.find("heading.h", at))
    formula[at + 7] = '_';
  return formula;
}

FormulaValues make_values(const KindInput& input, const TextMeasure& measure) {
  FormulaValues values{{"words", measure.words},
                       {"sentences", measure.sentences},
                       {"paragraphs", measure.paragraphs - 1},
                       {"characters", measure.characters},
                       {"syllables", measure.syllables},
                       {"long_words", measure.long_words},
                       {"complex_words", measure.complex_words},
                       {"polysyllabic_words", measure.polysyllabic_words}};
  for (const std::string_view count : block_counts) {
    const auto found = input.counts.find(count);
    values[formula_name(count)] = found == input.counts.end() ? 0 : found->second;
  }
  return values;
}

Result<KindRule> compile_metric(const RuleFile& rule, KindSetup&) {
  const std::string formula = respell_headings(rule.text("formula"));
  const std::string condition = rule.text("condition");
  // A name that is not known shows at once, not at the first file.
  const Prose::Counts none;
  PatternScratch scratch;
  const FormulaValues trial = make_values({.passages = {}, .counts = none, .scratch = scratch}, TextMeasure{});
  const auto value = evaluate_formula(formula, trial);
  if (!value) return rule.complain("formula: " + value.error().message);
  const auto verdict = evaluate_formula(fmt::format("(1) {}", condition), trial);
  if (!verdict) return rule.complain("condition: " + verdict.error().message);

  return KindRule{.sees_every_passage = true,
                  .check = [rule, formula, condition](const KindInput& input, std::vector<KindHit>& hits) {
                    for (std::size_t i = 0; i < input.passages.size(); ++i) {
                      const TextMeasure measure = measure_text(input.passages[i].text);
                      if (measure.words == 0) continue;
                      const auto result = evaluate_formula(formula, make_values(input, measure));
                      if (!result) continue;
                      const auto breaks =
                          evaluate_formula(fmt::format("({:f}) {}", *result, condition), make_values(input, measure));
                      if (!breaks || *breaks == 0) continue;
                      const std::string shown = fmt::format("{:.2f}", *result);
                      hits.push_back({.passage = i,
                                      .range = std::nullopt,
                                      .message = format_rule_message(rule.message, {&shown, 1}),
                                      .replacements = {}});
                    }
                  }};
}

}  // namespace

RuleKind metric() {
  return {.name = "metric",
          .keys = {{"formula", RuleKeyKind::text, true}, {"condition", RuleKeyKind::text, true}},
          .compile = compile_metric,
          .default_scope = "summary"};
}

}  // namespace converge::content::kind
