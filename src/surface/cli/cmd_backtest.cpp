#include "evaluate/run_backtest.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/model_view.hpp"
#include "surface/outline.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

Json render_curve(std::span<const std::int64_t> equity_ticks) {
  JsonArray curve;
  for (const std::int64_t ticks : equity_ticks) curve.push_back(ticks);
  return curve;
}

Result<int> run_backtest_run(Invocation& call) {
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  TRY(const OpenModel open, open_model(call));
  const Instant first = from ? midnight_utc(*from) : begin_of_time;
  const Instant last = to ? midnight_utc(*to) + std::chrono::days(1) - Duration(1) : open.as_of;
  TRY(const auto outcome, open.db->transact([&](store::Tx& tx) -> Result<std::optional<evaluate::BacktestOutcome>> {
    store::Scope scope{tx, open.as_of, open.desk->seed};
    TRY(const auto known, open.loop->view(tx, *open.spec, open.as_of));
    return evaluate::run_backtest(scope, *open.spec, known.series.bars(), first, last);
  }));
  if (!outcome)
    return fail(Errc::not_found,
                "model " + open.spec->name +
                    ": no champion spoke of a bar before the last of that time, so there is nothing to backtest");
  TRY(const Json metrics, parse_json(outcome->row.metrics));
  TRY(const Json holding, parse_json(outcome->row.buy_and_hold));
  TRY(const Json params, parse_json(outcome->row.params));
  JsonObject document{{"model", open.spec->name},
                      {"from_at", render_instant(outcome->row.from_at)},
                      {"to_at", render_instant(outcome->row.to_at)},
                      {"trials", outcome->row.trials},
                      {"params", params},
                      {"signal", metrics},
                      {"buy_and_hold", holding}};
  const std::string text = render_outline(document);
  call.answer(text, [&] {
    document["equity_ticks"] = render_curve(outcome->comparison.signal.result.equity_ticks);
    document["buy_and_hold_ticks"] = render_curve(outcome->comparison.buy_and_hold.result.equity_ticks);
    return Json(document);
  });
  return exit_ok;
}

constexpr Option options[] = {{"MODEL", "", "Model of the desk, without .toml", true},
                              {"--from", "DATE", "First day (default: the first prediction)"},
                              {"--to", "DATE", "Last day (default: the last tick)"}};

constexpr Command table[] = {
    {"backtest", "run", "Backtest what the champions really said, beside buying and holding", options, run_backtest_run,
     AsOf::answers},
};

}  // namespace

std::span<const Command> backtest_commands() {
  return table;
}

}  // namespace converge::surface
