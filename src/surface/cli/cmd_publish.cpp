#include "publish/run_publish.hpp"
#include "store/outbox.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

Result<int> drain(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  TRY(const auto parts, db->transact([](store::Tx& tx) { return publish::begin_publish(tx); }));
  const auto deliveries = publish::deliver(desk->docs_dir.string(), parts);
  const Instant now = call.session.clock().now();
  TRY(const auto counts, db->transact([&](store::Tx& tx) {
    return publish::finish_publish(store::Scope{tx, now, desk->seed}, deliveries);
  }));
  call.answer(fmt::format("{} sent, {} rejected, {} put back\n", counts.sent, counts.rejected, counts.put_back), [&] {
    return Json(JsonObject{{"sent", counts.sent}, {"rejected", counts.rejected}, {"put_back", counts.put_back}});
  });
  return counts.rejected + counts.put_back > 0 ? exit_findings : exit_ok;
}

// What a sender that died left behind is asked for at the target, then drained like the rest.
Result<int> reconcile(Invocation& call) {
  TRY(store::Db * db, call.session.db());
  const Instant now = call.session.clock().now();
  TRY_VOID(db->transact([&](store::Tx& tx) { return store::mark_interrupted_sends(tx, now); }));
  return drain(call);
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
    {"publish", "run", "Send what the outbox holds", {}, drain},
    {"publish", "reconcile", "Ask the targets for parts whose outcome is unknown, then send the rest", {}, reconcile},
    {"publish", "list", "List the outbox", {}, run_publish_list, AsOf::answers},
};

}  // namespace

std::span<const Command> publish_commands() {
  return table;
}

}  // namespace converge::surface
