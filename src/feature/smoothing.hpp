// feature/smoothing.hpp — the recursive averages of TA-Lib, one number at a time.
//
// Pure. Each is seeded by a plain average (or sum) of its first numbers and then updated for ever. A number that is not
// finite starts it afresh: what follows is what a series beginning after that number would give.
// source: TA-Lib 0.4.0 conventions, unstable period 0; checked against its output in indicator_test.cpp.
#pragma once
#include "feature/window.hpp"

#include <cstddef>

namespace converge::feature {

// Exponential average with weight 2 / (n + 1). First value after n numbers.
class Ema {
 public:
  explicit Ema(std::size_t n) : n_(n), weight_(2.0 / static_cast<double>(n + 1)) {}
  double push(double x) {
    if (!std::isfinite(x)) return *this = Ema(n_), undefined;
    if (seen_ < n_) {
      value_ += x;
      if (++seen_ < n_) return undefined;
      return value_ /= static_cast<double>(n_);
    }
    return value_ += (x - value_) * weight_;
  }

 private:
  std::size_t n_;
  double weight_;
  std::size_t seen_ = 0;
  double value_ = 0;
};

// Wilder's average: (previous * (n - 1) + x) / n. First value after n numbers.
class WilderMean {
 public:
  explicit WilderMean(std::size_t n) : n_(n), length_(static_cast<double>(n)) {}
  double push(double x) {
    if (!std::isfinite(x)) return *this = WilderMean(n_), undefined;
    if (seen_ < n_) {
      value_ += x;
      if (++seen_ < n_) return undefined;
      return value_ /= length_;
    }
    return value_ = (value_ * (length_ - 1) + x) / length_;
  }
  // A bar without a number: adds nothing to the seed, and leaves the average as it is afterwards.
  double skip() { return seen_ < n_ ? push(0) : value_; }

 private:
  std::size_t n_;
  double length_;
  std::size_t seen_ = 0;
  double value_ = 0;
};

// Wilder's sum: previous - previous / n + x, seeded by the sum of n - 1 numbers. First value after n numbers.
class WilderSum {
 public:
  explicit WilderSum(std::size_t n) : n_(n), length_(static_cast<double>(n)) {}
  double push(double x) {
    if (!std::isfinite(x)) return *this = WilderSum(n_), undefined;
    if (seen_ + 1 < n_) {
      ++seen_;
      value_ += x;
      return undefined;
    }
    return value_ += x - value_ / length_;
  }

 private:
  std::size_t n_;
  double length_;
  std::size_t seen_ = 0;
  double value_ = 0;
};

// Steps after which a recursive average with this decay per step has forgotten all but 1e-8 of its beginning.
inline std::size_t settle_steps(double decay) {
  return static_cast<std::size_t>(std::ceil(std::log(1e-8) / std::log(decay)));
}
inline std::size_t settle_ema(double n) {
  return settle_steps((n - 1) / (n + 1));
}
inline std::size_t settle_wilder(double n) {
  return settle_steps((n - 1) / n);
}

}  // namespace converge::feature
