#include "model/registry.hpp"

#include "store/sql.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>

namespace converge::model {
namespace {

using store::params;

std::string render_state(const std::optional<ModelVersionRow>& version) {
  JsonObject state;
  state["model_version_id"] = version ? Json(boost::json::string(version->id)) : Json(nullptr);
  state["version"] = version ? Json(version->version) : Json(nullptr);
  return render_canonical_json(Json(std::move(state)));
}

}  // namespace

Result<std::optional<ModelVersionRow>> find_version_at(store::Tx& tx, std::string_view model, ModelAliasAlias alias,
                                                       Instant at) {
  return tx.find<ModelVersionRow>(sql::model_alias_version_at, params(model, alias, at));
}

Result<std::optional<ModelVersionRow>> find_champion_for(store::Tx& tx, std::string_view model,
                                                         std::string_view label_set_hash, Instant at) {
  TRY(auto champion, find_champion(tx, model, at));
  if (champion && champion->label_set_hash != label_set_hash) champion.reset();
  return champion;
}

Result<std::vector<ModelAliasRow>> load_alias_history(store::Tx& tx, std::string_view model, ModelAliasAlias alias,
                                                      Instant at) {
  return tx.load<ModelAliasRow>(sql::model_alias_history, params(model, alias, at));
}

Result<ModelVersionRow> load_version(store::Tx& tx, std::string_view id) {
  TRY(auto version, tx.find<ModelVersionRow>(sql::model_version_by_id, params(id)));
  if (!version) return fail(Errc::not_found, fmt::format("model version {}", id));
  return *std::move(version);
}

Result<ModelVersionRow> load_version_number(store::Tx& tx, std::string_view model, std::int64_t number) {
  TRY(auto version, tx.find<ModelVersionRow>(sql::model_version_by_number, params(model, number)));
  if (!version)
    return fail(Errc::not_found,
                fmt::format("{} has no version {}; `converge model list` shows what there is", model, number));
  return *std::move(version);
}

Result<void> set_alias(store::Scope& scope, const ModelVersionRow& version, ModelAliasAlias alias,
                       const AliasChange& change) {
  TRY(const auto last, scope.tx.find<ModelAliasRow>(sql::model_alias_last, params(version.model, alias)));
  if (last && scope.now < last->set_at)
    return fail(Errc::conflict,
                fmt::format("{}: '{}' was last set at {}; what was so then cannot be changed at {}", version.model,
                            enum_text(alias), render_instant(last->set_at), render_instant(scope.now)));
  return scope.tx.insert(ModelAliasRow{.model = version.model,
                                       .alias = alias,
                                       .sequence = last ? last->sequence + 1 : 1,
                                       .model_version_id = version.id,
                                       .gate_decision_id = change.gate_decision_id,
                                       .actor = change.actor,
                                       .reason = change.reason,
                                       .set_at = scope.now});
}

Result<void> promote_version(store::Scope& scope, const ModelVersionRow& version, const AliasChange& change) {
  TRY(const auto before, find_champion(scope.tx, version.model, scope.now));
  if (before && before->id == version.id)
    return fail(Errc::conflict, fmt::format("{} version {} is the champion already", version.model, version.version));
  TRY_VOID(set_alias(scope, version, ModelAliasAlias::champion, change));
  return scope.tx.insert(
      AuditRow{.id = scope.id("audit", fmt::format("promote\x1f{}", version.id)),
               .actor = change.actor,
               .verb = "promote",
               .subject = "model_version:" + version.id,
               .reason = change.reason,
               .evidence = render_canonical_json(Json(change.evidence)),
               .before_state = render_state(before),
               .after_state = render_state(version),
               .undo = before ? fmt::format("converge model promote {} {} --reason \"undo of version {}\"",
                                            version.model, before->version, version.version)
                              : "nothing: there was no champion before, and without one nothing is acted on",
               .acted_at = scope.now});
}

Result<ModelVersionRow> rollback_champion(store::Scope& scope, std::string_view model, std::string_view actor,
                                          std::string_view reason) {
  TRY(const auto history, load_alias_history(scope.tx, model, ModelAliasAlias::champion, scope.now));
  if (history.empty()) return fail(Errc::not_found, fmt::format("{} has no champion to roll back", model));
  // A champion that was itself returned to: what stood before it is what stood before its first time.
  const auto first = std::ranges::find(history, history.back().model_version_id, &ModelAliasRow::model_version_id);
  if (first == history.begin())
    return fail(Errc::not_found, fmt::format("{} has no earlier champion to return to", model));
  TRY(ModelVersionRow version, load_version(scope.tx, std::prev(first)->model_version_id));
  TRY_VOID(promote_version(
      scope, version,
      {.gate_decision_id = std::nullopt, .actor = std::string(actor), .reason = std::string(reason), .evidence = {}}));
  return version;
}

Result<void> insert_artifact(store::Scope& scope, const Artifact& artifact) {
  TRY(const auto present, scope.tx.select(sql::model_artifact_present, params(artifact.sha256)));
  if (!present.rows.empty()) return {};
  const auto format = parse_enum<ModelArtifactFormat>(artifact.format);
  if (!format) return fail(Errc::internal, fmt::format("model_artifact.format has no '{}'", artifact.format));
  return scope.tx.insert(ModelArtifactRow{
      .sha256 = artifact.sha256, .format = *format, .content = artifact.content, .created_at = scope.now});
}

Result<Scorer> ScorerCache::load(store::Tx& tx, const std::string& artifact_sha256) {
  const auto hit = std::ranges::find(entries_, artifact_sha256, &Entry::sha256);
  if (hit != entries_.end()) return hit->scorer;
  TRY(const auto row, tx.find<ModelArtifactRow>(sql::model_artifact_by_sha256, params(artifact_sha256)));
  if (!row) return fail(Errc::not_found, fmt::format("model artifact {}", artifact_sha256));
  TRY(Scorer scorer, open_artifact({std::string(enum_text(row->format)), row->content, row->sha256}));
  if (entries_.size() == entries_max) entries_.pop_front();
  entries_.push_back({artifact_sha256, scorer});
  return scorer;
}

}  // namespace converge::model
