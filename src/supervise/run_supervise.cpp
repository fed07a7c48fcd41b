#include "supervise/run_supervise.hpp"

#include "base/hash.hpp"
#include "model/registry.hpp"
#include "store/job.hpp"
#include "store/sql.hpp"
#include "supervise/finding.hpp"
#include "supervise/proposal.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using store::params;
using store::Scope;
using store::Statement;
using store::Value;

constexpr std::chrono::days proposal_life{30};

Result<std::optional<Instant>> find_instant(Scope& scope, const Statement& statement, std::span<const Value> values) {
  TRY(const auto answer, scope.tx.select(statement, values));
  const auto* at = answer.rows.empty() ? nullptr : std::get_if<Instant>(&answer.rows[0][0]);
  return at == nullptr ? std::nullopt : std::optional(*at);
}

std::string text_or_empty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

Result<std::int64_t> load_count(Scope& scope, const Statement& statement, std::span<const Value> values) {
  TRY(const auto answer, scope.tx.select(statement, values));
  return std::get<std::int64_t>(answer.rows.at(0).at(0));
}

Result<std::int64_t> load_sessions_since(Scope& scope, const WatchedModel& model, Instant since) {
  return load_count(scope, sql::fact_sessions_since, params(model.symbol, model.timeframe, since, scope.now));
}

bool is_decision(const DriftReportRow& row) {
  return row.verdict == DriftReportVerdict::drift && row.feature == "all";
}

std::vector<DriftFact> collect_drifts(std::span<const DriftReportRow> rows) {
  std::vector<DriftFact> drifts;
  for (const DriftReportRow& row : rows) {
    if (!is_decision(row)) continue;
    DriftFact fact{std::string(enum_text(row.statistic)), row.window_sessions, row.value, row.threshold, "", 0};
    for (const DriftReportRow& part : rows) {
      const bool same = part.statistic == row.statistic && part.window_sessions == row.window_sessions;
      const bool is_judged = part.verdict != DriftReportVerdict::insufficient_evidence && part.threshold > 0;
      if (!same || part.feature.starts_with("all") || !is_judged) continue;
      const double ratio = part.value / part.threshold;
      if (ratio > fact.worst_ratio) {
        fact.worst_ratio = ratio;
        fact.worst_feature = part.feature;
      }
    }
    drifts.push_back(std::move(fact));
  }
  return drifts;
}

Result<ModelFacts> load_model_facts(Scope& scope, const WatchedModel& model, Instant decided_by) {
  ModelFacts facts;
  facts.model = model.model;
  facts.schedule_sessions = model.schedule_sessions;

  TRY(const auto champion, model::find_champion_for(scope.tx, model.model, model.label_set_hash, decided_by));
  if (champion) {
    facts.champion_version_id = champion->id;
    facts.champion_train_to_at = champion->train_to_at;
    TRY(facts.sessions_since_train_to, load_sessions_since(scope, model, *facts.champion_train_to_at));
    facts.labels_after_train = std::max<std::int64_t>(0, *facts.sessions_since_train_to - model.horizon_bars);
    TRY(const auto reports,
        scope.tx.load<DriftReportRow>(sql::fact_drift_today, params(*facts.champion_version_id, scope.now)));
    facts.drifts = collect_drifts(reports);
    TRY(const auto newest,
        scope.tx.select(sql::fact_newest_prediction, params(model.model, model.symbol, model.timeframe, scope.now)));
    if (!newest.rows.empty() && std::holds_alternative<std::string>(newest.rows[0][1])) {
      facts.abstained_bar_at = std::get<Instant>(newest.rows[0][0]);
      facts.abstain_reason = std::get<std::string>(newest.rows[0][1]);
    }
  }

  TRY(const auto attempt,
      find_instant(scope, sql::fact_last_attempt, params(model.model, decided_by, "model:" + model.model, decided_by)));
  TRY(const std::int64_t sessions, load_sessions_since(scope, model, attempt.value_or(begin_of_time)));
  if (attempt) facts.sessions_since_attempt = sessions;
  facts.labels_matured = attempt ? sessions : std::max<std::int64_t>(0, sessions - model.horizon_bars);

  TRY(facts.retrain_running, store::has_unfinished_job(scope.tx, "train:" + model.model));
  return facts;
}

