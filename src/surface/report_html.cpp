#include "surface/plot.hpp"
#include "surface/report.hpp"
#include "surface/report_words.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>

namespace converge::surface {
namespace {

constexpr std::string_view page_head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Converge: {}</title><style>
:root{{--ink:#18202c;--soft:#5c6776;--line:#e3e7ec;--card:#fff;--page:#f4f6f9;--s0:#1f5fbf;--s1:#d0651f;--s2:#2b8a57;--s3:#8a3fa0;--s4:#b08900;--s5:#5c6776;--bad:#b3261e;--good:#1e7d46;--wash:#b3261e14}}
@media (prefers-color-scheme:dark){{:root{{--ink:#e7eaf0;--soft:#98a3b3;--line:#2a323e;--card:#161b23;--page:#0e1218;--s0:#6ea8ff;--s1:#f0965a;--s2:#63c793;--s3:#c78be0;--s4:#e0c060;--s5:#98a3b3;--bad:#f2867d;--good:#6fd39a;--wash:#f2867d1f}}}}
*{{box-sizing:border-box}}body{{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}}
main{{max-width:1000px;margin:0 auto;padding:28px 16px 48px}}h1{{font-size:26px;margin:0;letter-spacing:-.01em}}h2{{font-size:19px;margin:0 0 12px}}h3{{font-size:15px;margin:22px 0 6px}}
section{{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:16px 0}}
p{{margin:4px 0 10px}}.soft,figcaption{{color:var(--soft)}}figcaption{{font-size:14px;margin-bottom:2px}}code{{font:12.5px ui-monospace,SFMono-Regular,monospace;color:var(--soft);overflow-wrap:anywhere}}
.cmd{{margin:6px 0 0}}.cmd::before{{content:"$ ";color:var(--soft);font:12.5px ui-monospace,monospace}}
ul.short{{list-style:none;margin:0;padding:0}}ul.short li{{padding:8px 0 8px 14px;border-left:3px solid var(--good);margin:8px 0}}ul.short li.bad{{border-color:var(--bad)}}ul.short .item{{padding-left:14px;font-size:14px;color:var(--soft)}}ul.short li{{color:var(--ink)}}
.tiles{{display:grid;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:10px;margin:0}}.tile{{border:1px solid var(--line);border-radius:8px;padding:8px 12px}}.tile b{{display:block;font-size:20px;font-variant-numeric:tabular-nums}}.tile span{{font-size:12.5px;color:var(--soft)}}
table{{border-collapse:collapse;width:100%;font-size:14px}}th,td{{text-align:left;padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top}}th{{font-weight:600;color:var(--soft);font-size:13px}}
td.n,th.n{{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}td.day{{white-space:nowrap}}.scroll{{overflow-x:auto}}summary{{cursor:pointer;margin:10px 0;color:var(--soft)}}
.badge{{font-size:12.5px;font-weight:600;padding:2px 9px;border-radius:99px;border:1px solid;vertical-align:2px;margin-left:6px;white-space:nowrap}}.good{{color:var(--good)}}.bad{{color:var(--bad)}}td.good,td.bad{{font-weight:600}}
figure{{margin:14px 0}}svg{{width:100%;height:auto;display:block}}.grid{{stroke:var(--line)}}.tick{{fill:var(--soft);font-size:12px}}.last{{font-size:12px;font-weight:600}}
.level{{stroke:var(--bad);stroke-dasharray:5 4}}.alarm{{fill:var(--wash)}}.mark{{stroke:var(--soft);stroke-dasharray:2 3}}
.line{{fill:none;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}}.rug{{fill:none;stroke-width:1;opacity:.55}}.line,.rug,.grid,.level,.mark{{vector-effect:non-scaling-stroke}}
{}.key{{margin-left:10px;border-left:12px solid;padding-left:5px;white-space:nowrap}}
@media (max-width:640px){{main{{padding:16px 8px}}section{{padding:14px 12px}}.tick,.last{{font-size:21px}}}}
</style></head><body><main>
)";

// One colour for each series that a plot may have.
std::string render_series_colours() {
  constexpr int series_max = 6;
  std::string out;
  for (int i = 0; i < series_max; ++i)
    out += fmt::format(
        ".line.s{0},.rug.s{0}{{stroke:var(--s{0})}}.dot.s{0},.last.s{0}{{fill:var(--s{0})}}.key.s{0}{{border-color:var("
        "--s{0})}}",
        i);
  return out + "\n";
}

std::string render_command(std::string_view command) {
  return fmt::format("<p class=\"cmd\"><code>{}</code></p>", escape_html(command));
}

// Figures, and below them what prints them.
std::string render_block(const std::string& content, std::initializer_list<std::string_view> commands) {
  std::string out = "<div class=\"block\">" + content;
  for (const std::string_view command : commands) out += render_command(command);
  return out + "</div>";
}

std::string render_heading(const Report& report) {
  const std::string_view kind = report.is_replay ? "Replay" : "Report";
  const std::string title = fmt::format("{} {} to {}", kind, render_day(report.from), render_day(report.to));
  return fmt::format(page_head, title, render_series_colours()) +
         fmt::format("<h1>{}</h1><p class=\"soft\">{}</p>", title, escape_html(report.server));
}

std::string render_summary(const Report& report) {
  std::string out = "<section><h2>In short</h2><ul class=\"short\">";
  for (const Headline& line : compose_headlines(report)) {
    out += fmt::format("<li class=\"{}\">{}", line.is_bad ? "bad" : "good", escape_html(line.text));
    for (const std::string& item : line.items) out += fmt::format("<div class=\"item\">{}</div>", escape_html(item));
    out += "</li>";
  }
  out += "</ul>";
  const std::pair<const char*, std::int64_t> tiles[] = {{"ticks", report.ticks},
                                                        {"bars loaded", report.bars},
                                                        {"synthetic opens", report.synthetic_opens},
                                                        {"corrections", report.corrections},
                                                        {"predictions", report.predictions},
                                                        {"outcomes", report.outcomes},
                                                        {"feedback", report.feedback},
                                                        {"findings", std::ssize(report.findings)},
                                                        {"retrains", report.retrains}};
  std::string counts = "<div class=\"tiles\">";
  for (const auto& [name, value] : tiles)
    counts += fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", value, name);
  return out + render_block(counts + "</div>", {render_report_command(report)}) + "</section>";
}

std::string render_scores(const Report& report, const ModelReport& model) {
  if (model.roles.empty()) return "<p>It has not spoken yet.</p>";
  std::string out =
      "<div class=\"scroll\"><table><tr><th>predictions</th><th class=\"n\">matured</th><th class=\"n\">AUC</th>"
      "<th class=\"n\">log loss</th><th class=\"n\">of the base rate</th><th class=\"n\">hit rate</th>"
      "<th class=\"n\">IC</th></tr>";
  for (const RoleReport& role : model.roles)
    out += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
        role.role == PredictionRole::champion ? "as champion" : "as shadow, never acted on", role.scored.label.size(),
        render_figure(role.scores.auc), render_figure(role.scores.log_loss), render_figure(role.scores.base_log_loss),
        render_figure(role.scores.hit_rate), render_figure(role.scores.ic));
  return render_block(out + "</table></div>", {render_report_command(report)});
}

// A plot over the whole interval, so that one day lies below itself in every plot of a model.
Plot make_plot(const Report& report, std::string title) {
  Plot plot;
  plot.title = std::move(title);
  plot.at_min = report.from;
  plot.at_max = report.to;
  return plot;
}

std::vector<PlotMark> collect_champion_marks(const ModelReport& model) {
  std::vector<PlotMark> marks;
  for (const ChampionLine& line : model.champions)
    marks.push_back({line.alias.set_at, fmt::format("v{}", line.version),
                     fmt::format("{}: version {} takes office, by {}", render_day(line.alias.set_at), line.version,
                                 line.alias.actor)});
  return marks;
}

std::string render_predictions(const Report& report, const ModelReport& model) {
  const RoleReport* role = find_leading_role(model);
  if (role == nullptr || role->scored.label.empty()) return "";
  const ScoredSeries& scored = role->scored;
  Plot plot = make_plot(report, "Predicted probability, and above and below what happened");
  plot.series = {
      {"probability", scored.bar_at, scored.score},
      {"outcome", scored.bar_at, std::vector<double>(scored.label.begin(), scored.label.end()), PlotForm::rug},
      {"base rate", scored.bar_at, scored.base_rate}};
  plot.value_min = 0;
  plot.value_max = 1;
  plot.marks = collect_champion_marks(model);
  return "<h3>Predictions and outcomes</h3>" +
         render_block(render_plot(plot),
                      {"converge export prediction --format csv", "converge export outcome --format csv"});
}

std::string render_backtest_table(const BacktestRow& row) {
  std::string out =
      "<div class=\"scroll\"><table><tr><th></th><th class=\"n\">signal</th><th class=\"n\">buy and hold</th></tr>";
  for (const BacktestLine& line : compare_backtest(row))
    out += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>", line.measure, line.signal,
                       line.buy_and_hold);
  return out + "</table></div>";
}

std::vector<double> compute_drawdown(const std::vector<double>& equity) {
  std::vector<double> fall;
  double peak = 0;
  for (const double value : equity) {
    peak = std::max(peak, value);
    fall.push_back(100 * (value / peak - 1));
  }
  return fall;
}

std::string render_equity(const Report& report, const ModelReport& model) {
  if (!model.backtest) return "";
  const BacktestReport& backtest = *model.backtest;
  Plot equity = make_plot(report, "Equity, 1 at the first prediction");
  equity.series = {{"signal", backtest.bar_at, backtest.signal},
                   {"buy and hold", backtest.bar_at, backtest.buy_and_hold}};
  equity.has_last_values = true;
  equity.marks = collect_champion_marks(model);
  Plot fall = make_plot(report, "Drawdown: below the highest equity so far");
  fall.unit = "%";
  fall.height_px = 170;
  fall.value_max = 0;
  fall.series = {{"signal", backtest.bar_at, compute_drawdown(backtest.signal)},
                 {"buy and hold", backtest.bar_at, compute_drawdown(backtest.buy_and_hold)}};
  return "<h3>What the signal would have earned</h3><p>" + escape_html(render_backtest_verdict(backtest.row)) + "</p>" +
         render_block(render_backtest_table(backtest.row), {render_report_command(report)}) +
         render_block(render_plot(equity) + render_plot(fall), {render_backtest_command(report, model)});
}

// One plot for each statistic: its windows, over their own thresholds.
std::string render_drift(const Report& report, const ModelReport& model) {
  if (model.drift.empty()) return "";
  std::string plots;
  for (std::size_t i = 0; i < model.drift.size();) {
    const std::string& statistic = model.drift[i].statistic;
    Plot plot = make_plot(report, statistic + " over its threshold");
    plot.height_px = 150;
    plot.levels = {1};
    plot.alarm_from = 1;
    plot.value_min = 0;
    for (; i < model.drift.size() && model.drift[i].statistic == statistic; ++i)
      plot.series.push_back(
          {fmt::format("{} sessions", model.drift[i].window_sessions), model.drift[i].known_at, model.drift[i].ratio});
    plot.marks = collect_champion_marks(model);
    plots += render_plot(plot);
  }
  return "<h3>Drift</h3><p class=\"soft\">Each statistic over the threshold calibrated for the champion of the day: "
         "from 1 "
         "on it is drift. Where there is no line, the evidence did not suffice.</p>" +
         render_block(plots, {"converge export drift_report --format csv"});
}

std::string_view find_verdict_class(GateDecisionVerdict verdict) {
  return verdict == GateDecisionVerdict::promoted ? "good" : "bad";
}

std::string render_decisions(const ModelReport& model) {
  std::string out =
      "<div class=\"scroll\"><table><tr><th>decided</th><th>candidate</th><th>verdict</th><th>reason</th></tr>";
  for (const DecisionLine& line : model.decisions)
    out += fmt::format("<tr><td class=\"day\">{}</td><td>{} {}</td><td class=\"{}\">{}</td><td>{}</td></tr>",
                       render_day(line.decision.decided_at), line.version ? fmt::format("v{}", *line.version) : "none",
                       escape_html(line.algorithm), find_verdict_class(line.decision.verdict),
                       enum_text(line.decision.verdict), escape_html(line.decision.reason));
  return out + "</table></div>";
}

std::string render_champions(const Report& report, const ModelReport& model) {
  std::string out;
  if (model.champions.empty()) {
    out = "<p>None. " + escape_html(render_why_no_champion(model)) + "</p>";
  } else {
    out = "<div class=\"scroll\"><table><tr><th>since</th><th>champion</th><th>by</th><th>reason</th></tr>";
    for (const ChampionLine& line : model.champions)
      out += fmt::format("<tr><td class=\"day\">{}</td><td>v{} {}</td><td>{}</td><td>{}</td></tr>",
                         render_day(line.alias.set_at), line.version, escape_html(line.algorithm),
                         escape_html(line.alias.actor), escape_html(line.alias.reason));
    out += "</table></div>";
  }
  std::int64_t trials = 0;
  for (const auto& [kind, count] : model.trials) trials += count;
  out += fmt::format("<details><summary>All {} gate attempts; {} trials spent so far</summary>{}</details>",
                     model.decisions.size(), trials, render_decisions(model));
  return "<h3>Champions</h3>" + render_block(out, {render_explain_command(report, model)});
}

std::string render_model(const Report& report, const ModelReport& model) {
  const std::string badge =
      model.champions.empty()
          ? "<span class=\"badge bad\">no champion</span>"
          : fmt::format("<span class=\"badge good\">champion: version {}</span>", model.champions.back().version);
  return fmt::format("<section><h2>{} {}</h2>", escape_html(model.model), badge) + render_scores(report, model) +
         render_predictions(report, model) + render_equity(report, model) + render_drift(report, model) +
         render_champions(report, model) + "</section>";
}

// One row a kind and one column a year, so that an alarm that is always on is seen.
std::string render_years(const Report& report) {
  const auto years = count_findings_by_year(report);
  std::set<std::string> kinds;
  for (const FindingRow& finding : report.findings) kinds.insert(finding.kind);
  std::string out = "<div class=\"scroll\"><table><tr><th>opened in</th>";
  for (const auto& [year, counts] : years) out += fmt::format("<th class=\"n\">{}</th>", year);
  out += "</tr>";
  for (const std::string& kind : kinds) {
    out += "<tr><td>" + escape_html(kind) + "</td>";
    for (const auto& [year, counts] : years) {
      const auto found = counts.find(kind);
      out += fmt::format("<td class=\"n\">{}</td>", found == counts.end() ? "" : std::to_string(found->second));
    }
    out += "</tr>";
  }
  return out + "</table></div>";
}

std::string render_finding(const FindingRow& finding) {
  return fmt::format(
      "<tr class=\"finding\"><td class=\"day\">{}</td><td class=\"day\">{}</td><td class=\"{}\">{}</td><td>{}</td>"
      "<td>{}<br><code>{}</code></td></tr>",
      render_day(finding.opened_at), render_day(finding.last_seen_at),
      finding.severity == FindingSeverity::error ? "bad" : "", escape_html(finding.kind), escape_html(finding.subject),
      escape_html(render_evidence(finding)), escape_html(find_evidence_command(finding)));
}

std::string render_findings(const Report& report) {
  if (report.findings.empty()) return "<section><h2>Findings</h2><p>None.</p></section>";
  std::string rows =
      "<div class=\"scroll\"><table><tr><th>opened</th><th>last seen</th><th>kind</th><th>subject</th>"
      "<th>evidence when it was opened</th></tr>";
  for (const FindingRow& finding : report.findings) rows += render_finding(finding);
  return "<section><h2>Findings</h2>" + render_block(render_years(report), {render_report_command(report)}) +
         "<h3>One by one</h3>" + render_block(rows + "</table></div>", {"converge export finding --format csv"}) +
         "</section>";
}

std::string render_stages(const Report& report) {
  std::string out = "<div class=\"scroll\"><table><tr><th>stage</th><th>counts over all ticks</th></tr>";
  for (const StageLine& line : report.stages) {
    out += fmt::format("<tr><td>{}</td><td>", escape_html(line.stage));
    for (const auto& [name, sum] : line.counts) out += fmt::format("{} {} &ensp;", escape_html(name), sum);
    out += "</td></tr>";
  }
  return "<section><h2>Stages</h2>" + render_block(out + "</table></div>", {render_report_command(report)}) +
         "</section>";
}

std::string render_published(const Report& report) {
  std::string out =
      fmt::format("<p>{} files in <code>{}</code>, {} blocked by the style guide.</p>",
                  std::ranges::count_if(report.published, is_sent), escape_html(report.docs_dir), report.blocked);
  std::string unsent;
  std::string sent;
  for (const PublishedLine& line : report.published) {
    if (is_sent(line))
      sent += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escape_html(line.destination), escape_html(line.title));
    else
      unsent += fmt::format("<tr><td class=\"bad\">{}</td><td>{}</td><td>{}</td></tr>", escape_html(line.state),
                            escape_html(line.destination), escape_html(line.error));
  }
  if (!unsent.empty())
    out += "<div class=\"scroll\"><table><tr><th>not sent</th><th>file</th><th>error</th></tr>" + unsent +
           "</table></div>";
  if (!sent.empty())
    out += "<details><summary>The files</summary><div class=\"scroll\"><table><tr><th>file</th><th>title</th></tr>" +
           sent + "</table></div></details>";
  return "<section><h2>Published</h2>" + render_block(out, {"converge publish list"}) + "</section>";
}

}  // namespace

std::string render_report_html(const Report& report) {
  std::string out = render_heading(report) + render_summary(report);
  for (const ModelReport& model : report.models) out += render_model(report, model);
  return out + render_findings(report) + render_stages(report) + render_published(report) + "</main></body></html>\n";
}

}  // namespace converge::surface
