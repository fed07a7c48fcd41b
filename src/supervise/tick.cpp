#include "supervise/tick.hpp"

#include "store/sql.hpp"

#include <boost/json/object.hpp>
#include <set>
#include <utility>

namespace converge::supervise {
namespace {

using store::Scope;
using store::Tx;

Result<TickStageRow> record(Tx& tx, Instant now, std::int64_t sequence, const Stage& stage, const JsonObject& counts) {
  TickStageRow row;
  row.tick_at = now;
  row.sequence = sequence;
  row.stage = stage.name;
  row.counts = render_canonical_json(counts);
  TRY_VOID(tx.insert(row));
  return row;
}

Result<TickStageRow> run_stage_once(store::Db& db, Instant now, std::int64_t sequence, const Stage& stage,
                                    const TickOptions& options) {
  if (stage.repeatable) TRY_VOID(stage.repeatable(db, now));
  return db.transact([&](Tx& tx) -> Result<TickStageRow> {
    if (options.fence) TRY_VOID(options.fence(tx));
    Scope scope{tx, now, options.seed};
    TRY(const JsonObject counts, stage.in_transaction(scope));
    return record(tx, now, sequence, stage, counts);
  });
}

Result<std::vector<TickStageRow>> load_done(store::Db& db, Instant now) {
  return db.transact([&](Tx& tx) { return tx.load<TickStageRow>(sql::tick_stage_done, store::params(now)); });
}

// A lost reply to COMMIT leaves the stage either recorded or not; only the table knows.
Result<TickStageRow> run_stage(store::Db& db, Instant now, std::int64_t sequence, const Stage& stage,
                               const TickOptions& options) {
  bool is_repeat = false;
  auto row = store::with_recovery(options.recovery, [&]() -> Result<TickStageRow> {
    if (std::exchange(is_repeat, true)) {
      TRY(const auto done, load_done(db, now));
      for (const TickStageRow& earlier : done)
        if (earlier.stage == stage.name) return earlier;
    }
    return run_stage_once(db, now, sequence, stage, options);
  });
  return with_context(std::move(row), "tick " + render_instant(now) + ", stage " + stage.name);
}

}  // namespace

Result<std::vector<TickStageRow>> run_tick(store::Db& db, Instant now, std::span<const Stage> stages,
                                           const TickOptions& options) {
  TRY(const auto done, store::with_recovery(options.recovery, [&] { return load_done(db, now); }));
  std::set<std::string> recorded;
  for (const TickStageRow& row : done) recorded.insert(row.stage);

  std::vector<TickStageRow> ran;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (recorded.contains(stages[i].name)) continue;
    TRY(TickStageRow row, run_stage(db, now, static_cast<std::int64_t>(i + 1), stages[i], options));
    ran.push_back(std::move(row));
  }
  return ran;
}

Result<std::optional<Instant>> find_last_tick(store::Db& db, std::string_view last_stage) {
  return db.transact([&](Tx& tx) -> Result<std::optional<Instant>> {
    TRY(const auto answer, tx.select(sql::tick_stage_last, store::params(std::string(last_stage))));
    const auto* at = std::get_if<Instant>(&answer.rows.at(0).at(0));
    return at == nullptr ? std::nullopt : std::optional(*at);
  });
}

}  // namespace converge::supervise