Result<SourceFacts> load_source_facts(Scope& scope, const WatchedSource& source) {
  SourceFacts facts;
  facts.source = source.source;
  facts.stale_after_days = source.stale_after_days;
  TRY(facts.last_known_at, find_instant(scope, sql::fact_source_last_known, params(source.source, scope.now)));
  if (!facts.last_known_at) {
    TRY(facts.last_known_at, find_instant(scope, sql::fact_source_newest_bar, params(source.source, scope.now)));
  }
  TRY(const auto quarantine, scope.tx.select(sql::fact_quarantine_open, params(source.source, scope.now)));
  facts.quarantine_open = std::get<std::int64_t>(quarantine.rows.at(0).at(0));
  facts.quarantine_batch_id = text_or_empty(quarantine.rows.at(0).at(1));
  return facts;
}

Result<std::vector<DeadJobFact>> load_dead_jobs(Scope& scope) {
  TRY(const auto answer, scope.tx.select(sql::fact_dead_jobs));
  std::vector<DeadJobFact> jobs;
  for (const auto& row : answer.rows)
    jobs.push_back({text_or_empty(row[0]), text_or_empty(row[1]), std::get<std::int64_t>(row[2]),
                    std::get<std::int64_t>(row[3]), text_or_empty(row[4])});
  return jobs;
}

Result<std::vector<UnsentFact>> load_unsent(Scope& scope) {
  TRY(const auto answer, scope.tx.select(sql::fact_parts_unsent, params(scope.now)));
  std::vector<UnsentFact> parts;
  for (const auto& row : answer.rows)
    parts.push_back({text_or_empty(row[0]), text_or_empty(row[1]), text_or_empty(row[2]), text_or_empty(row[3]),
                     text_or_empty(row[4])});
  return parts;
}

FindingRow make_finding(const Scope& scope, const Observation& observation) {
  FindingRow row;
  row.fingerprint = compute_fingerprint(observation);
  row.id = scope.id("finding", row.fingerprint);
  row.kind = observation.kind;
  row.subject = observation.subject;
  row.severity = observation.severity;
  row.status = FindingStatus::open;
  row.evidence = render_canonical_json(observation.evidence);
  row.evidence_last = row.evidence;
  row.seen = 1;
  row.opened_at = scope.now;
  row.last_seen_at = scope.now;
  return row;
}

Result<void> write_findings(Scope& scope, const FindingChanges& changes) {
  std::vector<FindingRow> opened;
  for (const Observation& observation : changes.opened) opened.push_back(make_finding(scope, observation));
  TRY_VOID(scope.tx.insert(std::span<const FindingRow>(opened)));
  for (const auto& seen : changes.seen_again)
    TRY_VOID(scope.tx.execute(sql::finding_seen_again, params(scope.now, seen.evidence, seen.id)));
  for (const std::string& id : changes.resolved)
    TRY_VOID(scope.tx.execute(sql::finding_resolve, params(scope.now, id)));
  return {};
}

ProposalRow make_proposal(const Scope& scope, const Suggestion& suggestion) {
  ProposalRow row;
  row.id = scope.id("proposal", suggestion.finding->id + "/" + std::string(enum_text(suggestion.play->action)));
  row.finding_id = suggestion.finding->id;
  row.action = suggestion.play->action;
  row.subject = suggestion.finding->subject;
  row.reason = suggestion.play->reason;
  row.evidence = suggestion.finding->evidence_last;
  row.evidence_hash = compute_sha256_hex(row.evidence);
  row.status = ProposalStatus::proposed;
  row.proposed_at = scope.now;
  row.expires_at = scope.now + proposal_life;
  return row;
}

Result<Answered> load_answered(Scope& scope) {
  TRY(const auto answer, scope.tx.select(sql::proposal_of_open_findings));
  Answered answered;
  for (const auto& row : answer.rows) {
    const std::string key = std::get<std::string>(row[0]) + "/" + std::get<std::string>(row[1]);
    answered.proposed.insert(key);
    if (std::get<std::int64_t>(row[2]) == 1) answered.refused.insert(key);
  }
  return answered;
}

