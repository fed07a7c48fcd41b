// contract/rows.hpp — generated from contracts/*.schema.json by contract_codegen; edit those instead.
#pragma once
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "contract/row_enum.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace converge {

// Every act, by whom, why, and how to undo it.
struct AuditRow {
  static constexpr std::string_view table = "audit";
  static constexpr std::size_t column_count = 10;
  std::string id{};  // Id
  std::string actor{};  // Who
  std::string verb{};  // What was done
  std::string subject{};  // To what, kind:id
  std::string reason{};  // Why
  std::string evidence{};  // What it rested on
  std::string before_state{};  // Before
  std::string after_state{};  // After
  std::string undo{};  // Command that undoes it
  Instant acted_at{};  // Instant on the desk clock

  bool operator==(const AuditRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, AuditRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("actor", row.actor);
  f("verb", row.verb);
  f("subject", row.subject);
  f("reason", row.reason);
  f("evidence", row.evidence);
  f("before_state", row.before_state);
  f("after_state", row.after_state);
  f("undo", row.undo);
  f("acted_at", row.acted_at);
}

// A backtest that was run, with its costs, its fills and what doing nothing would have earned.
struct BacktestRow {
  static constexpr std::string_view table = "backtest";
  static constexpr std::size_t column_count = 9;
  std::string id{};  // Id
  std::string model{};  // Model file of the desk
  Instant from_at{};  // First bar
  Instant to_at{};  // Last bar
  std::string params{};  // Signal, fill, costs
  std::string metrics{};  // Result of the signal
  std::string buy_and_hold{};  // Result of buying and holding over the same bars
  std::int64_t trials = 0;  // Trials of the model so far
  Instant created_at{};  // Instant on the desk clock

  bool operator==(const BacktestRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, BacktestRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("model", row.model);
  f("from_at", row.from_at);
  f("to_at", row.to_at);
  f("params", row.params);
  f("metrics", row.metrics);
  f("buy_and_hold", row.buy_and_hold);
  f("trials", row.trials);
  f("created_at", row.created_at);
}

enum class ContentItemState { concept_, draft, blocked, approved, scheduled, published, withdrawn };
template <>
struct EnumWords<ContentItemState> {
  static constexpr std::array<std::string_view, 7> words{"concept", "draft", "blocked", "approved", "scheduled", "published", "withdrawn"};
};

// A piece of text on its way to being published: the revision that counts now.
struct ContentItemRow {
  static constexpr std::string_view table = "content_item";
  static constexpr std::size_t column_count = 13;
  std::string id{};  // Id
  std::string template_{};  // Template it was rendered from; "text" when it was written by hand
  std::string subject{};  // What it is about, kind:id
  std::string title{};  // Title
  std::string body{};  // Markdown
  std::string body_sha256{};  // Hash of the body
  std::string style_hash{};  // Style guide that this revision was checked against
  ContentItemState state{};  // State; docs/content.md has the table
  std::string fields{};  // Data it was rendered with
  std::optional<std::string> route{};  // Where it is to go: {path, targets}; null in rows written before it was kept
  std::optional<std::string> override_reason{};  // Why it was approved with errors left
  Instant created_at{};  // Instant on the desk clock
  std::optional<Instant> edited_at{};  // Begin of this revision, instant on the desk clock; null for the first

  bool operator==(const ContentItemRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ContentItemRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("template", row.template_);
  f("subject", row.subject);
  f("title", row.title);
  f("body", row.body);
  f("body_sha256", row.body_sha256);
  f("style_hash", row.style_hash);
  f("state", row.state);
  f("fields", row.fields);
  f("route", row.route);
  f("override_reason", row.override_reason);
  f("created_at", row.created_at);
  f("edited_at", row.edited_at);
}

enum class ContentFindingLevel { suggestion, warning, error };
template <>
struct EnumWords<ContentFindingLevel> {
  static constexpr std::array<std::string_view, 3> words{"suggestion", "warning", "error"};
};

// What the linter says about a content item.
struct ContentFindingRow {
  static constexpr std::string_view table = "content_finding";
  static constexpr std::size_t column_count = 8;
  std::string content_item_id{};  // Item
  std::int64_t sequence = 0;  // 1 for the first
  std::string rule{};  // Rule
  ContentFindingLevel level{};  // Level
  std::int64_t line = 0;  // Line, from 1
  std::int64_t col = 0;  // Column in code points, from 1
  std::string message{};  // What is wrong and what to write
  bool fixed = false;  // Whether autofix mended it

