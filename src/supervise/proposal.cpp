#include "supervise/proposal.hpp"

#include <algorithm>
#include <array>

namespace converge::supervise {
namespace {

using Target = std::pair<ProposalAction, std::string>;

std::vector<const FindingRow*> worst_first(std::span<const FindingRow> open, Instant now) {
  std::vector<const FindingRow*> order;
  for (const FindingRow& row : open)
    if (row.last_seen_at == now) order.push_back(&row);
  std::ranges::stable_sort(order, [](const auto* a, const auto* b) { return a->severity > b->severity; });
  return order;
}

}  // namespace

std::span<const Play> playbook() {
  static constexpr std::array<Play, 11> table{{
      {"loss_drift", ProposalAction::notify, "the owner should know that the champion's losses have left their range",
       true},
      {"loss_drift", ProposalAction::retrain, "a model fitted on newer rows may describe them better", false},
      {"feature_drift", ProposalAction::retrain, "a model fitted on newer rows may describe them better", false},
      {"no_champion", ProposalAction::retrain, "a first champion has to be found", false},
      {"champion_silent", ProposalAction::notify, "the owner should know that the champion gives no answer", true},
      {"champion_silent", ProposalAction::retrain, "a model fitted as the model file now says can answer", false},
      {"schedule_due", ProposalAction::retrain, "the schedule of the model asks for it", false},
      {"source_stale", ProposalAction::notify, "the owner should know that a source is silent", true},
      {"rows_quarantined", ProposalAction::notify, "the owner should know that rows were refused", true},
      {"job_dead", ProposalAction::notify, "the owner should know that a job was given up: nobody does it any more",
       true},
      {"part_unsent", ProposalAction::notify, "the owner should know that a text did not get out", true},
  }};
  return table;
}

std::vector<Suggestion> suggest(std::span<const FindingRow> open, std::span<const ProposalRow> undecided,
                                const Answered& answered, Instant now) {
  std::set<Target> taken;
  for (const ProposalRow& row : undecided)
    if (row.action == ProposalAction::retrain) taken.emplace(row.action, row.subject);

  std::vector<Suggestion> suggestions;
  for (const FindingRow* finding : worst_first(open, now)) {
    for (const Play& play : playbook()) {
      if (play.finding_kind != finding->kind) continue;
      const std::string key = finding->id + "/" + std::string(enum_text(play.action));
      if ((play.once ? answered.proposed : answered.refused).contains(key)) continue;
      const bool waiting =
          play.action == ProposalAction::retrain && !taken.emplace(play.action, finding->subject).second;
      if (!waiting) suggestions.push_back({finding, &play});
    }
  }
  return suggestions;
}

}  // namespace converge::supervise