const ModelFacts* find_model(const Facts& facts, std::string_view subject) {
  const auto found =
      std::ranges::find_if(facts.models, [&](const ModelFacts& m) { return "model:" + m.model == subject; });
  return found == facts.models.end() ? nullptr : &*found;
}

// One tick's deciding: what it needs to know, and what it has spent.
struct Bench {
  Scope& scope;
  const SuperviseOptions& options;
  const Facts& facts;
  std::span<const FindingRow> findings;
  std::int64_t retrains_today = 0;
};

const RetrainLimits& find_limits(const SuperviseOptions& options, std::string_view model) {
  static constexpr RetrainLimits defaults;
  const auto found = std::ranges::find(options.models, model, &WatchedModel::model);
  return found == options.models.end() ? defaults : found->limits;
}

// Whatever was decided: the governor holds a retrain that may not start now.
PolicyDecision govern(const Bench& bench, const ProposalRow& proposal, PolicyDecision decision) {
  const ModelFacts* model = find_model(bench.facts, proposal.subject);
  if (proposal.action != ProposalAction::retrain || model == nullptr) return decision;
  return govern_retrain(bench.options.policy, find_limits(bench.options, model->model), *model, bench.retrains_today,
                        std::move(decision));
}

PolicyDecision judge(const Bench& bench, const ProposalRow& proposal) {
  const auto finding = std::ranges::find(bench.findings, proposal.finding_id, &FindingRow::id);
  if (finding == bench.findings.end()) return {ProposalStatus::expired, "", "the finding behind it no longer holds"};
  if (bench.scope.now >= proposal.expires_at) return {ProposalStatus::expired, "", "nobody decided it in time"};
  if (finding->last_seen_at != bench.scope.now) return {ProposalStatus::held, "", "the finding is not seen today"};
  return govern(bench, proposal, decide(bench.options.policy, proposal.action, finding->kind));
}

Result<std::string> start_retrain(Bench& bench, const ProposalRow& proposal) {
  const ModelFacts* model = find_model(bench.facts, proposal.subject);
  if (model == nullptr)
    return fail(Errc::not_found, "proposal " + proposal.id + ": " + proposal.subject + " is not declared");
  store::JobRequest request;
  request.kind = "train";
  request.unique_key = "train:" + model->model;
  request.args = {{"model", model->model}, {"proposal_id", proposal.id}, {"finding_id", proposal.finding_id}};
  request.due_at = bench.scope.now;
  ++bench.retrains_today;
  return store::enqueue_job(bench.scope, request);
}

std::string find_undo(const ProposalRow& proposal, ProposalStatus decided, const std::optional<std::string>& job_id) {
  const std::string name = proposal.subject.substr(proposal.subject.find(':') + 1);
  if (job_id)
    return fmt::format("converge job cancel {}; once it has promoted: converge model rollback {} --reason TEXT",
                       *job_id, name);
  if (decided == ProposalStatus::rejected && proposal.action == ProposalAction::retrain)
    return fmt::format("converge model train {} --reason TEXT", name);
  return "nothing to undo: it only tells";
}

Result<void> write_audit(Scope& scope, const ProposalRow& proposal, const PolicyDecision& decision,
                         std::string_view actor, const std::optional<std::string>& job_id) {
  const bool is_rejected = decision.status == ProposalStatus::rejected;
  AuditRow row;
  row.id = scope.id("audit", "proposal/" + proposal.id);
  row.actor = actor;
  row.verb = (is_rejected ? "reject_" : "") + std::string(enum_text(proposal.action));
  row.subject = proposal.subject;
  row.reason = decision.rule.empty() ? fmt::format("{}: {}", proposal.reason, decision.reason)
                                     : fmt::format("{} (rule {}: {})", proposal.reason, decision.rule, decision.reason);
  row.evidence =
      render_canonical_json(JsonObject{{"finding_id", proposal.finding_id}, {"evidence_hash", proposal.evidence_hash}});
  row.before_state = render_canonical_json(JsonObject{{"proposal", enum_text(proposal.status)}});
  row.after_state =
      render_canonical_json(JsonObject{{"proposal", enum_text(decision.status)}, {"job_id", job_id.value_or("")}});
  row.undo = find_undo(proposal, decision.status, job_id);
  row.acted_at = scope.now;
  return scope.tx.insert(row);
}

