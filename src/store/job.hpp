// store/job.hpp — the queue: work as rows, claimed by workers under a lease, each write fenced by the claim's token.
//
//   ready -> running -> done | dead          ready, running -> cancelled          dead, cancelled -> ready (requeue)
//            running -> ready (retry, or reclaimed from a holder that vanished)
//
// `due_at` is on the desk clock and belongs to the domain; leases, retries and ends are on the database server's clock and
// do not. No function compares this machine's clock with either. All take the caller's transaction: a job is enqueued, or
// completed, together with the rows that made it necessary, or that it produced.
// After 1213 or 1205 Db::transact repeats the caller's whole transaction; READ COMMITTED is assumed.
#pragma once
#include "store/db.hpp"
#include "store/retry_delay.hpp"
#include "wire/json.hpp"

namespace converge::store {

struct QueuePolicy {
  std::int64_t lease_ms = 60'000;
  std::int64_t margin_ms = 10'000;  // a worker stops this long before its lease ends
  RetryBounds retry{std::chrono::seconds(1), std::chrono::minutes(15)};
  // Dead after its holder vanished this often: it may be what kills the process. Nothing in the tables tells a job that kills
  // its process from a process that was killed for another reason (a deployment, the machine, somebody's kill -9) while the
  // job ran. A job that takes a minute meets several of those in a bad week; one that kills meets nothing else.
  std::int64_t crashes_max = 20;
};

struct JobRequest {
  std::string queue = "default";
  std::string kind;
  JsonObject args;
  std::optional<std::string> unique_key;  // at most one unfinished job for each
  std::int64_t priority = 0;              // lower runs first
  std::optional<Instant> due_at;          // desk clock; at once without one
  std::int64_t attempts_max = 5;
};

// returns  the id of the job that will do it: the one just added, or the unfinished one that was there
// writes   job, in the caller's transaction
// idempotent by (queue, kind, unique_key, args, scope.now), and by unique_key while that job is unfinished
// errors   contract_violation
// notes    MySQL has no partial unique index: open_key holds the unique key while the job is unfinished and NULL
//          afterwards, under an ordinary unique index, so the server itself refuses the second one
Result<std::string> enqueue_job(const Scope& scope, const JobRequest& request);
Result<bool> has_unfinished_job(Tx& tx, std::string_view unique_key);

// A hold on one job. It is lost when the lease ends and another worker, or a reclaim, takes the job.
struct JobClaim {
  JobRow job;                   // as it is in the table after the claim
  std::string token;            // names this claim and no other
  std::int64_t stop_by_ms = 0;  // monotonic_ms() at which the worker must have stopped
};

// Takes up to `jobs_max` ready jobs that are due, lowest priority first, then oldest; skips rows that others are claiming.
//   holder  this_process_holder(), with "/thread" after it where a process has several workers
//   notes   the attempt is counted here, not at the end
Result<std::vector<JobClaim>> claim_jobs(Tx& tx, std::string_view queue, std::string_view holder, std::int64_t jobs_max,
                                         Instant now, const QueuePolicy& policy);

// What this holder has claimed already, with its leases prolonged: the reply to its claim was lost, or the work was.
Result<std::vector<JobClaim>> resume_claims(Tx& tx, std::string_view holder, const QueuePolicy& policy);

// The next four are fenced: errors are conflict when the claim was lost (expired and taken, reclaimed, cancelled). The
// caller returns that error, and everything else its transaction did is undone with it.

// Prolongs the lease from now on. Cheap; meant to run in its own transaction every lease_ms / 3.
Result<void> heartbeat_job(Tx& tx, JobClaim& claim, std::optional<std::string_view> progress,
                           const QueuePolicy& policy);
// result: canonical JSON object, or nothing.
Result<void> complete_job(Tx& tx, const JobClaim& claim, const std::optional<std::string>& result);
// Ready again, or dead, as the error table and `attempts_max` say. Claims whose holder vanished are no failures of the job
// and use up crashes_max only.
Result<JobState> fail_job(Tx& tx, const JobClaim& claim, const Error& error, const QueuePolicy& policy);
// Gives the job up as dead whatever its error: no handler for the kind, or an operator's decision.
Result<void> bury_job(Tx& tx, const JobClaim& claim, const Error& error);

// The wait before the next attempt. Decided by the job's id and attempt, so that a replay repeats it and a thousand jobs
// that failed together come back apart.
std::chrono::milliseconds compute_job_retry_delay(std::string_view job_id, std::int64_t attempt,
                                                  const RetryBounds& bounds);

// What the error table says of a job that has failed so many times: true to run it again.
bool is_retried(Errc code, std::int64_t failures, std::int64_t attempts_max);

struct Reclaimed {
  std::int64_t ready = 0;
  std::int64_t dead = 0;
};
// Jobs whose lease has ended. One guarded UPDATE for each: a job that was finished or renewed since is left alone.
Result<Reclaimed> reclaim_expired_jobs(Tx& tx, const QueuePolicy& policy);
// Jobs whose holder is_provably_dead, without waiting for their lease: called at the start of a run.
Result<Reclaimed> reclaim_jobs_of_dead_owners(Tx& tx, const QueuePolicy& policy);

// Ready: never runs. Running: its next fenced write fails. errors: not_found, conflict (already finished)
Result<void> cancel_job(Tx& tx, std::string_view id);
// Back to ready with all its attempts. errors: not_found, conflict (not dead or cancelled, or its unique key is taken)
Result<void> requeue_job(Tx& tx, std::string_view id);

Result<std::vector<JobRow>> load_jobs(Tx& tx, JobState state, std::int64_t rows_max);
Result<std::int64_t> count_due_jobs(Tx& tx, std::string_view queue, Instant now);

}  // namespace converge::store
