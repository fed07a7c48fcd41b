#include "model/run_reference.hpp"

#include "model/run_evidence.hpp"
#include "model/run_history.hpp"
#include "store/sql.hpp"

#include <algorithm>

namespace converge::model {

Result<std::int64_t> run_reference(store::Scope& scope, const ModelValidation& validation,
                                   const ModelVersionRow& version) {
  TRY(const auto stored, scope.tx.load<EvaluationRow>(sql::evaluation_of_version, store::params(version.id)));
  const auto judged = std::ranges::find(stored, EvaluationRole::gate, &EvaluationRow::role);
  const bool is_done = std::ranges::find(stored, EvaluationRole::reference, &EvaluationRow::role) != stored.end();
  if (is_done || judged == stored.end()) return std::int64_t{0};

  TRY(const VersionHistory history, load_version_history(scope.tx, version));
  TRY(const Json params, parse_json(version.params));
  const ModelCandidate recipe{std::string(enum_text(version.algorithm)), params.as_object()};
  TRY(const ReferenceWalk walk,
      walk_reference(validation, recipe, history.dataset, judged->bar_at, static_cast<std::uint64_t>(version.seed)));
  TRY_VOID(insert_judged(scope, version, walk.scored, EvaluationRole::reference));
  TRY_VOID(insert_trials(scope, version, walk.trials));
  return static_cast<std::int64_t>(walk.scored.size());
}

}  // namespace converge::model
