// feature/label_set.hpp — what a model learns to say: a label per bar, with the span of time that it depends on.
//
// Pure. A LabelSet is not a FeatureSet and shares no base with it: nothing that computes features can take one.
#pragma once
#include "base/result.hpp"
#include "feature/matrix.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace converge::feature {

// The text of a model file: kind is a name of the table in label_set.cpp.
struct LabelSpec {
  std::string kind;
  std::int64_t horizon = 0;  // bars ahead, h
  std::int64_t window = 0;   // volatility_above_median: days in the median, m; direction: must be 0
};

// direction                1 if the close h bars later is higher. value: ln(close[t+h] / close[t]).
// volatility_above_median  1 if v[t+h] > median(v[t-m+1], ..., v[t]), where v[u] is the root mean square of the h daily log
//                          returns that end with bar u: a window over which nothing later than t is needed at t, and
//                          one that only the label may look into. value: v[t+h].
class LabelSet {
 public:
  // errors: invalid_input for an unknown kind, a horizon outside [1, 1000], or a window that does not belong to the kind
  static Result<LabelSet> make(const LabelSpec& spec);

  // Reads back what spec() wrote. errors: invalid_input for another text
  static Result<LabelSet> parse_spec(std::string_view spec);

  const std::string& spec() const { return spec_; }  // canonical JSON
  const std::string& hash() const { return hash_; }  // SHA-256 of spec()
  std::size_t horizon() const { return horizon_; }
  // Bars before the first bar that can have a label.
  std::size_t lookback() const;

  // The labels of the bars first <= row < end that have one, in order: t1 must be in `bars`, and every number the label
  // looks at must be finite and positive. A label depends on bars from row - lookback() to row + horizon() only, so a label
  // of a prefix of the bars is the label of the whole.
  std::vector<Label> compute(const Bars& bars, std::size_t first = 0,
                             std::size_t end = std::numeric_limits<std::size_t>::max()) const;

 private:
  LabelSet() = default;

  const struct LabelKind* kind_ = nullptr;
  std::size_t horizon_ = 0, window_ = 0;
  std::string spec_, hash_;
};

}  // namespace converge::feature