  bool operator==(const ContentFindingRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ContentFindingRow>
void for_each_field(Row& row, F&& f) {
  f("content_item_id", row.content_item_id);
  f("sequence", row.sequence);
  f("rule", row.rule);
  f("level", row.level);
  f("line", row.line);
  f("col", row.col);
  f("message", row.message);
  f("fixed", row.fixed);
}

// A text that an edit has replaced, as it was.
struct ContentRevisionRow {
  static constexpr std::string_view table = "content_revision";
  static constexpr std::size_t column_count = 9;
  std::string content_item_id{};  // Item
  std::int64_t revision = 0;  // 1 for the first
  std::string title{};  // Title
  std::string body{};  // Markdown
  std::string body_sha256{};  // Hash of the body
  std::string style_hash{};  // Style guide that it was checked against
  std::optional<std::string> override_reason{};  // Why it was approved with errors left
  Instant begun_at{};  // Instant on the desk clock
  Instant replaced_at{};  // Instant on the desk clock

  bool operator==(const ContentRevisionRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ContentRevisionRow>
void for_each_field(Row& row, F&& f) {
  f("content_item_id", row.content_item_id);
  f("revision", row.revision);
  f("title", row.title);
  f("body", row.body);
  f("body_sha256", row.body_sha256);
  f("style_hash", row.style_hash);
  f("override_reason", row.override_reason);
  f("begun_at", row.begun_at);
  f("replaced_at", row.replaced_at);
}

// Facts about this desk that must never change silently: its id and its seed.
struct DeskSettingRow {
  static constexpr std::string_view table = "desk_setting";
  static constexpr std::size_t column_count = 2;
  std::string name{};  // Setting
  std::string value{};  // Value

  bool operator==(const DeskSettingRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, DeskSettingRow>
void for_each_field(Row& row, F&& f) {
  f("name", row.name);
  f("value", row.value);
}

// The definition of the features a model sees, by content hash.
struct FeatureSetRow {
  static constexpr std::string_view table = "feature_set";
  static constexpr std::size_t column_count = 3;
  std::string hash{};  // SHA-256 of the canonical specification
  std::string spec{};  // Canonical specification
  Instant created_at{};  // First use on the desk clock

  bool operator==(const FeatureSetRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, FeatureSetRow>
void for_each_field(Row& row, F&& f) {
  f("hash", row.hash);
  f("spec", row.spec);
  f("created_at", row.created_at);
}

enum class FeedbackSource { system, person };
template <>
struct EnumWords<FeedbackSource> {
  static constexpr std::array<std::string_view, 2> words{"system", "person"};
};

// What the system and people say about anything the desk produced. Text is untrusted data for ever.
struct FeedbackRow {
  static constexpr std::string_view table = "feedback";
  static constexpr std::size_t column_count = 11;
  std::string id{};  // Id
  FeedbackSource source{};  // Who speaks
  std::string channel{};  // How it came in
  std::string subject{};  // What it is about, kind:id
  std::string author{};  // Author as the channel knows them
  std::optional<std::int64_t> rating{};  // -1 worse than the base rate or unhelpful, 1 better or helpful
  std::optional<std::string> label{};  // Short verdict
  std::optional<std::string> comment{};  // Free text
  std::string idempotency_key{};  // The same key is the same feedback
  Instant known_at{};  // Instant on the desk clock
  std::optional<Instant> withdrawn_at{};  // Set when the author took it back

  bool operator==(const FeedbackRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, FeedbackRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("source", row.source);
  f("channel", row.channel);
  f("subject", row.subject);
  f("author", row.author);
  f("rating", row.rating);
  f("label", row.label);
  f("comment", row.comment);
  f("idempotency_key", row.idempotency_key);
  f("known_at", row.known_at);
  f("withdrawn_at", row.withdrawn_at);
}

enum class FindingSeverity { info, warning, error };
template <>
struct EnumWords<FindingSeverity> {
  static constexpr std::array<std::string_view, 3> words{"info", "warning", "error"};
};

enum class FindingStatus { open, resolved };
template <>
struct EnumWords<FindingStatus> {
  static constexpr std::array<std::string_view, 2> words{"open", "resolved"};
};

// Something the manager saw that should not be so, with evidence that can be looked up again.
struct FindingRow {
  static constexpr std::string_view table = "finding";
  static constexpr std::size_t column_count = 12;
  std::string id{};  // Id
  std::string kind{};  // Kind of finding
  std::string subject{};  // What it is about, kind:id
  std::string fingerprint{};  // Hash of kind, subject and cause: one open finding for each
  FindingSeverity severity{};  // How bad it is
  FindingStatus status{};  // Whether it still holds
  std::string evidence{};  // Figures when it was opened, and the command that prints them
  std::string evidence_last{};  // Figures when it was last seen, and the command that prints them
  std::int64_t seen = 0;  // Ticks on which it was seen
  Instant opened_at{};  // First seen
  Instant last_seen_at{};  // Last seen
  std::optional<Instant> resolved_at{};  // When it no longer held

  bool operator==(const FindingRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, FindingRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("kind", row.kind);
  f("subject", row.subject);
  f("fingerprint", row.fingerprint);
  f("severity", row.severity);
  f("status", row.status);
  f("evidence", row.evidence);
  f("evidence_last", row.evidence_last);
  f("seen", row.seen);
  f("opened_at", row.opened_at);
  f("last_seen_at", row.last_seen_at);
  f("resolved_at", row.resolved_at);
}

// One load of rows from one source: what came in, what was refused, under which contract.
struct IngestBatchRow {
  static constexpr std::string_view table = "ingest_batch";
  static constexpr std::size_t column_count = 10;
  std::string id{};  // Id
  std::string source{};  // Source file of the desk
  std::string table_name{};  // Table the rows belong to
  std::string content_sha256{};  // Hash of the rows offered in this batch, as raw text
  std::string contract_hash{};  // Contract the rows were checked against
  std::int64_t rows_read = 0;  // Rows offered
  std::int64_t rows_loaded = 0;  // Rows written
  std::int64_t rows_unchanged = 0;  // Rows that were there already
  std::int64_t rows_quarantined = 0;  // Rows refused and kept in quarantine
  Instant known_at{};  // Instant of the load on the desk clock

  bool operator==(const IngestBatchRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, IngestBatchRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("source", row.source);
  f("table_name", row.table_name);
  f("content_sha256", row.content_sha256);
  f("contract_hash", row.contract_hash);
  f("rows_read", row.rows_read);
  f("rows_loaded", row.rows_loaded);
  f("rows_unchanged", row.rows_unchanged);
  f("rows_quarantined", row.rows_quarantined);
  f("known_at", row.known_at);
}

// One price bar as it was known at one moment. A correction is a new revision; nothing is overwritten.
struct BarRow {
  static constexpr std::string_view table = "bar";
  static constexpr std::size_t column_count = 12;
  std::string symbol{};  // Instrument, as the desk names it
  std::string timeframe{};  // Length of the bar
  Instant bar_at{};  // Instant at which the bar closed
  std::int64_t revision = 0;  // 0 for the first value, one more for each correction
  Instant known_at{};  // Instant from which this revision may be used
  Decimal open{};  // First price
  Decimal high{};  // Highest price
  Decimal low{};  // Lowest price
  Decimal close{};  // Last price
  Decimal volume{};  // Units traded
  bool open_synthetic = false;  // The source repeats the previous close as the open: no order is filled on it
  std::string batch_id{};  // Batch that brought the row

  bool operator==(const BarRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, BarRow>
void for_each_field(Row& row, F&& f) {
  f("symbol", row.symbol);
  f("timeframe", row.timeframe);
  f("bar_at", row.bar_at);
  f("revision", row.revision);
  f("known_at", row.known_at);
  f("open", row.open);
  f("high", row.high);
  f("low", row.low);
  f("close", row.close);
  f("volume", row.volume);
  f("open_synthetic", row.open_synthetic);
  f("batch_id", row.batch_id);
}

enum class JobState { ready, running, done, dead, cancelled };
template <>
struct EnumWords<JobState> {
  static constexpr std::array<std::string_view, 5> words{"ready", "running", "done", "dead", "cancelled"};
};

// A unit of work in the queue. State and leases are wall-clock facts and never domain data.
struct JobRow {
  static constexpr std::string_view table = "job";
  static constexpr std::size_t column_count = 21;
  std::string id{};  // Id
  std::string queue{};  // Queue
  std::string kind{};  // Kind, mapped to a handler by the program
  std::string args{};  // Arguments
  std::optional<std::string> unique_key{};  // At most one unfinished job for each key
  std::optional<std::string> open_key{};  // The unique key while the job is unfinished, else null: what the unique index holds; follows state
  JobState state{};  // State: how far it is depends on the workers
  std::int64_t priority = 0;  // Lower runs first
  Instant due_at{};  // Not before this instant of the desk clock
  std::int64_t attempt = 0;  // Claims so far
  std::int64_t crashes = 0;  // Claims that ended because the holder vanished
  std::int64_t attempts_max = 0;  // Dead after this many
  std::optional<Instant> retry_at{};  // Not before this instant of the server clock
  std::optional<std::string> lease_token{};  // Fencing token of the holder
  std::optional<Instant> lease_until{};  // End of the lease on the server clock
  std::optional<std::string> worker{};  // Holder
  std::optional<std::string> error{};  // Last failure
  std::optional<std::string> progress{};  // What the holder last said
  std::optional<std::string> result{};  // What it did, in facts of the desk: the same whoever did it, and after how many attempts
  Instant created_at{};  // Instant on the desk clock
  std::optional<Instant> finished_at{};  // End on the server clock

  bool operator==(const JobRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, JobRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("queue", row.queue);
  f("kind", row.kind);
  f("args", row.args);
  f("unique_key", row.unique_key);
  f("open_key", row.open_key);
  f("state", row.state);
  f("priority", row.priority);
  f("due_at", row.due_at);
  f("attempt", row.attempt);
  f("crashes", row.crashes);
  f("attempts_max", row.attempts_max);
  f("retry_at", row.retry_at);
  f("lease_token", row.lease_token);
  f("lease_until", row.lease_until);
  f("worker", row.worker);
  f("error", row.error);
  f("progress", row.progress);
  f("result", row.result);
  f("created_at", row.created_at);
  f("finished_at", row.finished_at);
}

// The definition of the label a model learns, by content hash.
struct LabelSetRow {
  static constexpr std::string_view table = "label_set";
  static constexpr std::size_t column_count = 3;
  std::string hash{};  // SHA-256 of the canonical specification
  std::string spec{};  // Canonical specification
  Instant created_at{};  // First use on the desk clock

  bool operator==(const LabelSetRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, LabelSetRow>
void for_each_field(Row& row, F&& f) {
  f("hash", row.hash);
  f("spec", row.spec);
  f("created_at", row.created_at);
}

// Exclusive holds, by name: one run on a desk at a time.
struct LeaseRow {
  static constexpr std::string_view table = "lease";
  static constexpr std::size_t column_count = 4;
  std::string name{};  // What is held
  std::string token{};  // Fencing token of the holder
  std::string holder{};  // Who holds it
  Instant lease_until{};  // End on the server clock

  bool operator==(const LeaseRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, LeaseRow>
void for_each_field(Row& row, F&& f) {
  f("name", row.name);
  f("token", row.token);
  f("holder", row.holder);
  f("lease_until", row.lease_until);
}

enum class ModelArtifactFormat { xgboost_json, logistic_json };
template <>
struct EnumWords<ModelArtifactFormat> {
  static constexpr std::array<std::string_view, 2> words{"xgboost_json", "logistic_json"};
};

// A fitted model as bytes, by content hash.
struct ModelArtifactRow {
  static constexpr std::string_view table = "model_artifact";
  static constexpr std::size_t column_count = 4;
  std::string sha256{};  // SHA-256 of the content
  ModelArtifactFormat format{};  // How to read the content
  std::string content{};  // XGBoost's own JSON, or our JSON of the logistic model with its scaler
  Instant created_at{};  // Instant of the fit on the desk clock

  bool operator==(const ModelArtifactRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ModelArtifactRow>
void for_each_field(Row& row, F&& f) {
  f("sha256", row.sha256);
  f("format", row.format);
  f("content", row.content);
  f("created_at", row.created_at);
}

enum class ModelVersionAlgorithm { xgboost, logistic };
template <>
struct EnumWords<ModelVersionAlgorithm> {
  static constexpr std::array<std::string_view, 2> words{"xgboost", "logistic"};
};

enum class ModelVersionReference { base_rate, champion };
template <>
struct EnumWords<ModelVersionReference> {
  static constexpr std::array<std::string_view, 2> words{"base_rate", "champion"};
};

// A fitted model with everything that is needed to fit it again.
struct ModelVersionRow {
  static constexpr std::string_view table = "model_version";
  static constexpr std::size_t column_count = 24;
  std::string id{};  // Id
  std::string model{};  // Model file of the desk
  std::int64_t version = 0;  // 1 for the first version of the model
  ModelVersionAlgorithm algorithm{};  // What was fitted
  std::string feature_set_hash{};  // Features
  std::string label_set_hash{};  // Label
  std::string params{};  // Parameters of the algorithm
  std::string recipe{};  // What else of the model file decided the fit: symbol, timeframe, candidates, validation, gate
  std::int64_t seed = 0;  // Seed of the fit
  std::string code_revision{};  // Revision of the program
  std::string contract_hash{};  // Hash of all contracts in force
  std::string data_snapshot_hash{};  // Hash of the bars seen by the fit
  Instant train_from_at{};  // First bar of the training rows
  Instant train_to_at{};  // End of the last training label
  std::int64_t rows_trained = 0;  // Training rows
  double base_rate = 0;  // Share of positive labels in the training rows
  std::string metrics{};  // Scores inside the training window
  std::string artifact_sha256{};  // The fitted model
  std::optional<std::string> parent_version_id{};  // Champion at the time of the fit
  ModelVersionReference reference{};  // What the candidate has to beat
  std::optional<std::string> finding_id{};  // Finding that asked for the fit
  std::optional<std::string> proposal_id{};  // Proposal that was approved
  std::optional<std::string> job_id{};  // Job that ran the fit
  Instant created_at{};  // Instant of the fit on the desk clock

  bool operator==(const ModelVersionRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ModelVersionRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("model", row.model);
  f("version", row.version);
  f("algorithm", row.algorithm);
  f("feature_set_hash", row.feature_set_hash);
  f("label_set_hash", row.label_set_hash);
  f("params", row.params);
  f("recipe", row.recipe);
  f("seed", row.seed);
  f("code_revision", row.code_revision);
  f("contract_hash", row.contract_hash);
  f("data_snapshot_hash", row.data_snapshot_hash);
  f("train_from_at", row.train_from_at);
  f("train_to_at", row.train_to_at);
  f("rows_trained", row.rows_trained);
  f("base_rate", row.base_rate);
  f("metrics", row.metrics);
  f("artifact_sha256", row.artifact_sha256);
  f("parent_version_id", row.parent_version_id);
  f("reference", row.reference);
  f("finding_id", row.finding_id);
  f("proposal_id", row.proposal_id);
  f("job_id", row.job_id);
  f("created_at", row.created_at);
}

enum class DriftReferenceStatistic { psi, ks, log_loss };
template <>
struct EnumWords<DriftReferenceStatistic> {
  static constexpr std::array<std::string_view, 3> words{"psi", "ks", "log_loss"};
};

// Alarm thresholds of one champion, from a block bootstrap of its own training window.
struct DriftReferenceRow {
  static constexpr std::string_view table = "drift_reference";
  static constexpr std::size_t column_count = 12;
  std::string model_version_id{};  // Champion
  DriftReferenceStatistic statistic{};  // What is compared
  std::int64_t window_sessions = 0;  // Rows in the current window
  std::string feature{};  // Feature, or all for the joint statistic
  double threshold = 0;  // Alarm above this
  std::optional<double> statistic_max{};  // Largest value the statistic can take at this window
  double alarm_rate = 0;  // Rate of false alarms aimed at
  double effective_rows = 0;  // Independent rows that a window is worth
  double reference_windows = 0;  // Rows of the reference over the longer of window and bootstrap block: how many windows the threshold was learnt from
  std::int64_t resamples = 0;  // Bootstrap resamples
  std::string bins{};  // Bin edges and reference shares
  Instant known_at{};  // Instant on the desk clock

  bool operator==(const DriftReferenceRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, DriftReferenceRow>
void for_each_field(Row& row, F&& f) {
  f("model_version_id", row.model_version_id);
  f("statistic", row.statistic);
  f("window_sessions", row.window_sessions);
  f("feature", row.feature);
  f("threshold", row.threshold);
  f("statistic_max", row.statistic_max);
  f("alarm_rate", row.alarm_rate);
  f("effective_rows", row.effective_rows);
  f("reference_windows", row.reference_windows);
  f("resamples", row.resamples);
  f("bins", row.bins);
  f("known_at", row.known_at);
}

enum class DriftReportStatistic { psi, ks, log_loss };
template <>
struct EnumWords<DriftReportStatistic> {
  static constexpr std::array<std::string_view, 3> words{"psi", "ks", "log_loss"};
};

enum class DriftReportVerdict { stable, drift, insufficient_evidence };
template <>
struct EnumWords<DriftReportVerdict> {
  static constexpr std::array<std::string_view, 3> words{"stable", "drift", "insufficient_evidence"};
};

// One comparison of recent rows with the reference.
struct DriftReportRow {
  static constexpr std::string_view table = "drift_report";
  static constexpr std::size_t column_count = 8;
  std::string model_version_id{};  // Champion
  Instant known_at{};  // Instant on the desk clock
  DriftReportStatistic statistic{};  // What is compared
  std::int64_t window_sessions = 0;  // Rows in the current window
  std::string feature{};  // Feature, or all for the joint statistic
  double value = 0;  // Statistic
  double threshold = 0;  // Alarm above this
  DriftReportVerdict verdict{};  // Verdict

  bool operator==(const DriftReportRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, DriftReportRow>
void for_each_field(Row& row, F&& f) {
  f("model_version_id", row.model_version_id);
  f("known_at", row.known_at);
  f("statistic", row.statistic);
  f("window_sessions", row.window_sessions);
  f("feature", row.feature);
  f("value", row.value);
  f("threshold", row.threshold);
  f("verdict", row.verdict);
}

enum class EvaluationRole { gate, reference };
template <>
struct EnumWords<EvaluationRole> {
  static constexpr std::array<std::string_view, 2> words{"gate", "reference"};
};

// Out-of-sample scores of a candidate and of what it has to beat, on the same untouched rows.
struct EvaluationRow {
  static constexpr std::string_view table = "evaluation";
  static constexpr std::size_t column_count = 8;
  std::string model_version_id{};  // Candidate
  Instant bar_at{};  // Row
  Instant label_end_at{};  // When the label was fully known
  std::int64_t label = 0;  // Label, 0 or 1
  double score = 0;  // Probability by a fit that did not see the row
  double reference_score = 0;  // Probability by the base rate or the champion
  std::int64_t fold = 0;  // Walk-forward fold, 0 for a hold-out
  EvaluationRole role{};  // gate: rows that the verdict rests on; reference: rows before them, for the calibration of loss drift only

  bool operator==(const EvaluationRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, EvaluationRow>
void for_each_field(Row& row, F&& f) {
  f("model_version_id", row.model_version_id);
  f("bar_at", row.bar_at);
  f("label_end_at", row.label_end_at);
  f("label", row.label);
  f("score", row.score);
  f("reference_score", row.reference_score);
  f("fold", row.fold);
  f("role", row.role);
}

enum class GateDecisionVerdict { promoted, refused, insufficient_evidence };
template <>
struct EnumWords<GateDecisionVerdict> {
  static constexpr std::array<std::string_view, 3> words{"promoted", "refused", "insufficient_evidence"};
};

// The verdict on a candidate, with the interval it rests on.
struct GateDecisionRow {
  static constexpr std::string_view table = "gate_decision";
  static constexpr std::size_t column_count = 18;
  std::string id{};  // Id
  std::string model{};  // Model file of the desk
  std::optional<std::string> model_version_id{};  // Candidate; none when the evidence did not suffice to make one
  std::optional<std::string> champion_version_id{};  // Champion it was compared with
  std::optional<std::string> job_id{};  // Job that made the attempt; none when a person called the gate
  GateDecisionVerdict verdict{};  // Outcome
  std::optional<double> score{};  // Mean improvement of the log loss, positive when the candidate is better
  std::optional<double> interval_low{};  // Lower end of the interval
  std::optional<double> interval_high{};  // Upper end of the interval
  std::optional<double> candidate_log_loss{};  // Log loss of the candidate
  std::optional<double> reference_log_loss{};  // Log loss of the reference
  std::int64_t rows = 0;  // Rows compared
  double block_mean = 0;  // Mean block length of the stationary bootstrap
  std::int64_t resamples = 0;  // Bootstrap resamples
  double confidence = 0;  // Two-sided confidence
  std::int64_t attempts = 0;  // Gate attempts of this model so far, this one included
  std::string reason{};  // The verdict in words
  Instant decided_at{};  // Instant on the desk clock

  bool operator==(const GateDecisionRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, GateDecisionRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("model", row.model);
  f("model_version_id", row.model_version_id);
  f("champion_version_id", row.champion_version_id);
  f("job_id", row.job_id);
  f("verdict", row.verdict);
  f("score", row.score);
  f("interval_low", row.interval_low);
  f("interval_high", row.interval_high);
  f("candidate_log_loss", row.candidate_log_loss);
  f("reference_log_loss", row.reference_log_loss);
  f("rows", row.rows);
  f("block_mean", row.block_mean);
  f("resamples", row.resamples);
  f("confidence", row.confidence);
  f("attempts", row.attempts);
  f("reason", row.reason);
  f("decided_at", row.decided_at);
}

enum class ModelAliasAlias { champion, candidate };
template <>
struct EnumWords<ModelAliasAlias> {
  static constexpr std::array<std::string_view, 2> words{"champion", "candidate"};
};

// Which version was called what, from when on: append-only.
struct ModelAliasRow {
  static constexpr std::string_view table = "model_alias";
  static constexpr std::size_t column_count = 8;
  std::string model{};  // Model file of the desk
  ModelAliasAlias alias{};  // Role
  std::int64_t sequence = 0;  // 1 for the first
  std::string model_version_id{};  // Version
  std::optional<std::string> gate_decision_id{};  // Verdict behind it
  std::string actor{};  // Who set it
  std::string reason{};  // Why
  Instant set_at{};  // Instant on the desk clock

  bool operator==(const ModelAliasRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ModelAliasRow>
void for_each_field(Row& row, F&& f) {
  f("model", row.model);
  f("alias", row.alias);
  f("sequence", row.sequence);
  f("model_version_id", row.model_version_id);
  f("gate_decision_id", row.gate_decision_id);
  f("actor", row.actor);
  f("reason", row.reason);
  f("set_at", row.set_at);
}

enum class OutboxOperation { create, update, withdraw };
template <>
struct EnumWords<OutboxOperation> {
  static constexpr std::array<std::string_view, 3> words{"create", "update", "withdraw"};
};

enum class OutboxState { planned, sending, sent, rejected, unknown, cancelled };
template <>
struct EnumWords<OutboxState> {
  static constexpr std::array<std::string_view, 6> words{"planned", "sending", "sent", "rejected", "unknown", "cancelled"};
};

enum class OutboxRemoteState { verified, edited, deleted };
template <>
struct EnumWords<OutboxRemoteState> {
  static constexpr std::array<std::string_view, 3> words{"verified", "edited", "deleted"};
};

// One wish for one part of one item at one target, carried out exactly once: that it be there, read otherwise, or be gone.
struct OutboxRow {
  static constexpr std::string_view table = "outbox";
  static constexpr std::size_t column_count = 19;
  std::string id{};  // Id
  std::string content_item_id{};  // Item
  std::string target{};  // Target
  std::int64_t part = 0;  // 1 for the first
  std::optional<std::int64_t> edition{};  // 1 for the first wish for this part; null in rows written before there were later ones, and means 1
  std::optional<OutboxOperation> operation{};  // What is asked of the target; null means create
  std::string destination{};  // Where it goes: a path below the target
  std::string payload{};  // What is sent; empty for a withdrawal
  std::string payload_sha256{};  // Hash of the payload
  OutboxState state{};  // State; sent: the target has done it
  std::int64_t attempts = 0;  // Sends begun
  std::optional<std::string> error{};  // Last failure
  std::optional<std::string> remote_id{};  // Id at the target; set before an update or a withdrawal is sent
  Instant planned_at{};  // Instant on the desk clock
  std::optional<Instant> due_at{};  // Not before this instant on the desk clock; null: at once
  std::optional<Instant> tried_at{};  // Last outcome of a send, instant on the desk clock
  std::optional<Instant> sent_at{};  // Instant on the desk clock
  std::optional<OutboxRemoteState> remote_state{};  // What was found when the target was last asked for the part
  std::optional<Instant> verified_at{};  // When it was last asked, instant on the desk clock

  bool operator==(const OutboxRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, OutboxRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("content_item_id", row.content_item_id);
  f("target", row.target);
  f("part", row.part);
  f("edition", row.edition);
  f("operation", row.operation);
  f("destination", row.destination);
  f("payload", row.payload);
  f("payload_sha256", row.payload_sha256);
  f("state", row.state);
  f("attempts", row.attempts);
  f("error", row.error);
  f("remote_id", row.remote_id);
  f("planned_at", row.planned_at);
  f("due_at", row.due_at);
  f("tried_at", row.tried_at);
  f("sent_at", row.sent_at);
  f("remote_state", row.remote_state);
  f("verified_at", row.verified_at);
}

enum class PredictionRole { champion, shadow };
template <>
struct EnumWords<PredictionRole> {
  static constexpr std::array<std::string_view, 2> words{"champion", "shadow"};
};

// What a version said about a bar, before the outcome was known.
struct PredictionRow {
  static constexpr std::string_view table = "prediction";
  static constexpr std::size_t column_count = 12;
  std::string id{};  // Id
  std::string model{};  // Model file of the desk
  PredictionRole role{};  // A shadow is watched and never acted on
  std::string model_version_id{};  // Version
  std::string symbol{};  // Instrument
  std::string timeframe{};  // Length of the bar
  Instant bar_at{};  // Bar predicted from
  std::optional<double> score{};  // Probability of label 1
  double base_rate = 0;  // Share of positive labels in the version's training rows
  std::optional<std::string> abstain_reason{};  // Why there is no score
  std::string feature_set_hash{};  // Features
  Instant predicted_at{};  // Instant on the desk clock

  bool operator==(const PredictionRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, PredictionRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("model", row.model);
  f("role", row.role);
  f("model_version_id", row.model_version_id);
  f("symbol", row.symbol);
  f("timeframe", row.timeframe);
  f("bar_at", row.bar_at);
  f("score", row.score);
  f("base_rate", row.base_rate);
  f("abstain_reason", row.abstain_reason);
  f("feature_set_hash", row.feature_set_hash);
  f("predicted_at", row.predicted_at);
}

// What really happened, written once the label has matured.
struct OutcomeRow {
  static constexpr std::string_view table = "outcome";
  static constexpr std::size_t column_count = 7;
  std::string prediction_id{};  // Prediction
  std::int64_t label = 0;  // Label, 0 or 1
  double value = 0;  // The quantity behind the label
  Instant label_end_at{};  // Instant at which the label was fully known
  double log_loss = 0;  // Loss of the prediction
  double base_log_loss = 0;  // Loss of the base rate on the same row
  Instant matured_at{};  // Instant of the join on the desk clock

  bool operator==(const OutcomeRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, OutcomeRow>
void for_each_field(Row& row, F&& f) {
  f("prediction_id", row.prediction_id);
  f("label", row.label);
  f("value", row.value);
  f("label_end_at", row.label_end_at);
  f("log_loss", row.log_loss);
  f("base_log_loss", row.base_log_loss);
  f("matured_at", row.matured_at);
}

enum class ProposalAction { retrain, notify };
template <>
struct EnumWords<ProposalAction> {
  static constexpr std::array<std::string_view, 2> words{"retrain", "notify"};
};

enum class ProposalStatus { proposed, approved, held, rejected, done, failed, expired };
template <>
struct EnumWords<ProposalStatus> {
  static constexpr std::array<std::string_view, 7> words{"proposed", "approved", "held", "rejected", "done", "failed", "expired"};
};

// A repair that the manager suggests, and what was decided about it.
struct ProposalRow {
  static constexpr std::string_view table = "proposal";
  static constexpr std::size_t column_count = 15;
  std::string id{};  // Id
  std::string finding_id{};  // Finding it answers
  ProposalAction action{};  // Verb from a closed list
  std::string subject{};  // What it acts on, kind:id
  std::string reason{};  // Why this should help
  std::string evidence{};  // Evidence of the finding when this was proposed
  std::string evidence_hash{};  // Hash of that evidence
  ProposalStatus status{};  // State
  std::optional<std::string> policy_rule{};  // Rule of policy.toml that decided
  std::optional<std::string> decided_by{};  // policy, or a person
  std::optional<std::string> decision_reason{};  // Why it was decided so
  std::optional<std::string> job_id{};  // Job that carries it out
  Instant proposed_at{};  // Instant on the desk clock
  std::optional<Instant> decided_at{};  // Instant on the desk clock
  Instant expires_at{};  // No longer acted on after this

  bool operator==(const ProposalRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, ProposalRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("finding_id", row.finding_id);
  f("action", row.action);
  f("subject", row.subject);
  f("reason", row.reason);
  f("evidence", row.evidence);
  f("evidence_hash", row.evidence_hash);
  f("status", row.status);
  f("policy_rule", row.policy_rule);
  f("decided_by", row.decided_by);
  f("decision_reason", row.decision_reason);
  f("job_id", row.job_id);
  f("proposed_at", row.proposed_at);
  f("decided_at", row.decided_at);
  f("expires_at", row.expires_at);
}

enum class QuarantineState { open, replayed };
template <>
struct EnumWords<QuarantineState> {
  static constexpr std::array<std::string_view, 2> words{"open", "replayed"};
};

// A row that broke its contract, kept whole until it is replayed or dropped.
struct QuarantineRow {
  static constexpr std::string_view table = "quarantine";
  static constexpr std::size_t column_count = 11;
  std::string id{};  // Id
  std::string batch_id{};  // Batch that met it
  std::string source{};  // Source file of the desk
  std::int64_t line = 0;  // Line of the input on which the row begins, from 1
  std::string rule{};  // Rule that was broken
  std::string pointer{};  // JSON pointer to the value
  std::string message{};  // What was found and what was expected
  std::string raw{};  // The row as it came, invalid UTF-8 escaped as \xNN
  std::string raw_sha256{};  // Hash of the raw bytes
  QuarantineState state{};  // Whether it has been loaded since
  Instant known_at{};  // Instant of the refusal on the desk clock

  bool operator==(const QuarantineRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, QuarantineRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("batch_id", row.batch_id);
  f("source", row.source);
  f("line", row.line);
  f("rule", row.rule);
  f("pointer", row.pointer);
  f("message", row.message);
  f("raw", row.raw);
  f("raw_sha256", row.raw_sha256);
  f("state", row.state);
  f("known_at", row.known_at);
}

enum class SchemaStepState { intent, done };
template <>
struct EnumWords<SchemaStepState> {
  static constexpr std::array<std::string_view, 2> words{"intent", "done"};
};

// Journal of schema changes: the intent is committed before the change runs.
struct SchemaStepRow {
  static constexpr std::string_view table = "schema_step";
  static constexpr std::size_t column_count = 9;
  std::int64_t sequence = 0;  // Order
  std::string table_name{};  // Table or view
  std::string statement_sha256{};  // Hash of the statement
  std::string statement{};  // The statement
  std::string before_fingerprint{};  // Fingerprint of the live table before
  std::string after_fingerprint{};  // Fingerprint that its contract asks for, which the table then has
  SchemaStepState state{};  // State: an intent is left open by a kill, until the next migration looks
  Instant begun_at{};  // Server clock
  std::optional<Instant> ended_at{};  // Server clock

  bool operator==(const SchemaStepRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, SchemaStepRow>
void for_each_field(Row& row, F&& f) {
  f("sequence", row.sequence);
  f("table_name", row.table_name);
  f("statement_sha256", row.statement_sha256);
  f("statement", row.statement);
  f("before_fingerprint", row.before_fingerprint);
  f("after_fingerprint", row.after_fingerprint);
  f("state", row.state);
  f("begun_at", row.begun_at);
  f("ended_at", row.ended_at);
}

// One stage of one tick, written in the transaction of its work: what is here is done.
struct TickStageRow {
  static constexpr std::string_view table = "tick_stage";
  static constexpr std::size_t column_count = 4;
  Instant tick_at{};  // Instant of the tick on the desk clock
  std::int64_t sequence = 0;  // Place in the tick when it ran
  std::string stage{};  // Stage
  std::string counts{};  // What it did

  bool operator==(const TickStageRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, TickStageRow>
void for_each_field(Row& row, F&& f) {
  f("tick_at", row.tick_at);
  f("sequence", row.sequence);
  f("stage", row.stage);
  f("counts", row.counts);
}

enum class TrialKind { fit, gate, backtest };
template <>
struct EnumWords<TrialKind> {
  static constexpr std::array<std::string_view, 3> words{"fit", "gate", "backtest"};
};

enum class TrialAlgorithm { xgboost, logistic };
template <>
struct EnumWords<TrialAlgorithm> {
  static constexpr std::array<std::string_view, 2> words{"xgboost", "logistic"};
};

// One attempt at finding something: every fit and every gate counts, so that the best of many is known as such.
struct TrialRow {
  static constexpr std::string_view table = "trial";
  static constexpr std::size_t column_count = 10;
  std::string id{};  // Id
  std::string model{};  // Model file of the desk
  TrialKind kind{};  // What was tried
  TrialAlgorithm algorithm{};  // What was fitted or judged
  std::string spec_hash{};  // Hash of features, label, algorithm, parameters and rows
  std::optional<double> score{};  // Log loss on rows the fit did not see
  std::int64_t rows = 0;  // Rows behind the score
  std::optional<std::string> model_version_id{};  // Version it belongs to
  std::string detail{};  // Parameters and further scores
  Instant created_at{};  // Instant on the desk clock

  bool operator==(const TrialRow&) const = default;
};
template <class Row, class F>
  requires std::same_as<std::remove_const_t<Row>, TrialRow>
void for_each_field(Row& row, F&& f) {
  f("id", row.id);
  f("model", row.model);
  f("kind", row.kind);
  f("algorithm", row.algorithm);
  f("spec_hash", row.spec_hash);
  f("score", row.score);
  f("rows", row.rows);
  f("model_version_id", row.model_version_id);
  f("detail", row.detail);
  f("created_at", row.created_at);
}

}  // namespace converge
