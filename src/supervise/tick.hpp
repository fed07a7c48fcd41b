// supervise/tick.hpp — one tick: every stage once, in order, exactly once even when the program or the server dies.
//
// A stage's work and its tick_stage row are one transaction, so a stage that is recorded is done and one that is not
// recorded has left nothing behind. Stages that need transactions of their own (jobs, publishing) are built to be
// repeated, and are recorded when they have ended.
#pragma once
#include "store/db.hpp"
#include "wire/json.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace converge::supervise {

struct Stage {
  std::string name;
  // Exactly one of the two. The answer is the counts that the tick_stage row keeps.
  std::function<Result<JsonObject>(store::Scope&)> in_transaction;
  std::function<Result<JsonObject>(store::Db&, Instant now)> repeatable;
};

struct TickOptions {
  std::uint64_t seed = 0;
  // Called when the server was lost, before the stage is tried again: brings it back and drops what was cached from it.
  std::function<Result<void>()> recover;
  int attempts_max = 8;
};

// The server was lost or did not answer in time: what was being done says nothing about itself, and is tried again.
bool is_recoverable(const Error& error);

// Runs the stages of the tick at `now` that are not recorded yet. Returns the counts of those that ran, by stage.
Result<std::vector<TickStageRow>> run_tick(store::Db& db, Instant now, std::span<const Stage> stages,
                                           const TickOptions& options);

// The newest tick of which the last of `stage_count` stages is recorded.
Result<std::optional<Instant>> find_last_tick(store::Db& db, std::size_t stage_count);

}  // namespace converge::supervise
