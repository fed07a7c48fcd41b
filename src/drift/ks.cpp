#include "drift/ks.hpp"

#include <algorithm>
#include <cmath>

namespace converge::drift {

Result<double> compute_ks(std::span<const double> sorted_reference, std::span<const double> sorted_current) {
  if (sorted_reference.empty() || sorted_current.empty()) return fail(Errc::invalid_input, "ks: a sample has no rows");
  const auto reference_rows = static_cast<double>(sorted_reference.size());
  const auto current_rows = static_cast<double>(sorted_current.size());

  // The reference is long and the window short: between two values of the window its function is flat, so the widest gap
  // lies just before or at one of them.
  double distance = 0;
  auto reference = sorted_reference.begin();
  for (auto current = sorted_current.begin(); current != sorted_current.end();) {
    const double value = *current;
    const auto next = std::upper_bound(current, sorted_current.end(), value);
    const auto below = std::lower_bound(reference, sorted_reference.end(), value);
    const auto upto = std::upper_bound(below, sorted_reference.end(), value);
    const auto gap = [&](auto in_reference, auto in_current) {
      return std::abs(static_cast<double>(in_reference - sorted_reference.begin()) / reference_rows -
                      static_cast<double>(in_current - sorted_current.begin()) / current_rows);
    };
    distance = std::max({distance, gap(below, current), gap(upto, next)});
    reference = upto;
    current = next;
  }
  return distance;
}

}  // namespace converge::drift
