#include "surface/cli/model_view.hpp"

#include "supervise/tick.hpp"

namespace converge::surface {

Result<OpenModel> open_model(Invocation& call) {
  OpenModel open;
  TRY(open.desk, call.session.desk());
  TRY(open.spec, open.desk->find_model(call.arguments.require("MODEL")));
  TRY(const auto as_of, call.arguments.find_instant("--as-of"));
  TRY(open.db, call.session.db());
  TRY(open.loop, Loop::open(*open.desk, *open.db, [&call] { return call.session.recover_server(); }));
  TRY(const auto last, supervise::find_last_tick(*open.db, open.loop->last_stage()));
  open.as_of = as_of.value_or(last.value_or(call.session.clock().now()));
  return open;
}

}  // namespace converge::surface