// returns  the job that was set going, if one was
Result<std::optional<std::string>> carry_out(Bench& bench, const ProposalRow& proposal, const PolicyDecision& decision,
                                             std::string_view actor) {
  std::optional<std::string> job_id;
  if (decision.status == ProposalStatus::approved && proposal.action == ProposalAction::retrain) {
    TRY(job_id, start_retrain(bench, proposal));
  }
  const bool waits = decision.status == ProposalStatus::proposed || decision.status == ProposalStatus::held;
  TRY_VOID(bench.scope.tx.execute(
      sql::proposal_decide,
      params(enum_text(decision.status), decision.rule.empty() ? Value{} : Value{decision.rule},
             waits ? Value{} : Value{std::string(actor)}, decision.reason, waits ? Value{} : Value{bench.scope.now},
             job_id ? Value{*job_id} : Value{}, proposal.id)));
  if (!waits && decision.status != ProposalStatus::expired)
    TRY_VOID(write_audit(bench.scope, proposal, decision, actor, job_id));
  return job_id;
}

// A retrain whose job was given up has failed; one whose job somebody cancelled was turned down.
Result<void> settle_given_up(Scope& scope) {
  TRY(const auto given_up, scope.tx.select(sql::proposal_job_given_up));
  for (const auto& row : given_up.rows) {
    const bool is_dead = std::get<std::string>(row[1]) == "dead";
    TRY_VOID(scope.tx.execute(
        sql::proposal_finish,
        params(enum_text(is_dead ? ProposalStatus::failed : ProposalStatus::rejected), text_or_empty(row[0]))));
  }
  return {};
}

Result<std::int64_t> count_retrains_today(Scope& scope) {
  return load_count(scope, sql::proposal_approved_since,
                    params(enum_text(ProposalAction::retrain), midnight_utc(utc_date(scope.now))));
}

// errors: not_found, conflict
Result<ProposalRow> load_decidable(Scope& scope, const std::string& id) {
  TRY(auto proposal, scope.tx.find<ProposalRow>(sql::proposal_by_id, params(id)));
  if (!proposal)
    return fail(Errc::not_found, "proposal " + id + " does not exist; 'converge manager proposals' lists them");
  const auto refuse = [&](const std::string& why) { return fail(Errc::conflict, "proposal " + id + " " + why); };
  if (proposal->status != ProposalStatus::proposed && proposal->status != ProposalStatus::held)
    return refuse("cannot be decided: it is " + std::string(enum_text(proposal->status)));
  if (scope.now >= proposal->expires_at) return refuse("expired at " + render_instant(proposal->expires_at));
  TRY(const auto finding, scope.tx.find<FindingRow>(sql::finding_by_id, params(proposal->finding_id)));
  if (!finding || finding->status != FindingStatus::open) return refuse("has no ground: its finding no longer holds");
  return *std::move(proposal);
}

}  // namespace

Result<Facts> load_facts(Scope& scope, const SuperviseOptions& options, Instant decided_by) {
  Facts facts;
  facts.now = scope.now;
  for (const WatchedModel& model : options.models) {
    TRY(ModelFacts one, load_model_facts(scope, model, decided_by));
    facts.models.push_back(std::move(one));
  }
  for (const WatchedSource& source : options.sources) {
    TRY(SourceFacts one, load_source_facts(scope, source));
    facts.sources.push_back(std::move(one));
  }
  TRY(facts.dead_jobs, load_dead_jobs(scope));
  TRY(facts.unsent, load_unsent(scope));
  TRY(facts.watched_since, find_instant(scope, sql::fact_first_tick, {}));
  return facts;
}

