#include "surface/report.hpp"
#include "surface/report_words.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::surface {
namespace {

std::string render_headlines(const Report& report) {
  std::string out = "In short\n";
  for (const Headline& line : compose_headlines(report)) {
    out += "  " + line.text + "\n";
    for (const std::string& item : line.items) out += "    " + item + "\n";
  }
  return out;
}

std::string render_stages(const Report& report) {
  std::string out = "\nStages\n";
  for (const StageLine& line : report.stages) {
    out += fmt::format("  {:<10}", line.stage);
    for (const auto& [name, sum] : line.counts) out += fmt::format(" {} {}", name, sum);
    out += "\n";
  }
  return out;
}

std::string render_decision(const DecisionLine& line) {
  const GateDecisionRow& d = line.decision;
  return fmt::format("    {}  {:<4} {:<8} {:<8}  {}\n", render_day(d.decided_at),
                     line.version ? fmt::format("v{}", *line.version) : "-", line.algorithm, enum_text(d.verdict),
                     d.reason);
}

// Refusals that nothing followed fill pages: the first and the last ones are shown, and where the rest is.
std::string render_decisions(const Report& report, const ModelReport& model) {
  constexpr std::size_t shown_max = 24;
  constexpr std::size_t edge = 4;
  std::string out = fmt::format("  gate: {} attempts\n", model.decisions.size());
  const std::size_t count = model.decisions.size();
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_promotion = model.decisions[i].decision.verdict == GateDecisionVerdict::promoted;
    const bool is_shown = count <= shown_max || is_promotion || i < edge || i + edge >= count;
    if (is_shown) out += render_decision(model.decisions[i]);
    if (!is_shown && i == edge)
      out += fmt::format("    ... all {} of them: {}\n", count, render_explain_command(report, model));
  }
  return out;
}

std::string render_champions(const ModelReport& model) {
  if (model.champions.empty()) return "  champions: none. " + render_why_no_champion(model) + "\n";
  std::string out = "  champions\n";
  for (const ChampionLine& line : model.champions)
    out += fmt::format("    {}  v{:<3} {:<8} by {}: {}\n", render_day(line.alias.set_at), line.version, line.algorithm,
                       line.alias.actor, line.alias.reason);
  return out;
}

std::string render_role_scores(const RoleReport& role) {
  if (role.scored.label.empty())
    return fmt::format("  {} predictions as {}, none has matured\n", role.predictions, enum_text(role.role));
  return fmt::format("  {}: AUC {}, log loss {} against {} for the base rate, hit rate {}, IC {}\n", render_role(role),
                     render_figure(role.scores.auc), render_figure(role.scores.log_loss),
                     render_figure(role.scores.base_log_loss), render_figure(role.scores.hit_rate),
                     render_figure(role.scores.ic));
}

std::string render_trials(const ModelReport& model) {
  std::int64_t sum = 0;
  std::string kinds;
  for (const auto& [kind, count] : model.trials) {
    sum += count;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count, kind);
  }
  return fmt::format("  trials spent: {}{}\n", sum, kinds.empty() ? "" : " (" + kinds + ")");
}

std::string render_backtest(const BacktestRow& backtest) {
  std::string out = fmt::format("  backtest of the signal  {:>10} {:>14}\n", "signal", "buy and hold");
  for (const BacktestLine& line : compare_backtest(backtest))
    out += fmt::format("    {:<22}{:>10} {:>14}\n", line.measure, line.signal, line.buy_and_hold);
  return out + "  " + render_backtest_verdict(backtest) + "\n";
}

// The shadow first: it spoke before there was a champion.
std::string render_model(const Report& report, const ModelReport& model) {
  std::string out =
      fmt::format("\nModel {}: {}\n", model.model, model.champions.empty() ? "NO CHAMPION" : "has a champion");
  for (auto role = model.roles.rbegin(); role != model.roles.rend(); ++role) out += render_role_scores(*role);
  out += render_trials(model) + render_champions(model) + render_decisions(report, model);
  return out + (model.backtest ? render_backtest(model.backtest->row) : "");
}

std::string render_findings(const Report& report) {
  std::string out = "\nFindings by year\n";
  for (const auto& [year, kinds] : count_findings_by_year(report)) {
    out += fmt::format("  {}", year);
    for (const auto& [kind, count] : kinds) out += fmt::format("  {} {}", kind, count);
    out += kinds.empty() ? "  none\n" : "\n";
  }
  for (const FindingRow& finding : report.findings)
    out += fmt::format("  {} to {}  {} {}  {}\n", render_day(finding.opened_at), render_day(finding.last_seen_at),
                       finding.kind, finding.subject, render_evidence(finding));
  return out;
}

std::string render_published(const Report& report) {
  std::string out = fmt::format("\nPublished: {} files in {}, {} blocked by the style guide\n",
                                std::ranges::count_if(report.published, is_sent), report.docs_dir, report.blocked);
  for (const PublishedLine& line : report.published)
    if (!is_sent(line))
      out += fmt::format("  NOT SENT {} {}: {}{}{}\n", line.target, line.destination, line.state,
                         line.error.empty() ? "" : ", ", line.error);
  return out;
}

}  // namespace

std::string render_report_text(const Report& report) {
  std::string out = fmt::format(
      "\n{} {} to {}: {} ticks, {} bars loaded ({} with a synthetic open, {} corrections), {} predictions, {} "
      "outcomes, "
      "{} feedback, {} findings, {} retrains, {}\n\n",
      report.is_replay ? "Replay" : "Report", render_day(report.from), render_day(report.to), report.ticks, report.bars,
      report.synthetic_opens, report.corrections, report.predictions, report.outcomes, report.feedback,
      report.findings.size(), report.retrains, report.server);
  out += render_headlines(report) + render_stages(report);
  for (const ModelReport& model : report.models) out += render_model(report, model);
  return out + render_findings(report) + render_published(report);
}

}  // namespace converge::surface
