#include "surface/report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>

namespace converge::surface {
namespace {

Json number_or_null(double value) {
  return std::isnan(value) ? Json(nullptr) : Json(value);
}

Json number_or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json parsed(const std::string& canonical) {
  return parse_json(canonical).value_or(Json(nullptr));
}

Json render_finding(const FindingRow& finding) {
  return JsonObject{{"id", finding.id},
                    {"kind", finding.kind},
                    {"subject", finding.subject},
                    {"severity", enum_text(finding.severity)},
                    {"at", render_instant(finding.opened_at)},
                    {"last_seen_at", render_instant(finding.last_seen_at)},
                    {"seen", finding.seen},
                    {"status", enum_text(finding.status)},
                    {"evidence", parsed(finding.evidence)}};
}

Json render_proposal(const ProposalRow& proposal) {
  return JsonObject{{"id", proposal.id},
                    {"finding_id", proposal.finding_id},
                    {"action", enum_text(proposal.action)},
                    {"subject", proposal.subject},
                    {"status", enum_text(proposal.status)},
                    {"at", render_instant(proposal.proposed_at)},
                    {"decided_by", proposal.decided_by.value_or("")},
                    {"reason", proposal.decision_reason.value_or("")}};
}

Json render_decision(const ModelReport& model, const DecisionLine& line) {
  const GateDecisionRow& d = line.decision;
  return JsonObject{{"model", model.model},
                    {"version", line.version.version},
                    {"algorithm", enum_text(line.version.algorithm)},
                    {"at", render_instant(d.decided_at)},
                    {"reason", d.reason},
                    {"score", number_or_null(d.score)},
                    {"interval", JsonArray{number_or_null(d.interval_low), number_or_null(d.interval_high)}},
                    {"rows", d.rows},
                    {"attempts", d.attempts}};
}

Json render_metrics(const ModelReport& model) {
  JsonObject trials;
  for (const auto& [kind, count] : model.trials) trials[kind] = count;
  JsonObject metrics{{"champion", model.has_champion},
                     {"shadow", model.shadow},
                     {"rows", static_cast<std::int64_t>(model.scored.label.size())},
                     {"auc", number_or_null(model.auc)},
                     {"log_loss", number_or_null(model.log_loss)},
                     {"base_log_loss", number_or_null(model.base_log_loss)},
                     {"hit_rate", number_or_null(model.hit_rate)},
                     {"ic", number_or_null(model.ic)},
                     {"trials", trials}};
  if (model.backtest) {
    metrics["backtest"] = parsed(model.backtest->metrics);
    metrics["buy_and_hold"] = parsed(model.backtest->buy_and_hold);
  }
  return metrics;
}

JsonObject render_years(const Report& report) {
  JsonObject years;
  for (const auto& [year, kinds] : count_findings_by_year(report)) {
    JsonObject counts;
    for (const auto& [kind, count] : kinds) counts[kind] = count;
    years[std::to_string(year)] = counts;
  }
  return years;
}

JsonObject render_stages(const Report& report) {
  JsonObject stages;
  for (const auto& [stage, counts] : report.stages) {
    JsonObject sums;
    for (const auto& [name, sum] : counts) sums[name] = sum;
    stages[stage] = sums;
  }
  return stages;
}

}  // namespace

Json render_report_json(const Report& report) {
  JsonArray findings;
  for (const FindingRow& finding : report.findings) findings.push_back(render_finding(finding));
  JsonArray proposals;
  for (const ProposalRow& proposal : report.proposals) proposals.push_back(render_proposal(proposal));
  JsonArray promotions;
  JsonArray refusals;
  JsonObject metrics;
  for (const ModelReport& model : report.models) {
    for (const DecisionLine& line : model.decisions)
      (line.decision.verdict == GateDecisionVerdict::promoted ? promotions : refusals)
          .push_back(render_decision(model, line));
    metrics[model.model] = render_metrics(model);
  }
  JsonArray published;
  for (const PublishedLine& line : report.published)
    published.push_back(JsonObject{{"target", line.target},
                                   {"destination", line.destination},
                                   {"state", line.state},
                                   {"title", line.title},
                                   {"subject", line.subject}});
  return JsonObject{{"from", render_instant(report.from)},
                    {"to", render_instant(report.to)},
                    {"server", report.server},
                    {"ticks", report.ticks},
                    {"bars", report.bars},
                    {"synthetic_opens", report.synthetic_opens},
                    {"corrections", report.corrections},
                    {"predictions", report.predictions},
                    {"outcomes", report.outcomes},
                    {"feedback", report.feedback},
                    {"stages", render_stages(report)},
                    {"findings", std::move(findings)},
                    {"findings_by_year", render_years(report)},
                    {"proposals", std::move(proposals)},
                    {"retrains", report.retrains},
                    {"promotions", std::move(promotions)},
                    {"refusals", std::move(refusals)},
                    {"published", std::move(published)},
                    {"blocked", report.blocked},
                    {"metrics", std::move(metrics)}};
}

}  // namespace converge::surface
