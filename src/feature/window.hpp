// feature/window.hpp — the last n numbers of a series, and what is computed from them.
//
// Pure. Every rolling statistic is computed afresh from its window, oldest first: there are no running sums, so nothing
// drifts over a long series, and a value depends on the numbers in its window and on nothing else. A number that is
// not finite spoils exactly the windows that contain it.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace converge::feature {

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// One NaN for everything that has no value, so that equal rows are equal bytes.
inline double finite_or_undefined(double x) {
  return std::isfinite(x) ? x : undefined;
}

class Window {
 public:
  explicit Window(std::size_t n) : n_(n), slots_(2 * n) {}

  // Each number is written twice, n slots apart, so that the last n always lie in one piece.
  void push(double x) {
    slots_[next_] = slots_[next_ + n_] = x;
    next_ = next_ + 1 == n_ ? 0 : next_ + 1;
    finite_run_ = std::isfinite(x) ? std::min(finite_run_ + 1, n_) : 0;
  }
  // The last n numbers exist and are all finite.
  bool full() const { return finite_run_ == n_; }
  // Oldest first, shape [n]; meaningful when full().
  std::span<const double> values() const { return {slots_.data() + next_, n_}; }

 private:
  std::size_t n_;
  std::size_t next_ = 0;
  std::size_t finite_run_ = 0;
  std::vector<double> slots_;
};

// All of these take a window that is not empty. Sums are taken relative to the newest number: a flat window has exactly
// its own value as mean and exactly 0 as deviation.
double compute_mean(std::span<const double> window);
// sqrt(sum((x - mean)^2) / (n - dropped)): `dropped` is 0 for a population, 1 for a sample (n > dropped).
double compute_deviation(std::span<const double> window, std::size_t dropped);
// (newest - mean) / sample deviation, as in pandas; undefined in a flat window.
double compute_z(std::span<const double> window);

}  // namespace converge::feature
