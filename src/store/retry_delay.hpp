// store/retry_delay.hpp — how long to wait before trying again, so that many who failed together do not return together.
#pragma once
#include "base/rng.hpp"

#include <chrono>

namespace converge::store {

struct RetryBounds {
  std::chrono::milliseconds first;  // ceiling of the first wait
  std::chrono::milliseconds most;   // ceiling of every wait
};

// Full jitter: uniform on [0, min(most, first x 2^(attempt - 1))], attempt >= 1.
// source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015
std::chrono::milliseconds compute_retry_delay(int attempt, RetryBounds bounds, Rng& rng);

}  // namespace converge::store
