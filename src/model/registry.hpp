// model/registry.hpp — versions, who was champion when, and the fitted models themselves.
//
// Aliases are append-only: "who was champion at T" has an answer for every T, and a rollback is one more row.
#pragma once
#include "model/algorithm.hpp"
#include "store/db.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::model {

// The version that held the alias at `at`; none when nobody did.
Result<std::optional<ModelVersionRow>> find_version_at(store::Tx& tx, std::string_view model, ModelAliasAlias alias,
                                                       Instant at);
inline Result<std::optional<ModelVersionRow>> find_champion(store::Tx& tx, std::string_view model, Instant at) {
  return find_version_at(tx, model, ModelAliasAlias::champion, at);
}
// The champion in office, if it answers the question that the label set asks; one that was fitted to another label is no
// rival, and what it says is about something else.
Result<std::optional<ModelVersionRow>> find_champion_for(store::Tx& tx, std::string_view model,
                                                         std::string_view label_set_hash, Instant at);
// Every row of the alias up to `at`, oldest first.
Result<std::vector<ModelAliasRow>> load_alias_history(store::Tx& tx, std::string_view model, ModelAliasAlias alias,
                                                      Instant at);
// errors: not_found
Result<ModelVersionRow> load_version(store::Tx& tx, std::string_view id);
Result<ModelVersionRow> load_version_number(store::Tx& tx, std::string_view model, std::int64_t version);

// Who sets an alias, why, and what it rests on.
struct AliasChange {
  std::optional<std::string> gate_decision_id;
  std::string actor;
  std::string reason;
  JsonObject evidence;
};

// Appends to the alias. writes: model_alias
Result<void> set_alias(store::Scope& scope, const ModelVersionRow& version, ModelAliasAlias alias,
                       const AliasChange& change);
// Names a version champion; who puts one in office calls run_promotion (model/run_promotion.hpp).
// writes: model_alias, audit (with the command that undoes it)
// errors: conflict when it is in office already
Result<void> promote_version(store::Scope& scope, const ModelVersionRow& version, const AliasChange& change);
// Returns to the champion before the one in office. writes: as promote_version
// errors: not_found without a champion, or without one before it
Result<ModelVersionRow> rollback_champion(store::Scope& scope, std::string_view model, std::string_view actor,
                                          std::string_view reason);

// Stores the artifact unless it is there. writes: model_artifact; idempotent by sha256
Result<void> insert_artifact(store::Scope& scope, const Artifact& artifact);

// Opened models by the hash of their bytes, the last few. An accelerator only: what a hash names never changes.
class ScorerCache {
 public:
  // errors: not_found, contract_violation (the stored bytes do not have that hash)
  Result<Scorer> load(store::Tx& tx, const std::string& artifact_sha256);

 private:
  struct Entry {
    std::string sha256;
    Scorer scorer;
  };
  static constexpr std::size_t entries_max = 8;
  std::deque<Entry> entries_;
};

}  // namespace converge::model
