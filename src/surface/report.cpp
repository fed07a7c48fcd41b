#include "surface/report.hpp"

#include "model/metrics.hpp"

#include <limits>

namespace converge::surface {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? undefined : sum / static_cast<double>(values.size());
}

}  // namespace

Scores compute_scores(const ScoredSeries& scored) {
  Scores scores{undefined, mean(scored.log_loss), mean(scored.base_log_loss), undefined, undefined};
  if (scored.label.empty()) return scores;
  scores.hit_rate = model::compute_hit_rate(scored.label, scored.score);
  scores.auc = model::compute_auc(scored.label, scored.score).value_or(undefined);
  scores.ic = model::compute_ic(scored.score, scored.value).value_or(undefined);
  return scores;
}

std::map<int, std::map<std::string, std::int64_t>> count_findings_by_year(const Report& report) {
  std::map<int, std::map<std::string, std::int64_t>> years;
  for (int year = static_cast<int>(utc_date(report.from).year()); year <= static_cast<int>(utc_date(report.to).year());
       ++year)
    years[year];
  for (const FindingRow& finding : report.findings)
    ++years[static_cast<int>(utc_date(finding.opened_at).year())][finding.kind];
  return years;
}

const RoleReport* find_leading_role(const ModelReport& model) {
  return model.roles.empty() ? nullptr : &model.roles.front();
}

}  // namespace converge::surface
