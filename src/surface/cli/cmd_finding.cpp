#include "supervise/finding.hpp"
#include "supervise/run_supervise.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/loop.hpp"
#include "surface/outline.hpp"
#include "surface/run_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

using supervise::Observation;

JsonObject render_observations(Instant as_of, const std::vector<Observation>& observations) {
  JsonArray all;
  for (const Observation& one : observations)
    all.push_back(JsonObject{{"kind", one.kind},
                             {"subject", one.subject},
                             {"severity", enum_text(one.severity)},
                             {"evidence", one.evidence}});
  return {{"as_of", render_instant(as_of)}, {"observations", std::move(all)}};
}

Result<int> run_finding_check(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  TRY(const auto loop, Loop::open(*desk, *db, [&call] { return call.session.recover_server(); }));
  TRY(const auto facts, db->transact([&](store::Tx& tx) -> Result<supervise::Facts> {
    TRY(const ReportRange ticks, find_report_range(tx, std::nullopt, call.horizon()));
    store::Scope scope{tx, call.as_of.value_or(ticks.to), desk->seed};
    return supervise::load_facts(scope, loop->supervision());
  }));
  const auto observations = supervise::observe(facts);
  const JsonObject document = render_observations(facts.now, observations);
  call.answer(render_outline(document), [&] { return Json(document); });
  return observations.empty() ? exit_ok : exit_findings;
}

constexpr Command table[] = {
    {"finding",
     "check",
     "Look again with what the tick at --as-of (default: the last one) knew: every check that finds something, with "
     "its "
     "evidence (exit 1 then)",
     {},
     run_finding_check,
     AsOf::answers},
};

}  // namespace

std::span<const Command> finding_commands() {
  return table;
}

}  // namespace converge::surface
