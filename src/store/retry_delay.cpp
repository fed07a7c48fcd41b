#include "store/retry_delay.hpp"

#include <algorithm>

namespace converge::store {

std::chrono::milliseconds compute_retry_delay(int attempt, RetryBounds bounds, Rng& rng) {
  const int doublings = std::clamp(attempt - 1, 0, 30);
  const auto ceiling = std::min(bounds.most, bounds.first * (std::int64_t{1} << doublings));
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(ceiling.count()) + 1)));
}

}  // namespace converge::store
