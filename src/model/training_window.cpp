#include "model/training_window.hpp"

namespace converge::model {

feature::Matrix cut_training_window(const feature::Matrix& matrix, const ModelVersionRow& version,
                                    std::size_t horizon) {
  feature::Matrix window;
  window.names = matrix.names;
  for (std::size_t i = 0; i + horizon < matrix.rows(); ++i) {
    if (matrix.bar_at[i] < version.train_from_at || matrix.bar_at[i + horizon] > version.train_to_at) continue;
    window.bar_at.push_back(matrix.bar_at[i]);
    const auto row = matrix.row(i);
    window.values.insert(window.values.end(), row.begin(), row.end());
  }
  return window;
}

}  // namespace converge::model
