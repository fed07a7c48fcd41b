#include "surface/report.hpp"
#include "surface/report_words.hpp"

#include <fmt/format.h>
#include <cmath>

namespace converge::surface {
namespace {

std::string day(Instant at) {
  return render_date(utc_date(at));
}

std::string figure(double value, int digits = 3) {
  return std::isnan(value) ? std::string("-") : fmt::format("{:.{}f}", value, digits);
}

std::string render_stages(const Report& report) {
  std::string out = "Stages\n";
  for (const auto& [stage, counts] : report.stages) {
    out += fmt::format("  {:<10}", stage);
    for (const auto& [name, sum] : counts) out += fmt::format(" {} {}", name, sum);
    out += "\n";
  }
  return out;
}

std::string render_decision(const DecisionLine& line) {
  const GateDecisionRow& d = line.decision;
  return fmt::format("    {}  v{:<3} {:<8} {:<8}  {}\n", day(d.decided_at), line.version.version,
                     enum_text(line.version.algorithm), enum_text(d.verdict), d.reason);
}

// Refusals that nothing followed fill pages: the first and the last ones are shown, and where the rest is.
std::string render_decisions(const ModelReport& model) {
  constexpr std::size_t shown_max = 24;
  constexpr std::size_t edge = 4;
  std::string out;
  const std::size_t count = model.decisions.size();
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_promotion = model.decisions[i].decision.verdict == GateDecisionVerdict::promoted;
    const bool is_shown = count <= shown_max || is_promotion || i < edge || i + edge >= count;
    if (is_shown) out += render_decision(model.decisions[i]);
    if (!is_shown && i == edge)
      out += fmt::format("    ... all {} of them: converge model list {}\n", count, model.model);
  }
  return out;
}

std::string render_backtest(const BacktestRow& backtest) {
  std::string out = fmt::format("  backtest of the signal  {:>10} {:>14}\n", "signal", "buy and hold");
  for (const BacktestLine& line : compare_backtest(backtest))
    out += fmt::format("    {:<22}{:>10} {:>14}\n", line.measure, line.signal, line.buy_and_hold);
  return out + "  " + render_backtest_verdict(backtest) + "\n";
}

std::string render_model(const ModelReport& model) {
  std::string out = fmt::format("\nModel {}: {}\n", model.model, model.has_champion ? "has a champion" : "NO CHAMPION");
  if (!model.scored.label.empty())
    out += fmt::format(
        "  {} matured predictions{}: AUC {}, log loss {} against {} for the base rate, hit rate {}, IC {}\n",
        model.scored.label.size(), model.shadow ? " (shadow, never acted on)" : "", figure(model.auc),
        figure(model.log_loss), figure(model.base_log_loss), figure(model.hit_rate), figure(model.ic));
  out += "  trials spent:";
  for (const auto& [kind, count] : model.trials) out += fmt::format(" {} {}", count, kind);
  out += fmt::format("\n  gate: {} attempts\n", model.decisions.size());
  out += render_decisions(model);
  if (model.backtest) out += render_backtest(*model.backtest);
  return out;
}

std::string render_findings(const Report& report) {
  std::string out = "\nFindings by year\n";
  for (const auto& [year, kinds] : count_findings_by_year(report)) {
    out += fmt::format("  {}", year);
    for (const auto& [kind, count] : kinds) out += fmt::format("  {} {}", kind, count);
    out += kinds.empty() ? "  none\n" : "\n";
  }
  for (const FindingRow& finding : report.findings)
    out += fmt::format("  {} to {}  {} {}  {}\n", day(finding.opened_at), day(finding.last_seen_at), finding.kind,
                       finding.subject, render_evidence(finding));
  return out;
}

}  // namespace

std::string render_report_text(const Report& report) {
  std::string out =
      fmt::format("\n{} to {}: {} ticks, {} bars ({} synthetic opens, {} corrections), {}\n\n", day(report.from),
                  day(report.to), report.ticks, report.bars, report.synthetic_opens, report.corrections, report.server);
  out += render_stages(report);
  for (const ModelReport& model : report.models) out += render_model(model);
  out += render_findings(report);
  out += fmt::format("\nPublished: {} files, {} blocked by the style guide\n", report.published.size(), report.blocked);
  return out;
}

}  // namespace converge::surface
