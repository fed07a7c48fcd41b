#include "surface/report.hpp"
#include "surface/report_words.hpp"

#include <fmt/ranges.h>
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
                    {"version", line.version ? Json(*line.version) : Json(nullptr)},
                    {"algorithm", line.algorithm},
                    {"verdict", enum_text(d.verdict)},
                    {"at", render_instant(d.decided_at)},
                    {"reason", d.reason},
                    {"score", number_or_null(d.score)},
                    {"interval", JsonArray{number_or_null(d.interval_low), number_or_null(d.interval_high)}},
                    {"rows", d.rows},
                    {"attempts", d.attempts}};
}

JsonArray render_champions(const ModelReport& model) {
  JsonArray champions;
  for (const ChampionLine& line : model.champions)
    champions.push_back(JsonObject{{"version", line.version},
                                   {"algorithm", line.algorithm},
                                   {"at", render_instant(line.alias.set_at)},
                                   {"actor", line.alias.actor},
                                   {"reason", line.alias.reason}});
  return champions;
}

JsonObject render_one_role(const RoleReport& role) {
  return {{"predictions", role.predictions},
          {"abstentions", role.abstentions},
          {"rows", static_cast<std::int64_t>(role.scored.label.size())},
          {"auc", number_or_null(role.scores.auc)},
          {"log_loss", number_or_null(role.scores.log_loss)},
          {"base_log_loss", number_or_null(role.scores.base_log_loss)},
          {"hit_rate", number_or_null(role.scores.hit_rate)},
          {"ic", number_or_null(role.scores.ic)}};
}

JsonObject render_backtest(const BacktestRow& row) {
  return {{"from_at", render_instant(row.from_at)},
          {"to_at", render_instant(row.to_at)},
          {"params", parsed(row.params)},
          {"signal", parsed(row.metrics)},
          {"buy_and_hold", parsed(row.buy_and_hold)}};
}

// The figures of the leading role stand at the top, those of each role below "roles".
JsonObject render_metrics(const ModelReport& model) {
  const RoleReport* leading = find_leading_role(model);
  JsonObject metrics = render_one_role(leading == nullptr ? RoleReport{.scores = compute_scores({})} : *leading);
  metrics["role"] = leading == nullptr ? Json(nullptr) : Json(enum_text(leading->role));
  metrics["champion"] = !model.champions.empty();
  metrics["champions"] = render_champions(model);
  JsonObject roles;
  for (const RoleReport& role : model.roles) roles[enum_text(role.role)] = render_one_role(role);
  metrics["roles"] = std::move(roles);
  JsonObject trials;
  for (const auto& [kind, count] : model.trials) trials[kind] = count;
  metrics["trials"] = std::move(trials);
  metrics["backtest"] = model.backtest ? Json(render_backtest(model.backtest->row)) : Json(nullptr);
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
  for (const StageLine& line : report.stages) {
    JsonObject sums;
    for (const auto& [name, sum] : line.counts) sums[name] = sum;
    stages[line.stage] = sums;
  }
  return stages;
}

JsonArray render_published(const Report& report, bool sent) {
  JsonArray lines;
  for (const PublishedLine& line : report.published)
    if (is_sent(line) == sent)
      lines.push_back(JsonObject{{"target", line.target},
                                 {"destination", line.destination},
                                 {"state", line.state},
                                 {"title", line.title},
                                 {"subject", line.subject},
                                 {"error", line.error.empty() ? Json(nullptr) : Json(line.error.c_str())}});
  return lines;
}

// Decisions of all models with this verdict.
JsonArray render_decisions(const Report& report, std::string_view verdict) {
  JsonArray decisions;
  for (const ModelReport& model : report.models)
    for (const DecisionLine& line : model.decisions)
      if (enum_text(line.decision.verdict) == verdict) decisions.push_back(render_decision(model, line));
  return decisions;
}

JsonArray render_headlines(const Report& report) {
  JsonArray lines;
  for (const Headline& line : compose_headlines(report))
    lines.push_back(
        Json(fmt::format("{}{}{}", line.text, line.items.empty() ? "" : " ", fmt::join(line.items, "; ")).c_str()));
  return lines;
}

}  // namespace

Json render_report_json(const Report& report) {
  JsonArray findings;
  for (const FindingRow& finding : report.findings) findings.push_back(render_finding(finding));
  JsonArray proposals;
  for (const ProposalRow& proposal : report.proposals) proposals.push_back(render_proposal(proposal));
  JsonObject metrics;
  for (const ModelReport& model : report.models) metrics[model.model] = render_metrics(model);
  return JsonObject{{"from", render_instant(report.from)},
                    {"to", render_instant(report.to)},
                    {"server", report.server},
                    {"headlines", render_headlines(report)},
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
                    {"promotions", render_decisions(report, "promoted")},
                    {"refusals", render_decisions(report, "refused")},
                    {"insufficient_evidence", render_decisions(report, "insufficient_evidence")},
                    {"docs_dir", report.docs_dir},
                    {"published", render_published(report, true)},
                    {"unsent", render_published(report, false)},
                    {"blocked", report.blocked},
                    {"metrics", std::move(metrics)}};
}

}  // namespace converge::surface
