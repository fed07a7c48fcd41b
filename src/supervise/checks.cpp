#include "supervise/check/champion_silent.hpp"
#include "supervise/check/feature_drift.hpp"
#include "supervise/check/job_dead.hpp"
#include "supervise/check/loss_drift.hpp"
#include "supervise/check/no_champion.hpp"
#include "supervise/check/part_unsent.hpp"
#include "supervise/check/rows_quarantined.hpp"
#include "supervise/check/schedule_due.hpp"
#include "supervise/check/source_stale.hpp"
#include "supervise/finding.hpp"

#include <array>

namespace converge::supervise {

std::span<const FindingCheck> checks() {
  static constexpr std::array<FindingCheck, 9> table{{
      {"loss_drift", "the champion's recent losses are beyond what its own test period explains",
       check::observe_loss_drift},
      {"feature_drift", "recent features are beyond what the training window explains", check::observe_feature_drift},
      {"no_champion", "a declared model has no champion", check::observe_no_champion},
      {"champion_silent", "the champion gives no answer about the newest bar", check::observe_champion_silent},
      {"schedule_due", "nobody has tried to better the champion for as long as its schedule allows",
       check::observe_schedule_due},
      {"source_stale", "a source has brought nothing for longer than it should", check::observe_source_stale},
      {"rows_quarantined", "rows wait in quarantine", check::observe_rows_quarantined},
      {"job_dead", "the queue gave up a job", check::observe_job_dead},
      {"part_unsent", "a text that was due did not get out", check::observe_part_unsent},
  }};
  return table;
}

}  // namespace converge::supervise
