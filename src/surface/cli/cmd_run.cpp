#include "store/recovery.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/progress.hpp"
#include "surface/cli/session.hpp"
#include "surface/desk_hold.hpp"
#include "surface/loop.hpp"
#include "surface/run_report.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <ostream>
#include <set>

namespace converge::surface {
namespace {

constexpr int passes_max = 8;
// Ids are made of milliseconds: two ticks never share one.
constexpr std::chrono::milliseconds pass_step{1};

struct RunFigures {
  std::int64_t ticks_run = 0;
  std::int64_t transactions = 0;
  std::int64_t elapsed_ms = 0;
  bool is_idle = true;  // nothing was left to do at the end
};

store::Recovery recovery_of(Invocation& call) {
  return {[&call] { return call.session.recover_server(); }};
}

Result<void> run_ticks(Invocation& call, Loop& loop, const std::vector<Instant>& times, RunFigures& figures) {
  Progress progress(call.err, call.terminal, "replay", std::ssize(times));
  for (const Instant at : times) {
    TRY_VOID(loop.tick(at));
    ++figures.ticks_run;
    progress.advance(render_date(utc_date(at)));
  }
  progress.finish();
  return {};
}

std::int64_t sum_of_work(const std::vector<TickStageRow>& rows) {
  std::int64_t sum = 0;
  for (const TickStageRow& row : rows) {
    const Json counts = parse_json(row.counts).value_or(Json(JsonObject{}));
    for (const char* name : {"rows_loaded", "rows_quarantined", "predictions", "outcomes", "approved", "jobs", "sent"})
      if (const Json* count = counts.as_object().if_contains(name)) sum += count->get_int64();
  }
  return sum;
}

// Ticks at the clock's now until one finds nothing to do.
Result<void> run_until_idle(Invocation& call, Loop& loop, RunFigures& figures) {
  const auto clock = [&] { return call.as_of.value_or(call.session.clock().now()); };
  Instant now = clock();
  figures.is_idle = false;
  for (int pass = 0; pass < passes_max && !figures.is_idle; ++pass) {
    if (pass > 0) now = std::max(clock(), now + pass_step);
    TRY(const auto rows, loop.tick(now));
    ++figures.ticks_run;
    figures.is_idle = sum_of_work(rows) == 0;
  }
  return {};
}

// The ticks of a replay that are not done yet. Those that the desk has behind it must be its own: it cannot go back.
// errors: conflict
Result<std::vector<Instant>> find_ticks_left(store::Db& db, const Loop& loop, const std::vector<Instant>& asked) {
  TRY(const auto done, supervise::find_last_tick(db, loop.last_stage()));
  if (!done) return asked;
  const auto left = std::ranges::upper_bound(asked, *done);
  TRY(const store::RowSet recorded, db.transact([&](store::Tx& tx) {
    return tx.select(sql::tick_stage_times, store::params(asked.front(), *done));
  }));
  std::set<Instant> ran;
  for (const auto& row : recorded.rows) ran.insert(std::get<Instant>(row[0]));
  for (auto at = asked.begin(); at != left; ++at)
    if (!ran.contains(*at))
      return fail(
          Errc::conflict,
          fmt::format("run: this desk stands at {} and has no tick at {}; a replay goes forward only; use a fresh "
                      "desk, or a --from after that day",
                      render_date(utc_date(*done)), render_instant(*at)));
  return std::vector<Instant>(left, asked.end());
}

// Every day between the two dates on which a source knows something.
Result<ReportRange> run_replay(Invocation& call, Loop& loop, store::Db& db, Date from, Date to, RunFigures& figures) {
  const Instant first = midnight_utc(from);
  const std::vector<Instant> times =
      loop.collect_tick_times(first, midnight_utc(to) + std::chrono::days(1) - Duration(1));
  if (times.empty()) return fail(Errc::not_found, "run: no source of this desk has a row between those dates");
  TRY(const auto left, store::with_recovery(recovery_of(call), [&] { return find_ticks_left(db, loop, times); }));
  TRY_VOID(run_ticks(call, loop, left, figures));
  return ReportRange{first, times.back(), first, true};
}

// What a live desk has done since its first tick.
Result<ReportRange> run_once(Invocation& call, Loop& loop, store::Db& db, RunFigures& figures) {
  TRY_VOID(run_until_idle(call, loop, figures));
  return store::with_recovery(recovery_of(call), [&] {
    return db.transact([](store::Tx& tx) { return find_report_range(tx, std::nullopt, end_of_time); });
  });
}

std::string render_figures(const RunFigures& figures, double per_tick) {
  std::string out = fmt::format("{} ticks in {:.1f} s, {:.1f} transactions a tick\n", figures.ticks_run,
                                static_cast<double>(figures.elapsed_ms) / 1000, per_tick);
  if (!figures.is_idle)
    out += fmt::format("After {} passes there was still something to do: run it again\n", passes_max);
  return out;
}

Result<int> run_run(Invocation& call) {
  const bool is_once = call.arguments.has("--once");
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  if (is_once == (from || to))
    return fail(Errc::invalid_input, "run: say either --once (what is due now) or --from DATE --to DATE (a replay)");
  if (!is_once && (!from || !to)) return fail(Errc::invalid_input, "run: a replay needs both --from and --to");
  if (!is_once && *from > *to) return fail(Errc::invalid_input, "run: --from is later than --to; exchange them");
  if (!is_once && call.as_of)
    return fail(Errc::invalid_input, "run: a replay knows on each day what was known then; --as-of goes with --once");

  const std::int64_t started_ms = monotonic_ms();
  TRY(const Desk* desk, call.session.desk());
  const store::Recovery recovery = recovery_of(call);
  TRY(store::Db * db, store::with_recovery(recovery, [&] { return call.session.db(); }));
  call.err << "desk " << desk->id << " on " << db->server().describe() << std::endl;
  TRY(const auto hold, store::with_recovery(recovery, [&] { return DeskHold::take(*db); }));
  TRY_VOID(store::with_recovery(recovery, [&] { return take_over_dead_run(*db, call.session.clock().now()); }));
  TRY(const auto loop, Loop::open(*desk, *db, recovery.bring_back));
  loop->set_fence([&](store::Tx& tx) { return hold->require(tx); });

  RunFigures figures;
  TRY(const ReportRange range,
      is_once ? run_once(call, *loop, *db, figures) : run_replay(call, *loop, *db, *from, *to, figures));
  figures.transactions = db->transactions_begun();

  TRY(const Report report, store::with_recovery(recovery, [&] { return run_report(*desk, *db, *loop, range); }));
  figures.elapsed_ms = monotonic_ms() - started_ms;
  const double per_tick =
      figures.ticks_run == 0 ? 0 : static_cast<double>(figures.transactions) / static_cast<double>(figures.ticks_run);
  call.answer(render_report_text(report) + fmt::format("Report page: {}\n", find_report_page(*desk).string()) +
                  render_figures(figures, per_tick),
              [&] {
                Json document = render_report_json(report);
                document.as_object()["run"] = JsonObject{{"ticks_run", figures.ticks_run},
                                                         {"is_idle", figures.is_idle},
                                                         {"elapsed_ms", figures.elapsed_ms},
                                                         {"transactions_per_tick", per_tick}};
                return document;
              });
  return figures.is_idle ? exit_ok : exit_findings;
}

constexpr Option options[] = {
    {"--from", "DATE", "First day of a replay on the simulated clock"},
    {"--to", "DATE", "Last day of the replay"},
    {"--once", "", "Do what is due now (with --as-of: at that instant), until nothing is, then end"}};

constexpr Command table[] = {
    {"run", "", "Run the loop: every stage on every tick, then a report; goes on where a killed run stopped", options,
     run_run, AsOf::answers},
};

}  // namespace

std::span<const Command> run_commands() {
  return table;
}

}  // namespace converge::surface
