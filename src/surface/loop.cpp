#include "surface/loop.hpp"

#include "content/run_content.hpp"
#include "evaluate/run_gate.hpp"
#include "evaluate/run_outcome.hpp"
#include "feedback/run_feedback.hpp"
#include "model/run_predict.hpp"
#include "model/training_window.hpp"
#include "publish/run_publish.hpp"
#include "store/sql.hpp"
#include "supervise/run_note.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

namespace converge::surface {
namespace {

using store::Db;
using store::params;
using store::Scope;
using store::Tx;

constexpr std::size_t matrix_files_max = 32;

std::string series_key(const model::ModelSpec& spec) {
  return spec.symbol + "/" + spec.timeframe;
}

void add(JsonObject& counts, std::string_view name, std::int64_t count) {
  Json& sum = counts[name];
  sum = (sum.is_int64() ? sum.get_int64() : 0) + count;
}

}  // namespace

Loop::Loop(const Desk& desk, Db& db, std::function<Result<void>()> recover)
    : desk_(desk),
      db_(db),
      recover_(std::move(recover)),
      matrices_(desk.state_dir() / "matrix", matrix_files_max, program_build()) {
  const auto whole = [this](Result<JsonObject> (Loop::*stage)(Scope&)) {
    return [this, stage](Scope& scope) { return (this->*stage)(scope); };
  };
  const auto steps = [this](Result<void> (Loop::*work)(Db&, Instant)) {
    return [this, work](Db& handle, Instant now) { return (this->*work)(handle, now); };
  };
  stages_ = {
      {"ingest", whole(&Loop::ingest_stage), {}},
      {"predict", whole(&Loop::predict_stage), {}},
      {"outcome", whole(&Loop::outcome_stage), {}},
      {"feedback", whole(&Loop::feedback_stage), {}},
      {"drift", whole(&Loop::drift_stage), {}},
      {"supervise", whole(&Loop::supervise_stage), {}},
      {"work", whole(&Loop::work_stage), steps(&Loop::run_work)},
      {"note", whole(&Loop::note_stage), {}},
      {"publish", whole(&Loop::publish_stage), steps(&Loop::run_publishing)},
  };
  handlers_ = {
      {"train", [this](Scope& scope, const JobRow& job) { return run_train_job(scope, job); }},
  };
}

Result<std::unique_ptr<Loop>> Loop::open(const Desk& desk, Db& db, std::function<Result<void>()> recover) {
  std::unique_ptr<Loop> loop(new Loop(desk, db, std::move(recover)));
  TRY_VOID(loop->open_sources());
  TRY_VOID(loop->open_models());
  loop->supervise_.policy = desk.policy;
  return loop;
}

Result<void> Loop::open_sources() {
  for (const ingest::Source& source : desk_.sources) {
    TRY(const contract::Contract* contract, desk_.find_contract(source.table));
    TRY(ingest::Decoder decoder, ingest::Decoder::open(source, *contract));
    decoders_.push_back(std::move(decoder));
    TRY(ingest::Feed feed, ingest::Feed::load(decoders_.back(), desk_.root.string()));
    feeds_.push_back(std::move(feed));
    supervise_.sources.push_back({source.name, source.stale_after_days});
  }
  return {};
}

Result<void> Loop::open_models() {
  for (const model::ModelSpec& spec : desk_.models) {
    auto known = std::ranges::find(series_, series_key(spec), [](const auto& one) { return one.first; });
    if (known == series_.end()) {
      series_.emplace_back(series_key(spec), feature::BarSeries(spec.symbol, spec.timeframe));
      known = std::prev(series_.end());
    }
    TRY(feature::FeatureSet features, feature::FeatureSet::compile(spec.features));
    TRY(feature::LabelSet labels, feature::LabelSet::make(spec.label));
    models_.push_back(
        {&spec, &known->second, feature::FeatureSeries(std::move(features), matrices_), std::move(labels), {}});

    supervise::WatchedModel watched{spec.name,
                                    spec.symbol,
                                    spec.timeframe,
                                    models_.back().labels.hash(),
                                    spec.label.horizon,
                                    spec.retraining.schedule_sessions,
                                    {}};
    watched.limits = {spec.retraining.cooldown_sessions, spec.retraining.min_matured_labels,
                      spec.validation.holdout_rows};
    supervise_.models.push_back(std::move(watched));
  }
  return {};
}

std::vector<Instant> Loop::collect_tick_times(Instant from, Instant to) const {
  std::set<Instant> times;
  for (const ingest::Feed& feed : feeds_)
    for (const ingest::GoodRow& row : feed.file().rows)
      if (row.known_at >= from && row.known_at <= to) times.insert(row.known_at);
  return {times.begin(), times.end()};
}

Result<std::vector<TickStageRow>> Loop::tick(Instant now) {
  supervise::TickOptions options;
  options.seed = desk_.seed;
  options.fence = fence_;
  options.recovery.bring_back = [this]() -> Result<void> {
    for (ingest::Feed& feed : feeds_) feed.forget();
    series_read_.clear();
    return recover_();
  };
  tick_at_ = now;
  series_read_.clear();
  return supervise::run_tick(db_, now, stages_, options);
}

Loop::ModelState& Loop::state_of(const model::ModelSpec& spec) {
  return *std::ranges::find(models_, &spec, &ModelState::spec);
}

Result<Loop::ModelView> Loop::view(Tx& tx, const model::ModelSpec& spec, Instant known_at) {
  ModelState& model = state_of(spec);
  // Once a tick: its ingest stage is committed before anybody looks, and who holds the desk is alone.
  if (known_at != tick_at_) series_read_.erase(model.series);
  if (!series_read_.contains(model.series)) TRY_VOID(model.series->refresh(tx, known_at));
  if (known_at == tick_at_) series_read_.insert(model.series);
  TRY(const feature::Matrix* matrix, model.features.refresh(*model.series));
  return ModelView{*model.series, *matrix, model.features.features(), model.labels};
}

Result<JsonObject> Loop::ingest_stage(Scope& scope) {
  JsonObject counts;
  for (ingest::Feed& feed : feeds_) {
    TRY(const ingest::IngestCounts one, ingest::run_ingest(scope, feed));
    add(counts, "rows_loaded", one.rows_loaded);
    add(counts, "rows_quarantined", one.rows_quarantined);
  }
  return counts;
}

Result<JsonObject> Loop::predict_stage(Scope& scope) {
  JsonObject counts;
  for (ModelState& model : models_) {
    TRY(const ModelView known, view(scope.tx, *model.spec, scope.now));
    if (known.matrix.rows() == 0) continue;
    TRY_VOID(feature::insert_feature_set(scope, known.features));
    TRY_VOID(feature::insert_label_set(scope, known.labels));
    TRY(const auto one,
        model::run_predict(scope, *model.spec, known.features.hash(), known.matrix, known.matrix.rows() - 1, scorers_));
    add(counts, "predictions", one.predictions);
    add(counts, "abstentions", one.abstentions);
  }
  return counts;
}

Result<JsonObject> Loop::outcome_stage(Scope& scope) {
  JsonObject counts;
  for (ModelState& model : models_) {
    TRY(const ModelView known, view(scope.tx, *model.spec, scope.now));
    TRY(const auto outcomes, evaluate::run_outcome(scope, *model.spec, known.labels, known.series.bars()));
    add(counts, "outcomes", std::ssize(outcomes));
  }
  return counts;
}

Result<JsonObject> Loop::feedback_stage(Scope& scope) {
  TRY(const auto written, feedback::run_feedback(scope));
  return JsonObject{{"feedback", std::ssize(written)}};
}

// The matrix that a version was trained from: of the bars as they were known then, whatever was corrected since.
Result<feature::Matrix> Loop::view_of_version(Tx& tx, const ModelState& model, const ModelVersionRow& version) {
  const feature::FeatureSet& features = model.features.features();
  if (auto kept = matrices_.find(features, version.data_snapshot_hash)) return *std::move(kept);
  feature::BarSeries then(model.spec->symbol, model.spec->timeframe);
  TRY_VOID(then.refresh(tx, version.created_at));
  if (then.snapshot_hash() != version.data_snapshot_hash)
    return fail(Errc::contract_violation,
                fmt::format("{} version {}: the bars it was trained on are no longer in the table as they were",
                            version.model, version.version));
  return matrices_.load_or_compute(features, then.bars(), version.data_snapshot_hash);
}

Result<void> Loop::drift_of_model(Scope& scope, ModelState& model, JsonObject& counts) {
  TRY(const ModelView known, view(scope.tx, *model.spec, scope.now));
  TRY(const auto champion, model::find_champion_for(scope.tx, model.spec->name, known.labels.hash(), scope.now));
  // A champion that was fitted on other features gives no answers; the check champion_silent tells.
  if (!champion || champion->feature_set_hash != known.features.hash()) return {};
  const auto window = [&]() -> Result<feature::Matrix> {
    TRY(const feature::Matrix then, view_of_version(scope.tx, model, *champion));
    return model::cut_training_window(then, *champion, known.labels.horizon());
  };
  TRY(const auto reports, drift::run_drift(scope, model.references, champion->id, known.matrix, window));
  add(counts, "reports", std::ssize(reports));
  add(counts, "drift", std::ranges::count_if(reports, [](const DriftReportRow& row) {
        return row.feature == "all" && row.verdict == DriftReportVerdict::drift;
      }));
  return {};
}

Result<JsonObject> Loop::drift_stage(Scope& scope) {
  JsonObject counts;
  for (ModelState& model : models_) TRY_VOID(drift_of_model(scope, model, counts));
  return counts;
}

Result<JsonObject> Loop::supervise_stage(Scope& scope) {
  TRY(const auto counts, supervise::run_supervise(scope, supervise_));
  return JsonObject{{"findings_opened", counts.findings_opened},
                    {"findings_resolved", counts.findings_resolved},
                    {"proposals", counts.proposals},
                    {"approved", counts.approved}};
}

Result<JsonObject> Loop::run_train_job(Scope& scope, const JobRow& job) {
  TRY(const Json parsed, parse_json(job.args));
  const JsonObject& args = parsed.as_object();
  TRY(const std::string name, require_string(args, "model", "job " + job.id));
  TRY(const model::ModelSpec* spec, desk_.find_model(name));
  const auto optional_text = [&](const char* key) -> std::optional<std::string> {
    const Json* value = args.if_contains(key);
    return value == nullptr ? std::nullopt : std::optional(std::string(value->as_string()));
  };
  const model::TrainCause cause{program_revision(), optional_text("finding_id"), optional_text("proposal_id"), job.id};

  TRY(const ModelView known, view(scope.tx, *spec, scope.now));
  TRY_VOID(feature::insert_feature_set(scope, known.features));
  TRY_VOID(feature::insert_label_set(scope, known.labels));
  const model::KnownHistory data{known.features, known.labels, known.series.bars(), known.matrix,
                                 known.series.snapshot_hash()};
  TRY(const model::TrainOutcome outcome, model::run_train(scope, *spec, data, cause, scorers_));
  JsonObject result{{"model", name}, {"trials", outcome.trials}};
  if (outcome.version) {
    TRY(const GateDecisionRow decision, evaluate::run_gate(scope, *spec, outcome.version->id));
    result["version"] = outcome.version->version;
    result["verdict"] = enum_text(decision.verdict);
    result["reason"] = decision.reason;
  } else {
    TRY(const GateDecisionRow decision,
        evaluate::record_insufficient_evidence(scope, *spec, job.id, outcome.insufficient_evidence));
    result["verdict"] = enum_text(decision.verdict);
    result["reason"] = decision.reason;
  }
  if (cause.proposal_id)
    TRY_VOID(scope.tx.execute(sql::proposal_finish, params(enum_text(ProposalStatus::done), *cause.proposal_id)));
  return result;
}

Result<std::string> Loop::request_retrain(Scope& scope, const std::string& model, const std::string& reason) {
  return supervise::request_retrain(scope, supervise_, model, reason);
}

Result<std::int64_t> Loop::run_due_jobs(Instant now) {
  return surface::run_due_jobs(db_, handlers_, now, {desk_.seed, fence_});
}

Result<void> Loop::run_work(Db&, Instant now) {
  if (desk_.policy.freeze) return {};
  TRY_VOID(run_due_jobs(now));
  return {};
}

Result<JsonObject> Loop::work_stage(Scope& scope) {
  TRY(const auto ended, scope.tx.select(sql::tick_stage_jobs_ended, params(scope.now, scope.now)));
  return JsonObject{{"jobs", std::get<std::int64_t>(ended.rows.at(0).at(0))}};
}

Result<JsonObject> Loop::note_stage(Scope& scope) {
  TRY(const auto counts, supervise::run_note(scope, desk_.content));
  return JsonObject{{"approved", counts.approved}, {"blocked", counts.blocked}};
}

Result<void> Loop::run_publishing(Db& db, Instant now) {
  if (desk_.policy.freeze) return {};
  TRY_VOID(publish::run_publish(db, desk_.targets, {now, desk_.seed}));
  return {};
}

Result<JsonObject> Loop::publish_stage(Scope& scope) {
  TRY(const auto parts, scope.tx.select(sql::tick_stage_parts, params(scope.now)));
  JsonObject counts;
  for (std::size_t i = 0; i < parts.columns.size(); ++i)
    counts[parts.columns[i]] = std::get<std::int64_t>(parts.rows.at(0).at(i));
  return counts;
}

}  // namespace converge::surface