Result<SuperviseCounts> run_supervise(Scope& scope, const SuperviseOptions& options) {
  TRY_VOID(settle_given_up(scope));
  TRY(const Facts facts, load_facts(scope, options));
  TRY(const auto open_before, scope.tx.load<FindingRow>(sql::finding_open));
  const FindingChanges changes = compute_changes(observe(facts), open_before, scope.now);
  TRY_VOID(write_findings(scope, changes));

  TRY(const auto findings, scope.tx.load<FindingRow>(sql::finding_open));
  TRY(auto undecided, scope.tx.load<ProposalRow>(sql::proposal_undecided));
  TRY(const auto answered, load_answered(scope));
  std::vector<ProposalRow> proposals;
  for (const Suggestion& suggestion : suggest(findings, undecided, answered, scope.now))
    proposals.push_back(make_proposal(scope, suggestion));
  TRY_VOID(scope.tx.insert(std::span<const ProposalRow>(proposals)));

  SuperviseCounts counts;
  counts.findings_opened = std::ssize(changes.opened);
  counts.findings_open = std::ssize(findings);
  counts.findings_resolved = std::ssize(changes.resolved);
  counts.proposals = std::ssize(proposals);

  Bench bench{scope, options, facts, findings, 0};
  TRY(bench.retrains_today, count_retrains_today(scope));
  undecided.insert(undecided.end(), proposals.begin(), proposals.end());
  for (const ProposalRow& proposal : undecided) {
    if (proposal.status == ProposalStatus::approved) continue;
    const PolicyDecision decision = judge(bench, proposal);
    const bool unchanged = decision.status == proposal.status && decision.reason == proposal.decision_reason;
    if (!unchanged) TRY_VOID(carry_out(bench, proposal, decision, "policy"));
    counts.approved += decision.status == ProposalStatus::approved ? 1 : 0;
    counts.held += decision.status == ProposalStatus::held ? 1 : 0;
  }
  return counts;
}

Result<std::string> request_retrain(Scope& scope, const SuperviseOptions& options, const std::string& model,
                                    const std::string& reason) {
  static constexpr Play play{"owner_asked", ProposalAction::retrain, "the owner asked for it", true};
  TRY(const Facts facts, load_facts(scope, options));
  const ModelFacts* known = find_model(facts, "model:" + model);
  if (known == nullptr) return fail(Errc::not_found, "model " + model + " is not declared in this desk");
  Bench bench{scope, options, facts, {}, 0};
  TRY(bench.retrains_today, count_retrains_today(scope));
  const PolicyDecision decision = govern_retrain(options.policy, find_limits(options, model), *known,
                                                 bench.retrains_today, {ProposalStatus::approved, "", reason});
  if (decision.status != ProposalStatus::approved)
    return fail(Errc::denied, "model " + model + " is not trained now: " + decision.reason);

  Observation asked;
  asked.kind = play.finding_kind;
  asked.subject = "model:" + model;
  asked.cause = render_instant(scope.now);
  asked.severity = FindingSeverity::info;
  asked.evidence = {{"reason", reason}, {"command", "converge model explain " + model}};
  const FindingRow finding = make_finding(scope, asked);
  const ProposalRow proposal = make_proposal(scope, {&finding, &play});
  TRY_VOID(scope.tx.insert(finding));
  TRY_VOID(scope.tx.insert(proposal));
  TRY(const auto job_id, carry_out(bench, proposal, decision, "owner"));
  return job_id.value();
}

Result<ProposalRow> decide_proposal(Scope& scope, const SuperviseOptions& options, const std::string& id,
                                    OwnerDecision decision, const std::string& reason) {
  TRY(const ProposalRow proposal, load_decidable(scope, id));
  const auto status = decision == OwnerDecision::approve ? ProposalStatus::approved : ProposalStatus::rejected;
  TRY(const Facts facts, load_facts(scope, options));
  Bench bench{scope, options, facts, {}, 0};
  TRY(bench.retrains_today, count_retrains_today(scope));
  const PolicyDecision governed = govern(bench, proposal, {status, "", reason});
  if (governed.status != status)
    return fail(Errc::denied, "proposal " + id + " is not carried out now: " + governed.reason);
  TRY_VOID(carry_out(bench, proposal, governed, "owner"));
  TRY(auto decided, scope.tx.find<ProposalRow>(sql::proposal_by_id, params(id)));
  return *std::move(decided);
}

}  // namespace converge::supervise
