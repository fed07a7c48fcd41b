// feature/check.hpp — what a feature set has to prove before a model may use it.
//
// Pure. check_scale_free runs when a model is loaded; the checks of look-ahead before a fitted model gets a version number.
#pragma once
#include "base/result.hpp"
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"

#include <functional>
#include <span>
#include <vector>

namespace converge::feature {

// Features are free of price level: all prices times 7.3 and volume times 3 give the same values (to 1e-6 of the largest
// value of the feature), on a made-up series that is always the same. A tree cannot extrapolate a level, and a level drifts for ever.
// errors: invalid_input naming the feature and both values; also when a feature is never defined on that series
Result<void> check_scale_free(const FeatureSet& features);

// Anything that turns bars into a matrix: a feature set, or a whole pipeline with its scalers.
using MatrixFunction = std::function<Matrix(const Bars&)>;

// No look-ahead: the rows computed from bars[0, cut) are, bit for bit, the first rows computed from all bars.
//   cuts    numbers of bars to keep; those beyond bars.size() say nothing and are an error
//   errors  contract_violation naming feature, bar, cut and both values; invalid_input for a cut out of range, or none
Result<void> check_truncation(const MatrixFunction& compute, const Bars& bars, std::span<const std::size_t> cuts);
Result<void> check_truncation(const FeatureSet& features, const Bars& bars, std::span<const std::size_t> cuts);
// The same for a matrix that is at hand, however it was made (grown bar by bar, read from a cache): that one is compared.
Result<void> check_truncation(const MatrixFunction& compute, const Matrix& matrix, const Bars& bars,
                              std::span<const std::size_t> cuts);
// A label that had ended by the last of bars[0, cut) is the same label with all bars, and there are no others.
//   labels  of `bars`, as they will be fitted to
//   errors  as check_truncation
using LabelFunction = std::function<std::vector<Label>(const Bars&)>;
Result<void> check_label_truncation(const LabelFunction& compute, std::span<const Label> labels, const Bars& bars,
                                    std::span<const std::size_t> cuts);

// The first n bars.
Bars take_bars(const Bars& bars, std::size_t n);

}  // namespace converge::feature
