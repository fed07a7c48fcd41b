#include "feature/matrix.hpp"

#include "feature/render_matrix.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace converge::feature {

bool Matrix::is_complete(std::size_t i) const {
  return std::ranges::none_of(row(i), [](double x) { return std::isnan(x); });
}

std::string render_matrix_csv(const Matrix& matrix, Instant from, Instant to) {
  std::string text = "bar_at";
  for (const std::string& name : matrix.names) text += "," + name;
  text += "\n";
  const auto first = std::ranges::lower_bound(matrix.bar_at, from) - matrix.bar_at.begin();
  const auto end = std::ranges::lower_bound(matrix.bar_at, to) - matrix.bar_at.begin();
  for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(std::max(first, end)); ++i) {
    text += render_instant(matrix.bar_at[i]);
    for (const double value : matrix.row(i))
      text += std::isnan(value) ? std::string(",") : fmt::format(",{:.17g}", value);
    text += "\n";
  }
  return text;
}

}  // namespace converge::feature
