#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/model_view.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/desk_hold.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

using store::params;
using store::Scope;
using store::Tx;

constexpr std::int64_t rows_max_default = 100;

constexpr std::array<std::string_view, 2> finding_statuses{"open", "resolved"};
constexpr std::array<std::string_view, 7> proposal_statuses{"proposed", "approved", "held",   "rejected",
                                                            "done",     "failed",   "expired"};

// --status, checked; empty for all
Result<std::string> read_status(const Invocation& call, std::span<const std::string_view> known) {
  std::string status = call.arguments.find("--status").value_or("");
  if (!status.empty() && std::ranges::find(known, status) == known.end())
    return fail(Errc::invalid_input, fmt::format("--status is one of {}, not '{}'", fmt::join(known, ", "), status));
  return status;
}

Result<int> answer_rows(Invocation& call, const store::Statement& statement, std::vector<store::Value> values) {
  TRY(const auto limit, call.arguments.find_count("--limit"));
  values.emplace_back(limit.value_or(rows_max_default));
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, db->transact([&](Tx& tx) { return tx.select(statement, values); }));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

Result<int> run_findings(Invocation& call) {
  TRY(const std::string status, read_status(call, finding_statuses));
  const Instant at = call.horizon();
  return answer_rows(call, sql::finding_listed, params(at, status, at, status, at));
}

Result<int> run_proposals(Invocation& call) {
  TRY(const std::string status, read_status(call, proposal_statuses));
  return answer_rows(call, sql::proposal_listed, params(status, status, call.horizon()));
}

// On a desk that a run has to itself the owner waits, or decides between two runs.
Result<int> decide(Invocation& call, supervise::OwnerDecision decision, const std::string& reason) {
  TRY(const OpenDesk open, open_desk(call));
  TRY(const auto hold, DeskHold::take(*open.db));
  TRY(const Instant now, find_loop_time(call, open));
  TRY(const ProposalRow proposal, open.db->transact([&](Tx& tx) -> Result<ProposalRow> {
    TRY_VOID(hold->require(tx));
    Scope scope{tx, now, open.desk->seed};
    return supervise::decide_proposal(scope, open.loop->supervision(), call.arguments.require("ID"), decision, reason);
  }));
  const std::string job = proposal.job_id ? "; the next tick runs job " + *proposal.job_id : "";
  call.answer(
      fmt::format("{} {} of {}{}\n", enum_text(proposal.status), enum_text(proposal.action), proposal.subject, job),
      [&] {
        return Json(
            JsonObject{{"id", proposal.id},
                       {"action", enum_text(proposal.action)},
                       {"subject", proposal.subject},
                       {"status", enum_text(proposal.status)},
                       {"job_id", proposal.job_id ? Json(boost::json::string(*proposal.job_id)) : Json(nullptr)}});
      });
  return exit_ok;
}

Result<int> run_approve(Invocation& call) {
  return decide(call, supervise::OwnerDecision::approve, call.arguments.find("--reason").value_or("no reason given"));
}

Result<int> run_reject(Invocation& call) {
  return decide(call, supervise::OwnerDecision::reject, call.arguments.require("--reason"));
}

constexpr Option findings_options[] = {{"--status", "STATUS", "Only open or resolved ones"},
                                       {"--limit", "ROWS", "At most so many (default 100)"}};
constexpr Option proposals_options[] = {{"--status", "STATUS", "Only proposals in this state"},
                                        {"--limit", "ROWS", "At most so many (default 100)"}};
constexpr Option approve_options[] = {{"ID", "", "Id of the proposal", true},
                                      {"--reason", "TEXT", "Why, for the audit"}};
constexpr Option reject_options[] = {{"ID", "", "Id of the proposal", true},
                                     {"--reason", "TEXT", "Why, for the audit", true}};

constexpr Command table[] = {
    {"manager", "findings", "List what was found wrong or missing, newest first", findings_options, run_findings,
     AsOf::answers},
    {"manager", "proposals", "List what was proposed about it and how that was decided, newest first",
     proposals_options, run_proposals, AsOf::answers},
    {"manager", "approve", "Approve a proposal that waits for a person; the governor still holds it", approve_options,
     run_approve, AsOf::answers},
    {"manager", "reject", "Turn a proposal down; its finding asks for the same thing no more", reject_options,
     run_reject, AsOf::answers},
};

}  // namespace

std::span<const Command> supervise_commands() {
  return table;
}

}  // namespace converge::surface
