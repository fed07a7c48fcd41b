#include "surface/cli/model_view.hpp"

#include "store/sql.hpp"
#include "supervise/tick.hpp"

#include <algorithm>

namespace converge::surface {

namespace {

Result<std::optional<Instant>> find_last_act(store::Db& db) {
  return db.transact([](store::Tx& tx) -> Result<std::optional<Instant>> {
    TRY(const auto answer, tx.select(sql::audit_last));
    const auto* at = std::get_if<Instant>(&answer.rows.at(0).at(0));
    return at == nullptr ? std::nullopt : std::optional(*at);
  });
}

}  // namespace

Result<OpenDesk> open_desk(Invocation& call) {
  OpenDesk open;
  TRY(open.desk, call.session.desk());
  TRY(open.db, call.session.db());
  TRY(open.loop, Loop::open(*open.desk, *open.db, [&call] { return call.session.recover_server(); }));
  TRY(const auto last, supervise::find_last_tick(*open.db, open.loop->last_stage()));
  TRY(const auto acted, find_last_act(*open.db));
  open.newest = std::max(last, acted);
  open.as_of = call.as_of.value_or(open.newest.value_or(call.session.clock().now()));
  return open;
}

Result<OpenModel> open_model(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const model::ModelSpec* spec, desk->find_model(call.arguments.require("MODEL")));
  TRY(OpenDesk open, open_desk(call));
  return OpenModel{std::move(open), spec};
}

Result<Instant> find_act_time(const Invocation& call, const OpenDesk& open) {
  if (!call.as_of) return std::max(open.as_of, call.session.clock().now());
  if (open.newest && *call.as_of < *open.newest)
    return fail(Errc::invalid_input, "--as-of: the desk has lived on to " + render_instant(*open.newest) +
                                         "; what was decided before that cannot be changed");
  return *call.as_of;
}

Result<Instant> find_loop_time(const Invocation& call, const OpenDesk& open) {
  if (call.as_of) return find_act_time(call, open);
  return open.as_of;
}

}  // namespace converge::surface
