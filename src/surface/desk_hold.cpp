#include "surface/desk_hold.hpp"

#include "store/holder.hpp"
#include "store/job.hpp"
#include "store/outbox.hpp"

#include <chrono>

namespace converge::surface {
namespace {

constexpr std::int64_t lease_ms = 60'000;
constexpr std::chrono::milliseconds prolonged_every{lease_ms / 3};

}  // namespace

DeskHold::DeskHold(store::Db& db, store::Lease lease)
    : db_(db),
      lease_(std::move(lease)),
      prolonging_([this](const std::stop_token& stopped) { prolong_until_stopped(stopped); }) {}

Result<std::unique_ptr<DeskHold>> DeskHold::take(store::Db& db) {
  TRY(store::Lease lease, store::acquire_lease(db, "run", store::this_process_holder(), lease_ms));
  return std::unique_ptr<DeskHold>(new DeskHold(db, std::move(lease)));
}

DeskHold::~DeskHold() {
  prolonging_.request_stop();
  prolonging_.join();
  // Nothing is lost when this fails: the hold ends with the process.
  (void)store::release_lease(db_, lease_);
}

// A failure is not reported: while the server is away nobody can take the desk, and a hold that was lost is seen by the fence.
void DeskHold::prolong_until_stopped(const std::stop_token& stopped) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stopped, prolonged_every, [&] { return stopped.stop_requested(); }))
    (void)store::renew_lease(db_, lease_, lease_ms);
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
