// surface/desk_hold.hpp — a desk while one run has it to itself.
//
// A row of `lease` under the name "run". It is released when the hold goes; the hold of a run that was killed is provably
// dead to the next one (store/holder.hpp), which takes over at once what that run has left.
#pragma once
#include "store/db.hpp"
#include "store/lease.hpp"

#include <utility>

namespace converge::surface {

class DeskHold {
 public:
  // errors: conflict naming the run that has the desk
  static Result<DeskHold> take(store::Db& db);
  DeskHold(DeskHold&& other) noexcept
      : db_(std::exchange(other.db_, nullptr)), lease_(std::move(other.lease_)), renewed_ms_(other.renewed_ms_) {}
  DeskHold& operator=(DeskHold&&) = delete;
  ~DeskHold();

  // Prolongs the hold; does nothing while more than two thirds of its time are left. errors: conflict when it was lost
  Result<void> renew();

 private:
  DeskHold(store::Db& db, store::Lease lease);

  store::Db* db_;
  store::Lease lease_;
  std::int64_t renewed_ms_;
};

// What a run that died has left: its jobs are ready again, its sends are asked about at their target.
//   writes         job, outbox
//   idempotent by  nothing is left the second time
Result<void> take_over_dead_run(store::Db& db, Instant now);

}  // namespace converge::surface
