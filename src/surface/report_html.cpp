#include "surface/plot.hpp"
#include "surface/report.hpp"
#include "surface/report_words.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace converge::surface {
namespace {

constexpr std::string_view page_head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Converge: replay report</title><style>
:root{--ink:#1b2330;--soft:#5b6675;--line:#dfe3e8;--card:#fff;--page:#f5f6f8;--s0:#1f5fbf;--s1:#c2571a;--s2:#2b8a57;--s3:#8a3fa0;--bad:#b3261e;--good:#1e7d46}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa5b3;--line:#2c3440;--card:#171c24;--page:#0f1319;--s0:#6ea8ff;--s1:#f0965a;--s2:#63c793;--s3:#c78be0;--bad:#f2867d;--good:#6fd39a}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:24px 16px}h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:0 0 12px}h3{font-size:15px;margin:16px 0 4px}summary{cursor:pointer;margin:8px 0}td.day{white-space:nowrap}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px;margin:16px 0}
p{margin:4px 0 12px}.soft,figcaption{color:var(--soft)}code{font:13px ui-monospace,monospace;color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}figure{margin:12px 0}svg{width:100%;height:auto;display:block}
.grid{stroke:var(--line)}.tick{fill:var(--soft);font-size:11px}.level{stroke:var(--bad);stroke-dasharray:5 4}.mark{stroke:var(--s2);stroke-dasharray:2 3}
.line{fill:none;stroke-width:1.4}.line.s0{stroke:var(--s0)}.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.s3{stroke:var(--s3)}.line.s4{stroke:var(--soft)}
.dot.s0{fill:var(--s0)}.dot.s1{fill:var(--s1)}.dot.s2{fill:var(--s2)}.key{margin-left:10px;border-left:10px solid;padding-left:5px}
.key.s0{border-color:var(--s0)}.key.s1{border-color:var(--s1)}.key.s2{border-color:var(--s2)}.key.s3{border-color:var(--s3)}.key.s4{border-color:var(--soft)}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
</style></head><body><main>
)";

std::string day(Instant at) {
  return render_date(utc_date(at));
}

std::string figure(double value, int digits) {
  return std::isnan(value) ? std::string("-") : fmt::format("{:.{}f}", value, digits);
}

std::string command(std::string_view text) {
  return fmt::format("<p><code>{}</code></p>", escape_html(text));
}

std::string render_summary(const Report& report) {
  std::string out = fmt::format("<h1>Replay report</h1><p class=\"soft\">{} to {}, {}</p>", day(report.from),
                                day(report.to), escape_html(report.server));
  out += "<section><h2>Counts</h2><div class=\"scroll\"><table><tr>";
  const std::pair<const char*, std::int64_t> cells[] = {{"ticks", report.ticks},
                                                        {"bars", report.bars},
                                                        {"synthetic opens", report.synthetic_opens},
                                                        {"predictions", report.predictions},
                                                        {"outcomes", report.outcomes},
                                                        {"feedback", report.feedback},
                                                        {"findings", std::ssize(report.findings)},
                                                        {"retrains", report.retrains},
                                                        {"published", std::ssize(report.published)}};
  for (const auto& cell : cells) out += fmt::format("<th class=\"n\">{}</th>", cell.first);
  out += "</tr><tr>";
  for (const auto& cell : cells) out += fmt::format("<td class=\"n\">{}</td>", cell.second);
  return out + "</tr></table></div>" + command("converge status --json") + "</section>";
}

std::string render_scores(const ModelReport& model) {
  std::string out =
      "<div class=\"scroll\"><table><tr><th></th><th class=\"n\">rows</th><th class=\"n\">AUC</th><th class=\"n\">log "
      "loss</th>"
      "<th class=\"n\">base rate's log loss</th><th class=\"n\">hit rate</th><th class=\"n\">IC</th></tr>";
  out += fmt::format(
      "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
      "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr></table></div>",
      model.shadow ? "shadow, never acted on" : "champion", model.scored.label.size(), figure(model.auc, 3),
      figure(model.log_loss, 3), figure(model.base_log_loss, 3), figure(model.hit_rate, 3), figure(model.ic, 3));
  return out;
}

std::string render_decisions(const ModelReport& model, bool only_promotions) {
  std::string out =
      "<div class=\"scroll\"><table><tr><th>decided</th><th>version</th><th>verdict</th>"
      "<th class=\"n\">improvement</th><th class=\"n\">95 % interval</th><th class=\"n\">rows</th>"
      "<th>reason</th></tr>";
  for (const DecisionLine& line : model.decisions) {
    const GateDecisionRow& d = line.decision;
    const bool promoted = d.verdict == GateDecisionVerdict::promoted;
    if (only_promotions && !promoted) continue;
    out += fmt::format(
        "<tr><td class=\"day\">{}</td><td>v{} {}</td><td class=\"{}\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{} to {}</td><td class=\"n\">{}</td><td>{}</td></tr>",
        day(d.decided_at), line.version.version, escape_html(enum_text(line.version.algorithm)),
        promoted ? "good" : "bad", enum_text(d.verdict), figure(d.score.value_or(NAN), 4),
        figure(d.interval_low.value_or(NAN), 4), figure(d.interval_high.value_or(NAN), 4), d.rows,
        escape_html(d.reason));
  }
  return out + "</table></div>";
}

std::string render_champions(const ModelReport& model, std::int64_t trials) {
  std::string out = "<h3>Champions</h3>";
  if (std::ranges::any_of(model.decisions, [](const DecisionLine& line) {
        return line.decision.verdict == GateDecisionVerdict::promoted;
      }))
    out += render_decisions(model, true);
  else
    out += "<p>None: no candidate was clearly better than the base rate of its own training window.</p>";
  out += fmt::format("<details><summary>All {} gate attempts ({} trials in all)</summary>", model.decisions.size(),
                     trials);
  return out + render_decisions(model, false) + "</details>";
}

std::vector<PlotMark> promotion_marks(const ModelReport& model) {
  std::vector<PlotMark> marks;
  for (const DecisionLine& line : model.decisions)
    if (line.decision.verdict == GateDecisionVerdict::promoted)
      marks.push_back({line.decision.decided_at, fmt::format("v{} promoted", line.version.version)});
  return marks;
}

std::string render_predictions(const ModelReport& model) {
  std::vector<double> outcomes(model.scored.label.begin(), model.scored.label.end());
  Plot plot;
  plot.title = "Predicted probability and what happened";
  plot.series = {{"probability", model.scored.bar_at, model.scored.score},
                 {"outcome", model.scored.bar_at, outcomes, true}};
  plot.value_min = -0.05;
  plot.value_max = 1.05;
  plot.marks = promotion_marks(model);
  return render_plot(plot);
}

std::string render_backtest(const ModelReport& model) {
  if (!model.backtest) return "";
  std::string out = "<h3>Backtest of the signal</h3><p>" + escape_html(render_backtest_verdict(*model.backtest)) +
                    "</p><div class=\"scroll\"><table><tr><th></th>";
  const std::vector<BacktestLine> lines = compare_backtest(*model.backtest);
  for (const BacktestLine& line : lines) out += fmt::format("<th class=\"n\">{}</th>", line.measure);
  out += "</tr><tr><td>signal</td>";
  for (const BacktestLine& line : lines) out += fmt::format("<td class=\"n\">{}</td>", line.signal);
  out += "</tr><tr><td>buy and hold</td>";
  for (const BacktestLine& line : lines) out += fmt::format("<td class=\"n\">{}</td>", line.buy_and_hold);
  return out + "</tr></table></div>";
}

std::string render_equity(const ModelReport& model) {
  if (model.equity.empty()) return "";
  const auto drawdown = [](const std::vector<double>& equity) {
    std::vector<double> out;
    double peak = 0;
    for (const double value : equity) {
      peak = std::max(peak, value);
      out.push_back(100 * (value / peak - 1));
    }
    return out;
  };
  Plot equity;
  equity.title = "Equity, from 1";
  equity.series = {{"signal", model.equity_at, model.equity}, {"buy and hold", model.equity_at, model.buy_and_hold}};
  Plot fall;
  fall.title = "Drawdown";
  fall.unit = "%";
  fall.height_px = 160;
  fall.series = {{"signal", model.equity_at, drawdown(model.equity)},
                 {"buy and hold", model.equity_at, drawdown(model.buy_and_hold)}};
  return render_backtest(model) + render_plot(equity) + render_plot(fall) +
         command("converge backtest run " + model.model + " --json");
}

std::string render_drift(const ModelReport& model) {
  if (model.drift.empty()) return "";
  Plot plot;
  plot.title = "Drift: statistic over its own threshold (1 is the threshold)";
  plot.levels = {1};
  plot.value_min = 0;
  for (const DriftSeries& series : model.drift)
    plot.series.push_back(
        {fmt::format("{} {}", series.statistic, series.window_sessions), series.known_at, series.ratio});
  plot.marks = promotion_marks(model);
  return render_plot(plot) + command("converge drift report " + model.model);
}

std::string render_model(const ModelReport& model) {
  std::string out = fmt::format(
      "<section><h2>{}: {}</h2>", escape_html(model.model),
      model.has_champion ? "<span class=\"good\">champion</span>" : "<span class=\"bad\">no champion</span>");
  std::int64_t trials = 0;
  for (const auto& [kind, count] : model.trials) trials += count;
  out += render_scores(model) + command("converge model explain " + model.model);
  if (!model.scored.label.empty()) out += render_predictions(model);
  out += render_equity(model) + render_drift(model);
  return out + render_champions(model, trials) + command("converge model list " + model.model) + "</section>";
}

std::string render_findings(const Report& report) {
  std::string out =
      "<section><h2>Findings</h2><div class=\"scroll\"><table><tr><th>year</th><th>findings opened</th></tr>";
  for (const auto& [year, kinds] : count_findings_by_year(report)) {
    out += fmt::format("<tr><td>{}</td><td>", year);
    for (const auto& [kind, count] : kinds) out += fmt::format("{} {} ", escape_html(kind), count);
    out += kinds.empty() ? "none</td></tr>" : "</td></tr>";
  }
  out +=
      "</table></div><div class=\"scroll\"><table><tr><th>opened</th><th>last "
      "seen</th><th>kind</th><th>subject</th><th>evidence</th></tr>";
  for (const FindingRow& finding : report.findings)
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}<br><code>{}</code></td></tr>",
        day(finding.opened_at), day(finding.last_seen_at), finding.severity == FindingSeverity::error ? "bad" : "",
        escape_html(finding.kind), escape_html(finding.subject), escape_html(render_evidence(finding)),
        escape_html(find_evidence_command(finding)));
  return out + "</table></div>" + command("converge export finding --format csv") + "</section>";
}

std::string render_published(const Report& report) {
  std::string out =
      "<section><h2>Published</h2><div class=\"scroll\"><table><tr><th>file</th><th>title</th><th>state</th></tr>";
  for (const PublishedLine& line : report.published)
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", escape_html(line.destination),
                       escape_html(line.title), escape_html(line.state));
  return out + "</table></div>" + command("converge publish list --json") + "</section>";
}

}  // namespace

std::string render_report_html(const Report& report) {
  std::string out(page_head);
  out += render_summary(report);
  for (const ModelReport& model : report.models) out += render_model(model);
  out += render_findings(report) + render_published(report);
  return out + "</main></body></html>\n";
}

}  // namespace converge::surface
