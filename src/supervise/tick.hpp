// supervise/tick.hpp — one tick: every stage once, in order, exactly once even when the program or the server dies.
//
// A stage's work and its tick_stage row are one transaction, so a stage that is recorded is done and one that is not
// recorded has left nothing behind. What needs transactions of its own (jobs, publishing) comes before, is built to be
// repeated, and is counted from the tables: the row says the same however often the stage was begun.
#pragma once
#include "store/db.hpp"
#include "store/recovery.hpp"
#include "wire/json.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace converge::supervise {

struct Stage {
  std::string name;
  std::function<Result<JsonObject>(store::Scope&)> in_transaction;  // the counts that the tick_stage row keeps
  std::function<Result<void>(store::Db&, Instant now)> repeatable;  // may be empty; before in_transaction
};

struct TickOptions {
  std::uint64_t seed = 0;
  store::Recovery recovery;  // brings the server back, and drops what was cached from it
  // Asked in the transaction of every stage: an error and nothing of the stage is written. May be empty.
  std::function<Result<void>(store::Tx&)> fence;
};

// Runs the stages of the tick at `now` that are not recorded yet; a stage is known by its name, so that a program with one
// stage more can finish the tick of one without it. Returns the counts of those that ran, by stage.
Result<std::vector<TickStageRow>> run_tick(store::Db& db, Instant now, std::span<const Stage> stages,
                                           const TickOptions& options);

// The newest tick on which the stage of that name, the last of the list, is recorded.
Result<std::optional<Instant>> find_last_tick(store::Db& db, std::string_view last_stage);

}  // namespace converge::supervise
