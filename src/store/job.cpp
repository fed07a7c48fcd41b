#include "store/job.hpp"

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "store/holder.hpp"
#include "store/sql.hpp"

#include <algorithm>
#include <array>
#include <atomic>

namespace converge::store {
namespace {

constexpr std::int64_t us_per_ms = 1'000;

std::string error_text(const Error& error) {
  return clip_code_points(render_error(error), 2000);
}

// The holder is unique among processes, the number within this one.
std::string make_token(std::string_view holder) {
  static std::atomic<std::uint64_t> claims_made{0};
  return compute_sha256_hex(std::string(holder) + '/' + std::to_string(++claims_made));
}

std::string render_ids(const RowSet& claimable) {
  std::string json = "[";
  for (const auto& row : claimable.rows)
    json += (json.size() > 1 ? ",\"" : "\"") + std::get<std::string>(row[0]) + "\"";
  return json + "]";
}

Result<void> require_one(Result<std::int64_t> affected_rows, std::string_view doing, const JobClaim& claim) {
  if (!affected_rows) return fail(std::move(affected_rows).error());
  if (*affected_rows == 1) return {};
  return fail(Errc::conflict,
              std::string(doing) + " job " + claim.job.id +
                  ": the claim was lost; the lease ended and the job was taken back, or it was cancelled");
}

// Two jobs may meet on the primary key or on open_key; the one that is there says which.
Result<std::optional<JobRow>> find_twin(Tx& tx, const JobRow& job) {
  TRY(auto same, tx.find<JobRow>(sql::job_by_id, params(job.id)));
  if (same || !job.open_key) return same;
  return tx.find<JobRow>(sql::job_by_open_key, params(*job.open_key));
}

Result<void> require_job(Tx& tx, std::string_view id, const std::string& doing, std::int64_t affected_rows) {
  if (affected_rows == 1) return {};
  TRY(const auto job, tx.find<JobRow>(sql::job_by_id, params(id)));
  if (!job) return fail(Errc::not_found, doing + " job " + std::string(id) + ": there is no such job");
  return fail(Errc::conflict, doing + " job " + std::string(id) + ": it is " + std::string(enum_text(job->state)));
}

Result<Reclaimed> reclaim(Tx& tx, const std::vector<JobRow>& jobs, bool is_owner_dead, const QueuePolicy& policy) {
  Reclaimed reclaimed;
  for (const auto& job : jobs) {
    const auto crashes = job.crashes + 1;
    const bool is_poison = crashes >= policy.crashes_max;
    const auto reason = (is_owner_dead ? "its worker died: " : "its lease ended: ") +
                        job.worker.value_or("unknown worker") + "; " + std::to_string(crashes) + " lost of " +
                        std::to_string(job.attempt) + " claims";
    const auto vanished = is_owner_dead ? job.worker : std::nullopt;
    TRY(const auto rows, tx.execute(is_poison ? sql::job_reclaim_dead : sql::job_reclaim,
                                    params(reason, job.id, job.lease_token, vanished)));
    (is_poison ? reclaimed.dead : reclaimed.ready) += rows;
  }
  return reclaimed;
}

}  // namespace

Result<std::string> enqueue_job(const Scope& scope, const JobRequest& request) {
  JobRow job;
  job.queue = request.queue;
  job.kind = request.kind;
  job.args = render_canonical_json(request.args);
  job.unique_key = request.unique_key;
  job.open_key = request.unique_key;
  job.state = JobState::ready;
  job.priority = request.priority;
  job.due_at = request.due_at.value_or(scope.now);
  job.attempts_max = request.attempts_max;
  job.created_at = scope.now;
  job.id =
      scope.id(JobRow::table, job.queue + '\x1f' + job.kind + '\x1f' + job.unique_key.value_or("") + '\x1f' + job.args);

  // The twin may finish between the refused insert and the look: then the insert is free to succeed.
  constexpr int tries_max = 5;
  for (int tries = 0; tries < tries_max; ++tries) {
    auto inserted = scope.tx.insert(job);
    if (inserted) return job.id;
    if (inserted.error().code != Errc::conflict) return fail(std::move(inserted).error());
    TRY(const auto twin, find_twin(scope.tx, job));
    if (twin) return twin->id;
  }
  return fail(Errc::conflict, "enqueue " + job.kind + ": the unique key " + job.unique_key.value_or("") +
                                  " is taken and given back faster than it can be read");
}

Result<bool> has_unfinished_job(Tx& tx, std::string_view unique_key) {
  TRY(const auto job, tx.find<JobRow>(sql::job_by_open_key, params(unique_key)));
  return job.has_value();
}

Result<std::vector<JobClaim>> claim_jobs(Tx& tx, std::string_view queue, std::string_view holder, std::int64_t jobs_max,
                                         Instant now, const QueuePolicy& policy) {
  const auto stop_by_ms = monotonic_ms() + policy.lease_ms - policy.margin_ms;
  TRY(const auto claimable, tx.select(sql::job_claimable, params(queue, now, jobs_max)));
  if (claimable.rows.empty()) return std::vector<JobClaim>{};

  const auto ids = render_ids(claimable);
  const auto token = make_token(holder);
  TRY(const auto rows, tx.execute(sql::job_claim, params(ids, token, policy.lease_ms * us_per_ms, holder)));
  TRY(auto jobs, tx.load<JobRow>(sql::job_claimed, params(ids, token)));
  if (rows != std::ssize(claimable.rows) || jobs.size() != claimable.rows.size())
    return fail(Errc::internal,
                "claim jobs: locked " + std::to_string(claimable.rows.size()) + ", claimed " + std::to_string(rows));
  std::vector<JobClaim> claims;
  claims.reserve(jobs.size());
  for (auto& job : jobs) claims.push_back({std::move(job), token, stop_by_ms});
  return claims;
}

Result<void> heartbeat_job(Tx& tx, JobClaim& claim, std::optional<std::string_view> progress,
                           const QueuePolicy& policy) {
  const auto stop_by_ms = monotonic_ms() + policy.lease_ms - policy.margin_ms;
  const auto said = progress ? std::optional(clip_code_points(*progress, 200)) : claim.job.progress;
  TRY_VOID(
      require_one(tx.execute(sql::job_heartbeat, params(policy.lease_ms * us_per_ms, said, claim.job.id, claim.token)),
                  "prolong", claim));
  claim.job.progress = said;
  claim.stop_by_ms = stop_by_ms;
  return {};
}

Result<std::vector<JobClaim>> resume_claims(Tx& tx, std::string_view holder, const QueuePolicy& policy) {
  TRY(auto held, tx.load<JobRow>(sql::job_held, params(holder)));
  std::vector<JobClaim> claims;
  for (JobRow& job : held) {
    const std::string token = job.lease_token.value_or("");
    JobClaim claim{std::move(job), token, 0};
    TRY_VOID(heartbeat_job(tx, claim, std::nullopt, policy));
    claims.push_back(std::move(claim));
  }
  return claims;
}

Result<void> complete_job(Tx& tx, const JobClaim& claim, const std::optional<std::string>& result) {
  return require_one(
      tx.execute(sql::job_finish, params(JobState::done, result, std::nullopt, claim.job.id, claim.token)), "complete",
      claim);
}

Result<JobState> fail_job(Tx& tx, const JobClaim& claim, const Error& error, const QueuePolicy& policy) {
  if (!is_retried(error.code, claim.job.attempt - claim.job.crashes, claim.job.attempts_max)) {
    TRY_VOID(bury_job(tx, claim, error));
    return JobState::dead;
  }
  const auto delay = compute_job_retry_delay(claim.job.id, claim.job.attempt, policy.retry);
  TRY_VOID(require_one(
      tx.execute(sql::job_retry, params(error_text(error), delay.count() * us_per_ms, claim.job.id, claim.token)),
      "retry", claim));
  return JobState::ready;
}

Result<void> bury_job(Tx& tx, const JobClaim& claim, const Error& error) {
  return require_one(
      tx.execute(sql::job_finish, params(JobState::dead, std::nullopt, error_text(error), claim.job.id, claim.token)),
      "bury", claim);
}

std::chrono::milliseconds compute_job_retry_delay(std::string_view job_id, std::int64_t attempt,
                                                  const RetryBounds& bounds) {
  auto rng = Rng::named(0, "job_retry/" + std::string(job_id) + "/" + std::to_string(attempt));
  return compute_retry_delay(static_cast<int>(attempt), bounds, rng);
}

bool is_retried(Errc code, std::int64_t failures, std::int64_t attempts_max) {
  const std::array<std::int64_t, 3> attempts_allowed{1, 2, attempts_max};  // Retry::never, once, backoff
  const auto allowed = attempts_allowed[static_cast<std::size_t>(error_traits(code).retry)];
  return failures < std::min(allowed, attempts_max);
}

Result<Reclaimed> reclaim_expired_jobs(Tx& tx, const QueuePolicy& policy) {
  constexpr std::int64_t rows_max = 1000;
  TRY(const auto expired, tx.load<JobRow>(sql::job_expired, params(rows_max)));
  return reclaim(tx, expired, false, policy);
}

Result<Reclaimed> reclaim_jobs_of_dead_owners(Tx& tx, const QueuePolicy& policy) {
  TRY(auto running, tx.load<JobRow>(sql::job_running));
  std::erase_if(running, [](const JobRow& job) { return !job.worker || !is_provably_dead(*job.worker); });
  return reclaim(tx, running, true, policy);
}

Result<void> cancel_job(Tx& tx, std::string_view id) {
  TRY(const auto rows, tx.execute(sql::job_cancel, params(id)));
  return require_job(tx, id, "cancel", rows);
}

Result<void> requeue_job(Tx& tx, std::string_view id) {
  auto rows = tx.execute(sql::job_requeue, params(id));
  if (!rows && rows.error().code == Errc::conflict)
    return fail(Errc::conflict, "requeue job " + std::string(id) + ": another unfinished job has its unique key");
  if (!rows) return fail(std::move(rows).error());
  return require_job(tx, id, "requeue", *rows);
}

Result<std::vector<JobRow>> load_jobs(Tx& tx, JobState state, std::int64_t rows_max) {
  return tx.load<JobRow>(sql::job_by_state, params(state, rows_max));
}

Result<std::int64_t> count_due_jobs(Tx& tx, std::string_view queue, Instant now) {
  TRY(const auto counted, tx.select(sql::job_count_due, params(queue, now)));
  return std::get<std::int64_t>(counted.rows.at(0).at(0));
}

}  // namespace converge::store
