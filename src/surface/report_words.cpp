#include "surface/report_words.hpp"

#include "wire/json.hpp"

#include <fmt/format.h>
#include <array>
#include <boost/json/object.hpp>

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
std::string render_figure(const Json* value, Unit unit) {
  if (value == nullptr || !value->is_number()) return "-";
  const auto number = value->to_number<double>();
  switch (unit) {
    case Unit::percent: return fmt::format("{:.1f} %", 100 * number);
    case Unit::ratio: return fmt::format("{:.2f}", number);
    case Unit::count: return fmt::format("{:.0f}", number);
  }
  return "-";
}

}  // namespace

std::vector<BacktestLine> compare_backtest(const BacktestRow& backtest) {
  const JsonObject signal = parse_object(backtest.metrics);
  const JsonObject holding = parse_object(backtest.buy_and_hold);
  std::vector<BacktestLine> lines;
  for (const Measure& measure : measures)
    lines.push_back({measure.name, render_figure(signal.if_contains(measure.key), measure.unit),
                     render_figure(holding.if_contains(measure.key), measure.unit)});
  return lines;
}

std::string render_backtest_verdict(const BacktestRow& backtest) {
  const JsonObject signal = parse_object(backtest.metrics);
  const JsonObject holding = parse_object(backtest.buy_and_hold);
  const Json* earned = signal.if_contains("total_return");
  const Json* held = holding.if_contains("total_return");
  if (earned == nullptr || held == nullptr || !earned->is_number() || !held->is_number()) return "";
  const bool is_less = earned->to_number<double>() < held->to_number<double>();
  return fmt::format("The signal earned {} than buying and holding: {} against {}; largest drawdown {} against {}.",
                     is_less ? "LESS" : "no less", render_figure(earned, Unit::percent),
                     render_figure(held, Unit::percent),
                     render_figure(signal.if_contains("max_drawdown"), Unit::percent),
                     render_figure(holding.if_contains("max_drawdown"), Unit::percent));
}

std::string render_evidence(const FindingRow& finding) {
  std::string out;
  for (const auto& [key, value] : parse_object(finding.evidence)) {
    if (key == "command" || value.is_structured()) continue;
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

}  // namespace converge::surface
