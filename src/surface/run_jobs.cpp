#include "surface/run_jobs.hpp"

#include "base/log.hpp"
#include "store/holder.hpp"
#include "store/job.hpp"
#include "store/recovery.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

using store::JobClaim;
using store::Scope;
using store::Tx;

// One of the three places where an exception is caught (main and a request are the others): a bug in a handler ends its job, not
// the run.
Result<JsonObject> run_job(std::span<const JobHandler> handlers, Scope& scope, const JobRow& job) {
  const auto handler = std::ranges::find(handlers, job.kind, &JobHandler::kind);
  if (handler == handlers.end())
    return fail(Errc::invalid_input, "job " + job.id + ": no handler for kind '" + job.kind + "'");
  try {
    return handler->run(scope, job);
  } catch (const std::exception& error) {
    return fail(Errc::internal, "job " + job.id + " of kind '" + job.kind + "': " + error.what());
  }
}

// In a transaction that writes nothing once the fence is gone: the job is somebody else's then.
template <class Work>
auto transact_fenced(store::Db& db, const JobOptions& options, Work&& work) {
  return db.transact([&](Tx& tx) -> std::invoke_result_t<Work, Tx&> {
    if (options.fence) TRY_VOID(options.fence(tx));
    return work(tx);
  });
}

Result<std::vector<JobClaim>> claim_one(Tx& tx, Instant now, const store::QueuePolicy& policy) {
  const std::string holder = store::this_process_holder();
  TRY(auto held, store::resume_claims(tx, holder, policy));
  if (!held.empty()) return held;
  return store::claim_jobs(tx, "default", holder, 1, now, policy);
}

// False: there was nothing to claim.
Result<bool> run_claimed(store::Db& db, std::span<const JobHandler> handlers, Instant now, const JobOptions& options) {
  const store::QueuePolicy policy;
  TRY(const auto claims, transact_fenced(db, options, [&](Tx& tx) { return claim_one(tx, now, policy); }));
  if (claims.empty()) return false;
  const JobClaim& claim = claims.front();
  const auto done = transact_fenced(db, options, [&](Tx& tx) -> Result<void> {
    Scope scope{tx, now, options.seed};
    TRY(const JsonObject result, run_job(handlers, scope, claim.job));
    return store::complete_job(tx, claim, render_canonical_json(result));
  });
  if (done) return true;
  // The loss of the server says nothing about the job: whoever brings the server back goes on with the claim.
  if (store::is_server_lost(done.error())) return fail(done.error());
  write_log(LogLevel::warning,
            "job " + claim.job.id + " (" + claim.job.kind + ") failed: " + render_error(done.error()));
  const auto failed =
      transact_fenced(db, options, [&](Tx& tx) { return store::fail_job(tx, claim, done.error(), policy); });
  const bool is_claim_lost = !failed && failed.error().code == Errc::conflict;  // the job is somebody else's now
  if (!failed && !is_claim_lost) return fail(failed.error());
  return true;
}

}  // namespace

Result<std::int64_t> run_due_jobs(store::Db& db, std::span<const JobHandler> handlers, Instant now,
                                  const JobOptions& options) {
  for (std::int64_t jobs = 0;; ++jobs) {
    TRY(const bool ran, run_claimed(db, handlers, now, options));
    if (!ran) return jobs;
  }
}

}  // namespace converge::surface
