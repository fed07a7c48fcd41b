#include "publish/run_publish.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/desk_hold.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

using Drain = Result<publish::PublishCount>(store::Db&, std::span<const publish::Target>,
                                            const publish::DeskInstant& at);

// With the desk held, so that a run never sends the same parts at the same time.
Result<int> drain(Invocation& call, Drain* run) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  TRY(const auto hold, DeskHold::take(*db));
  TRY(const auto counts, run(*db, desk->targets, {call.session.clock().now(), desk->seed}));
  call.answer(fmt::format("{} sent, {} put back, {} rejected, {} in doubt\n", counts.sent, counts.put_back,
                          counts.rejected, counts.unknown),
              [&] {
                return Json(JsonObject{{"sent", counts.sent},
                                       {"put_back", counts.put_back},
                                       {"rejected", counts.rejected},
                                       {"in_doubt", counts.unknown}});
              });
  return counts.put_back + counts.rejected + counts.unknown > 0 ? exit_findings : exit_ok;
}

Result<int> run_publish_run(Invocation& call) {
  return drain(call, publish::run_publish);
}

Result<int> run_publish_reconcile(Invocation& call) {
  return drain(call, publish::run_reconcile);
}

// What a look at a part came to: a word of remote_state, or why its target did not say.
JsonObject render_inspection(const publish::Inspection& one) {
  JsonObject row{{"content_item_id", one.part.content_item_id},
                 {"target", one.part.target},
                 {"remote_id", one.part.remote_id.value_or("")},
                 {"found", one.found ? enum_text(*one.found) : "unanswered"}};
  if (!one.found) row["error"] = render_error(one.found.error());
  return row;
}

Result<int> run_publish_verify(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  TRY(const auto hold, DeskHold::take(*db));
  TRY(const auto inspections, publish::run_verify(*db, desk->targets, call.session.clock().now()));
  std::int64_t verified = 0;
  JsonArray others;
  std::string text;
  for (const publish::Inspection& one : inspections) {
    if (one.found && *one.found == OutboxRemoteState::verified) {
      ++verified;
      continue;
    }
    const JsonObject row = render_inspection(one);
    text += fmt::format("{} {} {}: {}\n", one.part.content_item_id, one.part.target, one.part.remote_id.value_or(""),
                        one.found ? std::string(enum_text(*one.found)) : render_error(one.found.error()));
    others.push_back(row);
  }
  text += fmt::format("{} verified, {} not as they were sent\n", verified, others.size());
  call.answer(text, [&] { return Json(JsonObject{{"verified", verified}, {"not_verified", others}}); });
  return others.empty() ? exit_ok : exit_findings;
}

Result<int> run_publish_list(Invocation& call) {
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, db->transact([&](store::Tx& tx) {
    return tx.select(sql::outbox_listed, store::params(call.horizon(), call.horizon()));
  }));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

constexpr Command table[] = {
    {"publish", "run", "Ask the targets for parts in doubt, then send what the outbox holds", {}, run_publish_run},
    {"publish", "reconcile", "Only ask the targets for parts whose outcome is in doubt", {}, run_publish_reconcile},
    {"publish",
     "verify",
     "Ask the targets whether what was sent stands there as it was sent (exit 1 when it does not)",
     {},
     run_publish_verify},
    {"publish", "list", "List the outbox", {}, run_publish_list, AsOf::answers},
};

}  // namespace

std::span<const Command> publish_commands() {
  return table;
}

}  // namespace converge::surface
