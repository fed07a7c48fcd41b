#include "evaluate/run_backtest.hpp"
#include "store/holder.hpp"
#include "store/job.hpp"
#include "store/lease.hpp"
#include "store/outbox.hpp"
#include "store/recovery.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/progress.hpp"
#include "surface/cli/session.hpp"
#include "surface/loop.hpp"
#include "surface/report.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t lease_ms = 60'000;
constexpr int passes_max = 8;

// The desk while this run has it to itself. Released when it goes; a run that is killed is provably dead to the next.
class DeskHold {
 public:
  static Result<DeskHold> take(store::Db& db) {
    TRY(store::Lease lease, store::acquire_lease(db, "run", store::this_process_holder(), lease_ms));
    return DeskHold(db, std::move(lease));
  }
  DeskHold(DeskHold&& other) noexcept
      : db_(std::exchange(other.db_, nullptr)), lease_(std::move(other.lease_)), renewed_ms_(other.renewed_ms_) {}
  DeskHold& operator=(DeskHold&&) = delete;
  ~DeskHold() {
    if (db_ == nullptr) return;
    // Nothing is lost when this fails: the hold ends with the process.
    (void)store::release_lease(*db_, lease_);
  }

  Result<void> renew() {
    const std::int64_t now = monotonic_ms();
    if (now - renewed_ms_ < lease_ms / 3) return {};
    TRY_VOID(store::renew_lease(*db_, lease_, lease_ms));
    renewed_ms_ = now;
    return {};
  }

 private:
  DeskHold(store::Db& db, store::Lease lease) : db_(&db), lease_(std::move(lease)), renewed_ms_(monotonic_ms()) {}

  store::Db* db_;
  store::Lease lease_;
  std::int64_t renewed_ms_;
};

// What a run that died has left: its jobs and its sends.
Result<void> take_over(store::Db& db, Instant now) {
  return db.transact([&](store::Tx& tx) -> Result<void> {
    TRY_VOID(store::reclaim_jobs_of_dead_owners(tx, store::QueuePolicy{}));
    TRY_VOID(store::reclaim_expired_jobs(tx, store::QueuePolicy{}));
    TRY_VOID(store::mark_interrupted_sends(tx, now));
    return {};
  });
}

struct RunFigures {
  std::int64_t ticks_run = 0;
  std::int64_t transactions = 0;
  std::int64_t elapsed_ms = 0;
};

store::Recovery recovery_of(Invocation& call) {
  return {[&call] { return call.session.recover_server(); }};
}

