#include "surface/run_report.hpp"

#include "content/file.hpp"
#include "evaluate/run_backtest.hpp"
#include "store/sql.hpp"

#include <boost/json/object.hpp>
#include <cmath>
#include <limits>

namespace converge::surface {
namespace {

using store::params;
using store::RowSet;
using store::Tx;
using store::Value;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double number_of(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return decimal->to_double();
  return undefined;
}

std::int64_t integer_of(const Value& value) {
  const double number = number_of(value);
  return std::isnan(number) ? 0 : static_cast<std::int64_t>(number);
}

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

Instant instant_of(const Value& value) {
  const auto* at = std::get_if<Instant>(&value);
  return at == nullptr ? Instant{} : *at;
}

Result<void> add_stages(Tx& tx, Report& report) {
  TRY(const auto rows, tx.load<TickStageRow>(sql::tick_stage_between, params(report.from, report.to)));
  for (const TickStageRow& row : rows) {
    if (row.sequence == 1) ++report.ticks;
    TRY(const Json counts, parse_json(row.counts));
    for (const auto& [name, value] : counts.as_object())
      if (value.is_int64()) report.stages[row.stage][std::string(name)] += value.get_int64();
  }
  return {};
}

Result<ScoredSeries> load_scored(Tx& tx, const Report& report, const std::string& model, bool& shadow) {
  TRY(const RowSet rows, tx.select(sql::report_scored, params(model, report.from, report.to)));
  ScoredSeries series;
  for (const auto& row : rows.rows) {
    series.bar_at.push_back(instant_of(row[0]));
    shadow = text_of(row[1]) == "shadow";
    series.score.push_back(number_of(row[2]));
    series.base_rate.push_back(number_of(row[3]));
    series.label.push_back(static_cast<int>(integer_of(row[4])));
    series.value.push_back(number_of(row[5]));
    series.log_loss.push_back(number_of(row[6]));
    series.base_log_loss.push_back(number_of(row[7]));
  }
  return series;
}

Result<std::vector<DriftSeries>> load_drift(Tx& tx, const Report& report, const std::string& model) {
  TRY(const RowSet rows, tx.select(sql::report_drift, params(model, report.from, report.to)));
  std::vector<DriftSeries> all;
  for (const auto& row : rows.rows) {
    const std::string statistic = text_of(row[1]);
    const std::int64_t window = integer_of(row[2]);
    if (all.empty() || all.back().statistic != statistic || all.back().window_sessions != window)
      all.push_back({statistic, window, {}, {}});
    all.back().known_at.push_back(instant_of(row[0]));
    const bool judged = text_of(row[5]) != "insufficient_evidence" && number_of(row[4]) > 0;
    all.back().ratio.push_back(judged ? number_of(row[3]) / number_of(row[4]) : undefined);
  }
  return all;
}

Result<std::vector<DecisionLine>> load_decisions(Tx& tx, const Report& report, const std::string& model) {
  const auto interval = params(model, report.from, report.to);
  TRY(const auto decisions, tx.load<GateDecisionRow>(sql::report_decisions, interval));
  TRY(const auto versions, tx.load<ModelVersionRow>(sql::report_decided_versions, interval));
  std::vector<DecisionLine> lines;
  for (std::size_t i = 0; i < decisions.size(); ++i) lines.push_back({decisions[i], versions.at(i)});
  return lines;
}

Result<ModelReport> load_model(Tx& tx, const Report& report, const std::string& name) {
  ModelReport model;
  model.model = name;
  TRY(const RowSet champion, tx.select(sql::fact_champion, params(name, report.to)));
  model.has_champion = !champion.rows.empty();
  TRY(const RowSet count, tx.select(sql::report_prediction_count, params(name, report.from, report.to)));
  model.predictions = integer_of(count.rows.at(0).at(0));
  TRY(model.scored, load_scored(tx, report, name, model.shadow));
  add_scores(model);
  TRY(const RowSet trials, tx.select(sql::report_trial_count, params(name, report.to)));
  for (const auto& row : trials.rows) model.trials[text_of(row[0])] = integer_of(row[1]);
  TRY(model.decisions, load_decisions(tx, report, name));
  TRY(model.drift, load_drift(tx, report, name));
  TRY(model.backtest, tx.find<BacktestRow>(sql::report_backtest, params(name, report.to)));
  return model;
}

Result<void> add_published(Tx& tx, Report& report) {
  TRY(const RowSet rows, tx.select(sql::report_published, params(report.from, report.to)));
  for (const auto& row : rows.rows)
    report.published.push_back({text_of(row[0]), text_of(row[2]), text_of(row[3]), text_of(row[5]), text_of(row[6])});
  TRY(const RowSet blocked, tx.select(sql::report_blocked, params(report.from, report.to)));
  report.blocked = integer_of(blocked.rows.at(0).at(0));
  return {};
}

Result<void> add_backtests(const Desk& desk, store::Db& db, Loop& loop, Report& report) {
  for (ModelReport& model : report.models) {
    TRY(const model::ModelSpec* spec, desk.find_model(model.model));
    TRY(const auto outcome, db.transact([&](store::Tx& tx) -> Result<std::optional<evaluate::BacktestOutcome>> {
      store::Scope scope{tx, report.to, desk.seed};
      TRY(const auto known, loop.view(tx, *spec, report.to));
      return evaluate::run_backtest(scope, *spec, known.series.bars(), report.from, report.to);
    }));
    if (!outcome) continue;
    model.backtest = outcome->row;
    TRY(const auto bars, db.transact([&](store::Tx& tx) -> Result<feature::Bars> {
      TRY(const auto known, loop.view(tx, *spec, report.to));
      return known.series.bars();
    }));
    const auto& signal = outcome->comparison.signal.result.equity_cents;
    const auto& holding = outcome->comparison.buy_and_hold.result.equity_cents;
    const std::size_t skipped = bars.size() - signal.size();  // bars before the interval
    for (std::size_t i = 0; i < signal.size(); ++i) {
      model.equity_at.push_back(bars.bar_at[skipped + i]);
      model.equity.push_back(static_cast<double>(signal[i]) / static_cast<double>(signal.front()));
      model.buy_and_hold.push_back(static_cast<double>(holding[i]) / static_cast<double>(holding.front()));
    }
  }
  return {};
}

Result<void> write_page(const std::filesystem::path& path, const std::string& html) {
  std::error_code code;
  std::filesystem::create_directories(path.parent_path(), code);
  return with_context(content::replace_file(path.string(), html), "report page");
}

}  // namespace

Result<Report> load_report(Tx& tx, const ReportSpan& span, std::span<const std::string> models) {
  const Instant from = span.from;
  const Instant to = span.to;
  Report report;
  report.from = from;
  report.to = to;
  TRY_VOID(add_stages(tx, report));
  TRY(const RowSet bars, tx.select(sql::report_bar_count, params(span.bars_from, to)));
  report.bars = integer_of(bars.rows.at(0).at(0));
  report.synthetic_opens = integer_of(bars.rows.at(0).at(1));
  report.corrections = integer_of(bars.rows.at(0).at(2));
  TRY(const RowSet feedback, tx.select(sql::report_feedback_count, params(from, to)));
  for (const auto& row : feedback.rows) report.feedback += integer_of(row[1]);
  TRY(report.findings, tx.load<FindingRow>(sql::finding_between, params(from, to)));
  TRY(report.proposals, tx.load<ProposalRow>(sql::proposal_between, params(from, to)));
  for (const std::string& name : models) {
    TRY(ModelReport model, load_model(tx, report, name));
    report.predictions += model.predictions;
    report.outcomes += std::ssize(model.scored.label);
    report.retrains += std::ssize(model.decisions);
    report.models.push_back(std::move(model));
  }
  TRY_VOID(add_published(tx, report));
  return report;
}

std::filesystem::path find_report_page(const Desk& desk) {
  return desk.docs_dir / "report.html";
}

Result<Report> run_report(const Desk& desk, store::Db& db, Loop& loop, const ReportSpan& span) {
  std::vector<std::string> models;
  for (const model::ModelSpec& spec : desk.models) models.push_back(spec.name);
  TRY(Report report, db.transact([&](Tx& tx) { return load_report(tx, span, models); }));
  report.server = db.server().describe();
  TRY_VOID(add_backtests(desk, db, loop, report));
  TRY_VOID(write_page(find_report_page(desk), render_report_html(report)));
  return report;
}

}  // namespace converge::surface
