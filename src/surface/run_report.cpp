#include "surface/run_report.hpp"

#include "evaluate/run_backtest.hpp"
#include "model/registry.hpp"
#include "store/sql.hpp"
#include "wire/file.hpp"

#include <algorithm>
#include <array>
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

Result<std::int64_t> load_count(Tx& tx, const store::Statement& statement, const ReportRange& range) {
  TRY(const RowSet rows, tx.select(statement, params(range.bars_from, range.to)));
  return integer_of(rows.rows.at(0).at(0));
}

std::int64_t& find_count(StageLine& line, std::string_view name) {
  const auto found = std::ranges::find(line.counts, name, &std::pair<std::string, std::int64_t>::first);
  return found == line.counts.end() ? line.counts.emplace_back(name, 0).second : found->second;
}

Result<void> add_stages(Tx& tx, Report& report) {
  TRY(const auto rows, tx.load<TickStageRow>(sql::tick_stage_between, params(report.from, report.to)));
  std::map<std::int64_t, StageLine> stages;  // by their place in the loop
  for (const TickStageRow& row : rows) {
    if (row.sequence == 1) ++report.ticks;
    StageLine& line = stages[row.sequence];
    line.stage = row.stage;
    TRY(const Json counts, parse_json(row.counts));
    for (const auto& [name, value] : counts.as_object())
      if (value.is_int64()) find_count(line, name) += value.get_int64();
  }
  for (auto& [sequence, line] : stages) report.stages.push_back(std::move(line));
  return {};
}

Result<ScoredSeries> load_scored(Tx& tx, const Report& report, const std::string& model, PredictionRole role) {
  TRY(const RowSet rows,
      tx.select(sql::report_scored, params(model, enum_text(role), report.from, report.to, report.to)));
  ScoredSeries series;
  for (const auto& row : rows.rows) {
    series.bar_at.push_back(instant_of(row[0]));
    series.score.push_back(number_of(row[1]));
    series.base_rate.push_back(number_of(row[2]));
    series.label.push_back(static_cast<int>(integer_of(row[3])));
    series.value.push_back(number_of(row[4]));
    series.log_loss.push_back(number_of(row[5]));
    series.base_log_loss.push_back(number_of(row[6]));
  }
  return series;
}

Result<std::vector<RoleReport>> load_roles(Tx& tx, const Report& report, const std::string& model) {
  TRY(const RowSet counts, tx.select(sql::report_prediction_count, params(model, report.from, report.to)));
  std::vector<RoleReport> roles;
  for (const PredictionRole role : {PredictionRole::champion, PredictionRole::shadow}) {
    const auto spoken =
        std::ranges::find_if(counts.rows, [&](const auto& row) { return text_of(row[0]) == enum_text(role); });
    if (spoken == counts.rows.end()) continue;
    RoleReport one{role, integer_of((*spoken)[1]), integer_of((*spoken)[2]), {}, {}};
    TRY(one.scored, load_scored(tx, report, model, role));
    one.scores = compute_scores(one.scored);
    roles.push_back(std::move(one));
  }
  return roles;
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
  TRY(const RowSet versions, tx.select(sql::report_decided_versions, interval));
  std::vector<DecisionLine> lines;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const auto& version = versions.rows.at(i);
    const bool is_made = !std::holds_alternative<std::monostate>(version[0]);
    lines.push_back(
        {decisions[i], is_made ? std::optional(integer_of(version[0])) : std::nullopt, text_of(version[1])});
  }
  return lines;
}

Result<std::vector<ChampionLine>> load_champions(Tx& tx, const Report& report, const std::string& model) {
  TRY(const auto history, model::load_alias_history(tx, model, ModelAliasAlias::champion, report.to));
  std::vector<ChampionLine> lines;
  for (const ModelAliasRow& alias : history) {
    TRY(const ModelVersionRow version, model::load_version(tx, alias.model_version_id));
    lines.push_back({alias, version.version, std::string(enum_text(version.algorithm))});
  }
  return lines;
}

Result<ModelReport> load_model(Tx& tx, const Report& report, const std::string& name) {
  ModelReport model;
  model.model = name;
  TRY(model.roles, load_roles(tx, report, name));
  TRY(const RowSet trials, tx.select(sql::report_trial_count, params(name, report.to)));
  for (const auto& row : trials.rows) model.trials[text_of(row[0])] = integer_of(row[1]);
  TRY(model.champions, load_champions(tx, report, name));
  TRY(model.decisions, load_decisions(tx, report, name));
  TRY(model.drift, load_drift(tx, report, name));
  return model;
}