Result<void> run_ticks(Invocation& call, Loop& loop, DeskHold& hold, const std::vector<Instant>& times,
                       RunFigures& figures) {
  Progress progress(call.err, call.terminal, "replay", std::ssize(times));
  for (const Instant at : times) {
    TRY_VOID(loop.tick(at));
    TRY_VOID(store::with_recovery(recovery_of(call), [&] { return hold.renew(); }));
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
Result<Instant> run_until_idle(Invocation& call, Loop& loop, DeskHold& hold, RunFigures& figures) {
  Instant now = call.session.clock().now();
  for (int pass = 0; pass < passes_max; ++pass) {
    now = std::max(call.session.clock().now(), now + Duration(1));
    TRY(const auto rows, loop.tick(now));
    ++figures.ticks_run;
    TRY_VOID(store::with_recovery(recovery_of(call), [&] { return hold.renew(); }));
    if (sum_of_work(rows) == 0) break;
  }
  return now;
}

Result<void> add_backtests(const Desk& desk, store::Db& db, Loop& loop, Report& report) {
  for (ModelReport& model : report.models) {
    TRY(const model::ModelSpec* spec, desk.find_model(model.model));
    TRY(const auto outcome, db.transact([&](store::Tx& tx) -> Result<std::optional<evaluate::BacktestOutcome>> {
      store::Scope scope{tx, report.to, desk.seed};
      TRY(const auto known, loop.view(tx, *spec, report.to));
      return evaluate::run_backtest(scope, *spec, known.series.bars(), report.from, report.to);
    }));
    if (!outcome) continue;
    model.backtest = outcome->row;
    TRY(const auto bars, db.transact([&](store::Tx& tx) -> Result<feature::Bars> {
      TRY(const auto known, loop.view(tx, *spec, report.to));
      return known.series.bars();
    }));
    const auto& signal = outcome->comparison.signal.result.equity_ticks;
    const auto& holding = outcome->comparison.buy_and_hold.result.equity_ticks;
    const std::size_t skipped = bars.size() - signal.size();  // bars before the interval
    for (std::size_t i = 0; i < signal.size(); ++i) {
      model.equity_at.push_back(bars.bar_at[skipped + i]);
      model.equity.push_back(static_cast<double>(signal[i]) / static_cast<double>(signal.front()));
      model.buy_and_hold.push_back(static_cast<double>(holding[i]) / static_cast<double>(holding.front()));
    }
  }
  return {};
}

Result<void> write_page(const fs::path& path, const std::string& html) {
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << html;
  out.close();
  if (!out) return fail(Errc::unavailable, "report page " + path.string() + " cannot be written");
  return {};
}

Result<Report> make_report(const Desk& desk, store::Db& db, Loop& loop, Instant from, Instant to) {
  std::vector<std::string> models;
  for (const model::ModelSpec& spec : desk.models) models.push_back(spec.name);
  TRY(Report report, db.transact([&](store::Tx& tx) { return load_report(tx, from, to, models); }));
  report.server = db.server().describe();
  TRY_VOID(add_backtests(desk, db, loop, report));
  TRY_VOID(write_page(desk.docs_dir / "report.html", render_report_html(report)));
  return report;
}

Result<int> run_run(Invocation& call) {
  const bool is_once = call.arguments.has("--once");
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  if (is_once == (from || to))
    return fail(Errc::invalid_input, "run: say either --once (what is due now) or --from DATE --to DATE (a replay)");
  if (!is_once && (!from || !to)) return fail(Errc::invalid_input, "run: a replay needs both --from and --to");

  const std::int64_t started_ms = monotonic_ms();
  TRY(const Desk* desk, call.session.desk());
  const store::Recovery recovery = recovery_of(call);
  TRY(store::Db * db, store::with_recovery(recovery, [&] { return call.session.db(); }));
  call.err << "desk " << desk->id << " on " << db->server().describe() << std::endl;
  TRY(DeskHold hold, store::with_recovery(recovery, [&] { return DeskHold::take(*db); }));
  TRY_VOID(store::with_recovery(recovery, [&] { return take_over(*db, call.session.clock().now()); }));
  TRY(const auto loop, Loop::open(*desk, *db, recovery.bring_back));

  RunFigures figures;
  Instant first = from ? midnight_utc(*from) : Instant{};
  Instant last = to ? midnight_utc(*to) + std::chrono::days(1) - Duration(1) : Instant{};
  if (is_once) {
    TRY(last, run_until_idle(call, *loop, hold, figures));
  } else {
    std::vector<Instant> times = loop->collect_tick_times(first, last);
    if (times.empty()) return fail(Errc::not_found, "run: no source of this desk has a row between those dates");
    last = times.back();
    TRY(const auto done,
        store::with_recovery(recovery, [&] { return supervise::find_last_tick(*db, loop->stage_count()); }));
    std::erase_if(times, [&](Instant at) { return done && at <= *done; });
    TRY_VOID(run_ticks(call, *loop, hold, times, figures));
  }
  figures.transactions = db->transactions_begun();

  TRY(const Report report, store::with_recovery(recovery, [&] { return make_report(*desk, *db, *loop, first, last); }));
  figures.elapsed_ms = monotonic_ms() - started_ms;
  const double per_tick =
      figures.ticks_run == 0 ? 0 : static_cast<double>(figures.transactions) / static_cast<double>(figures.ticks_run);
  call.answer(
      render_report_text(report) + fmt::format("Report page: {}\n{} ticks in {:.1f} s, {:.1f} transactions a tick\n",
                                               (desk->docs_dir / "report.html").string(), figures.ticks_run,
                                               static_cast<double>(figures.elapsed_ms) / 1000, per_tick),
      [&] {
        Json document = render_report_json(report);
        document.as_object()["run"] = JsonObject{
            {"ticks_run", figures.ticks_run}, {"elapsed_ms", figures.elapsed_ms}, {"transactions_per_tick", per_tick}};
        return document;
      });
  return exit_ok;
}

constexpr Option options[] = {{"--from", "DATE", "First day of a replay on the simulated clock"},
                              {"--to", "DATE", "Last day of the replay"},
                              {"--once", "", "Do what is due now, until nothing is, then end"}};

constexpr Command table[] = {
    {"run", "", "Run the loop: every stage on every tick, then a report; goes on where a killed run stopped", options,
     run_run},
};

}  // namespace

std::span<const Command> run_commands() {
  return table;
}

}  // namespace converge::surface
