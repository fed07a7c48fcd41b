// surface/run_jobs.hpp — due jobs, one after the other, each by the handler of its kind.
#pragma once
#include "store/db.hpp"
#include "wire/json.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace converge::surface {

// A row of the table of job kinds. What it writes and that the job is done are one transaction; it returns the job's result.
struct JobHandler {
  std::string_view kind;
  std::function<Result<JsonObject>(store::Scope&, const JobRow&)> run;
};

struct JobOptions {
  std::uint64_t seed = 0;
  std::function<Result<void>(store::Tx&)> fence;  // as supervise::TickOptions::fence; may be empty
};

// Claims and runs jobs of the default queue until none is due. A job that fails, throws, or is of no known kind is given back
// to the queue as failed, and the next one is run.
//   returns  how many were run
//   writes   job, and whatever the handlers write
//   errors   of the fence and of the queue itself; unavailable when the server was lost: the claim is kept for whoever brings it
//            back
Result<std::int64_t> run_due_jobs(store::Db& db, std::span<const JobHandler> handlers, Instant now,
                                  const JobOptions& options);

}  // namespace converge::surface
