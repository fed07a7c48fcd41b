#include "model/run_history.hpp"

#include "feature/run_feature.hpp"
#include "store/sql.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

namespace converge::model {

using store::params;

Result<feature::FeatureSet> load_feature_set(store::Tx& tx, const std::string& hash) {
  TRY(const auto row, tx.find<FeatureSetRow>(sql::feature_set_by_hash, params(hash)));
  if (!row) return fail(Errc::not_found, "feature set " + hash);
  return feature::FeatureSet::parse_spec(row->spec);
}

Result<feature::LabelSet> load_label_set(store::Tx& tx, const std::string& hash) {
  TRY(const auto row, tx.find<LabelSetRow>(sql::label_set_by_hash, params(hash)));
  if (!row) return fail(Errc::not_found, "label set " + hash);
  return feature::LabelSet::parse_spec(row->spec);
}

Result<VersionHistory> load_version_history(store::Tx& tx, const ModelVersionRow& version) {
  const std::string where = fmt::format("{} version {}: recipe", version.model, version.version);
  TRY(const Json recipe, parse_json(version.recipe));
  if (!recipe.is_object()) return fail(Errc::contract_violation, where + " is no object");
  TRY(std::string symbol, require_string(recipe.get_object(), "symbol", where));
  TRY(std::string timeframe, require_string(recipe.get_object(), "timeframe", where));
  TRY(feature::FeatureSet features, load_feature_set(tx, version.feature_set_hash));
  TRY(feature::LabelSet labels, load_label_set(tx, version.label_set_hash));

  feature::BarSeries series(std::move(symbol), std::move(timeframe));
  TRY_VOID(series.refresh(tx, version.created_at));
  if (series.snapshot_hash() != version.data_snapshot_hash)
    return fail(Errc::contract_violation,
                fmt::format("{} version {} was fitted on bars {} as they were known at {}; the table now holds {}",
                            version.model, version.version, version.data_snapshot_hash,
                            render_instant(version.created_at), series.snapshot_hash()));
  const feature::Matrix matrix = feature::compute_matrix(features, series.bars());
  TRY(Dataset dataset, make_dataset(matrix, labels.compute(series.bars()), version.created_at));
  return VersionHistory{std::move(features), std::move(labels), series.bars(), std::move(dataset)};
}

}  // namespace converge::model