// As they stood at the end of the interval, though the desk may have lived on.
Result<std::vector<FindingRow>> load_findings(Tx& tx, const ReportRange& range) {
  TRY(auto findings, tx.load<FindingRow>(sql::finding_between, params(range.from, range.to)));
  for (FindingRow& finding : findings) {
    finding.last_seen_at = std::min(finding.last_seen_at, range.to);
    if (!finding.resolved_at || *finding.resolved_at <= range.to) continue;
    finding.status = FindingStatus::open;
    finding.resolved_at.reset();
  }
  return findings;
}

Result<void> add_published(Tx& tx, Report& report) {
  TRY(const RowSet rows, tx.select(sql::report_published, params(report.from, report.to, report.to)));
  for (const auto& row : rows.rows)
    report.published.push_back(
        {text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5])});
  return {};
}

std::vector<double> scale_to_one(const std::vector<std::int64_t>& ticks) {
  std::vector<double> equity;
  for (const std::int64_t one : ticks) equity.push_back(static_cast<double>(one) / static_cast<double>(ticks.front()));
  return equity;
}

Result<std::optional<BacktestReport>> load_backtest_of(Tx& tx, Loop& loop, const model::ModelSpec& spec,
                                                       const ReportRange& range) {
  TRY(const auto known, loop.view(tx, spec, range.to));
  TRY(auto outcome, evaluate::load_backtest(tx, spec, known.series.bars(), range.from, range.to, range.to));
  if (!outcome) return std::optional<BacktestReport>{};
  return std::optional(BacktestReport{std::move(outcome->row), std::move(outcome->bar_at),
                                      scale_to_one(outcome->comparison.signal.result.equity_ticks),
                                      scale_to_one(outcome->comparison.buy_and_hold.result.equity_ticks)});
}

Result<void> write_page(const std::filesystem::path& path, const std::string& html) {
  std::error_code code;
  std::filesystem::create_directories(path.parent_path(), code);
  return with_context(replace_file(path.string(), html), "report page");
}

}  // namespace

Result<ReportRange> find_report_range(Tx& tx, std::optional<Instant> from, Instant to) {
  TRY(const RowSet span, tx.select(sql::tick_stage_span, params(from.value_or(begin_of_time), to)));
  const auto* first = std::get_if<Instant>(&span.rows.at(0).at(0));
  const auto* last = std::get_if<Instant>(&span.rows.at(0).at(1));
  if (first == nullptr || last == nullptr)
    return fail(Errc::not_found, "report: this desk has no tick in that time; 'converge run' makes some");
  return ReportRange{from.value_or(*first), *last, from.value_or(begin_of_time), false};
}

Result<Report> load_report(Tx& tx, const ReportRange& range, std::span<const std::string> models) {
  Report report;
  report.from = range.from;
  report.to = range.to;
  report.is_replay = range.is_replay;
  TRY_VOID(add_stages(tx, report));
  TRY(const RowSet bars, tx.select(sql::report_bar_count, params(range.bars_from, range.to)));
  report.bars = integer_of(bars.rows.at(0).at(0));
  report.synthetic_opens = integer_of(bars.rows.at(0).at(1));
  report.corrections = integer_of(bars.rows.at(0).at(2));
  TRY(report.outcomes, load_count(tx, sql::report_outcome_count, range));
  TRY(report.feedback, load_count(tx, sql::report_feedback_count, range));
  TRY(report.retrains, load_count(tx, sql::report_retrain_count, range));
  TRY(report.blocked, load_count(tx, sql::report_blocked, range));
  TRY(report.findings, load_findings(tx, range));
  TRY(report.proposals, tx.load<ProposalRow>(sql::proposal_between, params(range.from, range.to)));
  for (const std::string& name : models) {
    TRY(ModelReport model, load_model(tx, report, name));
    for (const RoleReport& role : model.roles) report.predictions += role.predictions;
    report.models.push_back(std::move(model));
  }
  TRY_VOID(add_published(tx, report));
  return report;
}

Result<Report> read_report(const Desk& desk, store::Db& db, Loop& loop, const ReportRange& range) {
  std::vector<std::string> models;
  for (const model::ModelSpec& spec : desk.models) models.push_back(spec.name);
  TRY(Report report, db.transact([&](Tx& tx) -> Result<Report> {
    TRY(Report all, load_report(tx, range, models));
    for (std::size_t i = 0; i < desk.models.size(); ++i) {
      TRY(all.models[i].backtest, load_backtest_of(tx, loop, desk.models[i], range));
    }
    return all;
  }));
  report.server = db.server().describe();
  report.docs_dir = desk.docs_dir.lexically_proximate(desk.root).string();
  return report;
}

std::filesystem::path find_report_page(const Desk& desk) {
  return desk.docs_dir / "report.html";
}

Result<Report> run_report(const Desk& desk, store::Db& db, Loop& loop, const ReportRange& range) {
  TRY(Report report, read_report(desk, db, loop, range));
  TRY_VOID(write_page(find_report_page(desk), render_report_html(report)));
  return report;
}

}  // namespace converge::surface
