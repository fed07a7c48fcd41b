// model/run_history.hpp — what a version was fitted on, had again from its row alone.
//
// The row names everything: the bars by the instant at which they were known and by their hash, features and label by the
// specifications stored under their hashes, symbol and timeframe in its recipe. What does not come out the same is refused.
#pragma once
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"
#include "model/dataset.hpp"
#include "store/db.hpp"

namespace converge::model {

struct VersionHistory {
  feature::FeatureSet features;
  feature::LabelSet labels;
  feature::Bars bars;
  Dataset dataset;  // every row whose label had ended when the version was fitted
};

// errors: contract_violation when the bars are not those of data_snapshot_hash; invalid_input when the features or the label
// were specified for another program; not_found
Result<VersionHistory> load_version_history(store::Tx& tx, const ModelVersionRow& version);

// errors: not_found; invalid_input as above
Result<feature::FeatureSet> load_feature_set(store::Tx& tx, const std::string& hash);
Result<feature::LabelSet> load_label_set(store::Tx& tx, const std::string& hash);

}  // namespace converge::model
