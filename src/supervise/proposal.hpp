// supervise/proposal.hpp — from open findings to suggested repairs.
//
// Pure. The playbook is a table: kind of finding -> verbs. One undecided proposal for each verb and subject: further
// findings about the same subject wait for it, so that a storm of findings asks for one retrain.
#pragma once
#include "contract/rows.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::supervise {

struct Play {
  std::string_view finding_kind;
  ProposalAction action;
  std::string_view reason;
  bool once;  // at most one proposal in the life of the finding; else again while the finding lasts and nobody refuses
};

std::span<const Play> playbook();

struct Suggestion {
  const FindingRow* finding = nullptr;
  const Play* play = nullptr;
};

// What has been proposed of the open findings before, as "<finding id>/<action>".
struct Answered {
  std::set<std::string> proposed;  // ever
  std::set<std::string> refused;   // and turned down by the owner: a finding asks nobody twice who has said no
};

// Suggestions for open findings that were seen at `now`, worst first: what lingers until its quiet days are over asks for
// nothing. `undecided` are proposals in state proposed, held or approved.
std::vector<Suggestion> suggest(std::span<const FindingRow> open, std::span<const ProposalRow> undecided,
                                const Answered& answered, Instant now);

}  // namespace converge::supervise
