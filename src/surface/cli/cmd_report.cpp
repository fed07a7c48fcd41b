#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/run_report.hpp"

#include <algorithm>

namespace converge::surface {
namespace {

Result<int> run_report_command(Invocation& call) {
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  if (from && to && *from > *to) return fail(Errc::invalid_input, "report: --from is later than --to; exchange them");
  const Instant end = to ? midnight_utc(*to) + std::chrono::days(1) - Duration(1) : end_of_time;
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  TRY(const auto loop, Loop::open(*desk, *db, [&call] { return call.session.recover_server(); }));
  TRY(const ReportRange range, db->transact([&](store::Tx& tx) {
    return find_report_range(tx, from ? std::optional(midnight_utc(*from)) : std::nullopt,
                             std::min(end, call.horizon()));
  }));
  TRY(const Report report, read_report(*desk, *db, *loop, range));
  call.answer(render_report_text(report), [&] { return render_report_json(report); });
  return exit_ok;
}

constexpr Option options[] = {{"--from", "DATE", "First day (default: that of the first tick)"},
                              {"--to", "DATE", "Last day (default: that of the last tick)"}};

constexpr Command table[] = {
    {"report", "", "Print what the desk did and what it was worth, as a run does at its end; writes nothing", options,
     run_report_command, AsOf::answers},
};

}  // namespace

std::span<const Command> report_commands() {
  return table;
}

}  // namespace converge::surface
