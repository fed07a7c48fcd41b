#include "store/job.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

using store::params;
using store::Tx;

constexpr std::int64_t rows_max_default = 100;

constexpr std::array<std::string_view, 5> states{"ready", "running", "done", "dead", "cancelled"};

// state: empty for all
Result<int> list_jobs(Invocation& call, const std::string& state) {
  TRY(const auto limit, call.arguments.find_count("--limit"));
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, db->transact([&](Tx& tx) {
    return tx.select(sql::job_listed, params(state, state, call.horizon(), limit.value_or(rows_max_default)));
  }));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

Result<int> run_job_list(Invocation& call) {
  const std::string state = call.arguments.find("--state").value_or("");
  if (!state.empty() && std::ranges::find(states, state) == states.end())
    return fail(Errc::invalid_input, fmt::format("--state is one of {}, not '{}'", fmt::join(states, ", "), state));
  return list_jobs(call, state);
}

Result<int> run_job_dead(Invocation& call) {
  return list_jobs(call, "dead");
}

// Both verbs name a job and answer with its id.
Result<int> act_on_job(Invocation& call, Result<void> (*act)(Tx&, std::string_view), const char* done) {
  const std::string& id = call.arguments.require("ID");
  TRY(store::Db * db, call.session.db());
  TRY_VOID(db->transact([&](Tx& tx) { return act(tx, id); }));
  call.answer(std::string(done) + " " + id + "\n", [&] { return Json(JsonObject{{"id", id}, {"state", done}}); });
  return exit_ok;
}

Result<int> run_job_retry(Invocation& call) {
  return act_on_job(call, store::requeue_job, "ready");
}

Result<int> run_job_cancel(Invocation& call) {
  return act_on_job(call, store::cancel_job, "cancelled");
}

constexpr Option list_options[] = {{"--state", "STATE", "Only jobs in this state"},
                                   {"--limit", "ROWS", "At most so many (default 100)"}};
constexpr Option dead_options[] = {{"--limit", "ROWS", "At most so many (default 100)"}};
constexpr Option id_options[] = {{"ID", "", "Id of the job", true}};

constexpr Command table[] = {
    {"job", "list", "List jobs, newest first", list_options, run_job_list, AsOf::answers},
    {"job", "retry", "Put a dead or cancelled job back into the queue", id_options, run_job_retry},
    {"job", "cancel", "Cancel a job that waits or runs", id_options, run_job_cancel},
    {"job", "dead", "List the jobs that were given up", dead_options, run_job_dead, AsOf::answers},
};

}  // namespace

std::span<const Command> job_commands() {
  return table;
}

}  // namespace converge::surface
