// surface/loop.hpp — the loop itself: which stage follows which on a tick, which handler a kind of job has, and what each is given.
//
// The one file that knows every folder: two tables, stages and job kinds, stand at the head of loop.cpp, and below them what
// each row calls. It decides nothing: stages decide, tables remember. What it keeps between ticks are accelerators that every
// stage checks against the database.
#pragma once
#include "drift/run_drift.hpp"
#include "feature/run_feature.hpp"
#include "ingest/run_ingest.hpp"
#include "model/run_train.hpp"
#include "supervise/run_supervise.hpp"
#include "supervise/tick.hpp"
#include "surface/desk.hpp"
#include "surface/revision.hpp"
#include "surface/run_jobs.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace converge::surface {

class Loop {
 public:
  // recover: brings the database back after it was lost. Desk and Db must outlive the loop.
  // errors: what a source file or its data file says
  static Result<std::unique_ptr<Loop>> open(const Desk& desk, store::Db& db, std::function<Result<void>()> recover);

  // Asked in every transaction that writes: its error, and nothing of it is written. A run gives its hold on the desk.
  void set_fence(std::function<Result<void>(store::Tx&)> fence) { fence_ = std::move(fence); }

  // The instants at which bars of the desk's sources became known, each once: one tick for each.
  std::vector<Instant> collect_tick_times(Instant from, Instant to) const;

  // Runs what is left of the tick at `now`; counts of the stages that ran.
  Result<std::vector<TickStageRow>> tick(Instant now);
  const std::string& last_stage() const { return stages_.back().name; }

  // surface::run_due_jobs with the table of handlers. Also for `converge model train`, which does not wait for a tick.
  Result<std::int64_t> run_due_jobs(Instant now);

  // supervise::request_retrain with what the desk declares. errors: as there
  Result<std::string> request_retrain(store::Scope& scope, const std::string& model, const std::string& reason);

  // Bars and features of a model as known at an instant.
  struct ModelView {
    const feature::BarSeries& series;
    const feature::Matrix& matrix;
    const feature::FeatureSet& features;
    const feature::LabelSet& labels;
  };
  Result<ModelView> view(store::Tx& tx, const model::ModelSpec& spec, Instant known_at);

  // What the desk declares to its supervisor.
  const supervise::SuperviseOptions& supervision() const { return supervise_; }

 private:
  struct ModelState {
    const model::ModelSpec* spec = nullptr;
    feature::BarSeries* series = nullptr;
    feature::FeatureSeries features;
    feature::LabelSet labels;
    drift::ReferenceCache references;
  };

  Loop(const Desk& desk, store::Db& db, std::function<Result<void>()> recover);
  Result<void> open_sources();
  Result<void> open_models();
  ModelState& state_of(const model::ModelSpec& spec);

  Result<JsonObject> ingest_stage(store::Scope& scope);
  Result<JsonObject> predict_stage(store::Scope& scope);
  Result<JsonObject> outcome_stage(store::Scope& scope);
  Result<JsonObject> feedback_stage(store::Scope& scope);
  Result<JsonObject> drift_stage(store::Scope& scope);
  Result<JsonObject> supervise_stage(store::Scope& scope);
  Result<void> run_work(store::Db& db, Instant now);
  Result<JsonObject> work_stage(store::Scope& scope);
  Result<JsonObject> note_stage(store::Scope& scope);
  Result<void> run_publishing(store::Db& db, Instant now);
  Result<JsonObject> publish_stage(store::Scope& scope);

  Result<JsonObject> run_train_job(store::Scope& scope, const JobRow& job);
  Result<feature::Matrix> view_of_version(store::Tx& tx, const ModelState& model, const ModelVersionRow& version);
  Result<void> drift_of_model(store::Scope& scope, ModelState& model, JsonObject& counts);

  const Desk& desk_;
  store::Db& db_;
  std::function<Result<void>()> recover_;
  std::function<Result<void>(store::Tx&)> fence_;
  std::deque<ingest::Decoder> decoders_;
  std::deque<ingest::Feed> feeds_;
  std::deque<std::pair<std::string, feature::BarSeries>> series_;  // by "symbol/timeframe"
  std::optional<Instant> tick_at_;
  std::set<const feature::BarSeries*> series_read_;  // in the tick at tick_at_
  feature::MatrixCache matrices_;
  std::deque<ModelState> models_;
  model::ScorerCache scorers_;
  supervise::SuperviseOptions supervise_;
  std::vector<supervise::Stage> stages_;
  std::vector<JobHandler> handlers_;
};

}  // namespace converge::surface
