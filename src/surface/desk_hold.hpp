// surface/desk_hold.hpp — a desk while one run has it to itself.
//
// A row of `lease` under the name "run", prolonged by a thread of its own for as long as the process lives, however long one tick
// takes. It is released when the hold goes; the hold of a run that was killed is provably dead to the next one
// (store/holder.hpp), which takes over at once what that run has left.
#pragma once
#include "store/db.hpp"
#include "store/lease.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace converge::surface {

class DeskHold {
 public:
  // errors: conflict naming the run that has the desk
  static Result<std::unique_ptr<DeskHold>> take(store::Db& db);
  DeskHold(const DeskHold&) = delete;
  ~DeskHold();

  // The fence of a transaction that must not commit when another run has taken the desk (this process was stopped for longer than
  // the hold lasts, or cut off from the server). errors: conflict
  Result<void> require(store::Tx& tx) const { return store::require_lease(tx, lease_); }

 private:
  DeskHold(store::Db& db, store::Lease lease);
  void prolong_until_stopped(const std::stop_token& stopped);

  store::Db& db_;
  store::Lease lease_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread prolonging_;
};

// What a run that died has left: its jobs are ready again, its sends are asked about at their target.
//   writes         job, outbox
//   idempotent by  nothing is left the second time
Result<void> take_over_dead_run(store::Db& db, Instant now);

}  // namespace converge::surface
