#include "surface/report_words.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <cmath>

namespace converge::surface {
namespace {

enum class Unit { percent, ratio, count };

struct Measure {
  const char* key;
  const char* name;
  Unit unit;
};

constexpr std::array<Measure, 9> measures = {{{"total_return", "total return", Unit::percent},
                                              {"cagr", "return a year", Unit::percent},
                                              {"volatility", "volatility a year", Unit::percent},
                                              {"sharpe", "Sharpe", Unit::ratio},
                                              {"sortino", "Sortino", Unit::ratio},
                                              {"max_drawdown", "largest drawdown", Unit::percent},
                                              {"exposure", "share of days invested", Unit::percent},
                                              {"turnover", "turnover", Unit::ratio},
                                              {"fills", "fills", Unit::count}}};

JsonObject parse_object(const std::string& canonical) {
  const Json parsed = parse_json(canonical).value_or(Json(nullptr));
  return parsed.is_object() ? parsed.as_object() : JsonObject{};
}

// NaN is rendered as a dash: a measure that is not defined on so few bars.
std::string render_measure(const Json* value, Unit unit) {
  if (value == nullptr || !value->is_number()) return "-";
  const auto number = value->to_number<double>();
  switch (unit) {
    case Unit::percent: return fmt::format("{:.1f} %", 100 * number);
    case Unit::ratio: return fmt::format("{:.2f}", number);
    case Unit::count: return fmt::format("{:.0f}", number);
  }
  return "-";
}

constexpr std::size_t drifts_max = 12;

bool is_drift(const FindingRow& finding) {
  return finding.kind == "feature_drift" || finding.kind == "loss_drift";
}

// "2020-03-13 sp500_vol5: KS over 63 sessions 1.195, threshold 1.135, most in volume_z20"
std::string render_drift(const FindingRow& finding) {
  const JsonObject evidence = parse_object(finding.evidence);
  const auto text = [&](const char* key) {
    const Json* value = evidence.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const auto number = [&](const char* key) {
    const Json* value = evidence.if_contains(key);
    return value != nullptr && value->is_number() ? value->to_number<double>() : NAN;
  };
  const std::string worst = text("worst_feature");
  return fmt::format("{} {}: {} over {:.0f} sessions {}, threshold {}{}", render_day(finding.opened_at),
                     finding.subject.substr(finding.subject.find(':') + 1), text("statistic"),
                     number("window_sessions"), render_figure(number("value")), render_figure(number("threshold")),
                     worst.empty() ? "" : ", most in " + worst);
}

std::string render_champion(const ModelReport& model) {
  const ChampionLine& line = model.champions.back();
  std::string out = fmt::format("{}: version {} ({}) is champion since {}.", model.model, line.version, line.algorithm,
                                render_day(line.alias.set_at));
  const RoleReport* role = find_leading_role(model);
  if (role == nullptr || role->scored.label.empty()) return out;
  return out + fmt::format(" On {}: AUC {}, log loss {} against {} for the base rate.", render_role(*role),
                           render_figure(role->scores.auc), render_figure(role->scores.log_loss),
                           render_figure(role->scores.base_log_loss));
}

}  // namespace

std::string render_day(Instant at) {
  return render_date(utc_date(at));
}

std::string render_figure(double value, int digits) {
  return std::isnan(value) ? std::string("-") : fmt::format("{:.{}f}", value, digits);
}

std::string render_role(const RoleReport& role) {
  return fmt::format("{} matured predictions {}", role.scored.label.size(),
                     role.role == PredictionRole::champion ? "as champion" : "as shadow, never acted on");
}

std::vector<BacktestLine> compare_backtest(const BacktestRow& backtest) {
  const JsonObject signal = parse_object(backtest.metrics);
  const JsonObject holding = parse_object(backtest.buy_and_hold);
  std::vector<BacktestLine> lines;
  for (const Measure& measure : measures)
    lines.push_back({measure.name, render_measure(signal.if_contains(measure.key), measure.unit),
                     render_measure(holding.if_contains(measure.key), measure.unit)});
  return lines;
}

std::string render_backtest_verdict(const BacktestRow& backtest) {
  const JsonObject signal = parse_object(backtest.metrics);
  const JsonObject holding = parse_object(backtest.buy_and_hold);
  const Json* earned = signal.if_contains("total_return");
  const Json* held = holding.if_contains("total_return");
  if (earned == nullptr || held == nullptr || !earned->is_number() || !held->is_number()) return "";
  const bool is_less = earned->to_number<double>() < held->to_number<double>();
  return fmt::format(
      "The signal earned {} than buying and holding from {} to {}: {} against {}; largest drawdown {} "
      "against {}.",
      is_less ? "LESS" : "no less", render_day(backtest.from_at), render_day(backtest.to_at),
      render_measure(earned, Unit::percent), render_measure(held, Unit::percent),
      render_measure(signal.if_contains("max_drawdown"), Unit::percent),
      render_measure(holding.if_contains("max_drawdown"), Unit::percent));
}

std::string render_why_no_champion(const ModelReport& model) {
  if (model.decisions.empty()) return "No candidate was put before the gate in this time.";
  return fmt::format("{} of {} attempts were turned down. The last, on {}: {}.",
                     std::ranges::count_if(model.decisions,
                                           [](const DecisionLine& line) {
                                             return line.decision.verdict != GateDecisionVerdict::promoted;
                                           }),
                     model.decisions.size(), render_day(model.decisions.back().decision.decided_at),
                     model.decisions.back().decision.reason);
}

Headline compose_drift_headline(const Report& report) {
  std::vector<std::string> drifts;
  for (const FindingRow& finding : report.findings)
    if (is_drift(finding)) drifts.push_back(render_drift(finding));
  if (drifts.empty()) return {"No drift was noticed.", false, {}};
  const std::size_t count = drifts.size();
  if (count > drifts_max) {
    drifts.resize(drifts_max);
    drifts.push_back(fmt::format("and {} more", count - drifts_max));
  }
  return {fmt::format("Drift was noticed {} time{}:", count, count == 1 ? "" : "s"), true, drifts};
}

std::vector<Headline> compose_headlines(const Report& report) {
  std::vector<Headline> lines;
  for (const ModelReport& model : report.models) {
    if (model.champions.empty())
      lines.push_back({model.model + " has no champion. " + render_why_no_champion(model), true, {}});
    else
      lines.push_back({render_champion(model), false, {}});
    const std::string verdict = model.backtest ? render_backtest_verdict(model.backtest->row) : "";
    if (!verdict.empty())
      lines.push_back({model.model + ": " + verdict, verdict.find("LESS") != std::string::npos, {}});
  }
  lines.push_back(compose_drift_headline(report));
  const auto unsent = std::ranges::count_if(report.published, [](const PublishedLine& line) { return !is_sent(line); });
  if (unsent > 0) lines.push_back({fmt::format("{} parts could not be published.", unsent), true, {}});
  return lines;
}

std::string render_evidence(const FindingRow& finding) {
  std::string out;
  for (const auto& [key, value] : parse_object(finding.evidence)) {
    if (key == "command" || key.ends_with("_id") || value.is_structured()) continue;
    if (!out.empty()) out += ", ";
    out += key;
    out += ' ';
    if (value.is_double())
      out += fmt::format("{:.3f}", value.get_double());
    else
      out += value.is_string() ? std::string(value.get_string()) : render_canonical_json(value);
  }
  return out;
}

std::string find_evidence_command(const FindingRow& finding) {
  const JsonObject evidence = parse_object(finding.evidence);
  const Json* command = evidence.if_contains("command");
  return command != nullptr && command->is_string() ? std::string(command->get_string()) : std::string();
}

std::string render_report_command(const Report& report) {
  return fmt::format("converge report --from {} --to {}", render_day(report.from), render_day(report.to));
}

std::string render_explain_command(const Report& report, const ModelReport& model) {
  return fmt::format("converge model explain {} --as-of {}", model.model, render_instant(report.to));
}

std::string render_backtest_command(const Report& report, const ModelReport& model) {
  const BacktestRow& row = model.backtest->row;
  return fmt::format("converge backtest run {} --from {} --to {} --as-of {} --json", model.model,
                     render_day(row.from_at), render_day(row.to_at), render_instant(report.to));
}

bool is_sent(const PublishedLine& line) {
  return line.state == enum_text(OutboxState::sent);
}

}  // namespace converge::surface
