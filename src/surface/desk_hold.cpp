#include "surface/desk_hold.hpp"

#include "base/clock.hpp"
#include "store/holder.hpp"
#include "store/job.hpp"
#include "store/outbox.hpp"

namespace converge::surface {
namespace {

constexpr std::int64_t lease_ms = 60'000;

}  // namespace

DeskHold::DeskHold(store::Db& db, store::Lease lease)
    : db_(&db), lease_(std::move(lease)), renewed_ms_(monotonic_ms()) {}

Result<DeskHold> DeskHold::take(store::Db& db) {
  TRY(store::Lease lease, store::acquire_lease(db, "run", store::this_process_holder(), lease_ms));
  return DeskHold(db, std::move(lease));
}

DeskHold::~DeskHold() {
  if (db_ == nullptr) return;
  // Nothing is lost when this fails: the hold ends with the process.
  (void)store::release_lease(*db_, lease_);
}

Result<void> DeskHold::renew() {
  const std::int64_t now = monotonic_ms();
  if (now - renewed_ms_ < lease_ms / 3) return {};
  TRY_VOID(store::renew_lease(*db_, lease_, lease_ms));
  renewed_ms_ = now;
  return {};
}

Result<void> take_over_dead_run(store::Db& db, Instant now) {
  const store::QueuePolicy policy;
  return db.transact([&](store::Tx& tx) -> Result<void> {
    TRY_VOID(store::reclaim_jobs_of_dead_owners(tx, policy));
    TRY_VOID(store::reclaim_expired_jobs(tx, policy));
    TRY_VOID(store::mark_interrupted_sends(tx, now));
    return {};
  });
}

}  // namespace converge::surface
