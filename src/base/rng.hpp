// base/rng.hpp — the seam for randomness: a stream of numbers that a seed and a name decide.
//
// std::mt19937_64 for the bits, Boost.Random for the distributions: both give the same numbers on every platform,
// which the standard library's distributions do not promise.
#pragma once
#include <cstdint>
#include <random>
#include <string_view>

namespace converge {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}
  // An independent stream per purpose: Rng::named(desk_seed, "bootstrap/sp500_vol5/3").
  static Rng named(std::uint64_t seed, std::string_view purpose);

  std::uint64_t bits() { return engine_(); }
  // Uniform on [0, 1).
  double uniform();
  // Uniform on {0, ..., n - 1}; n > 0.
  std::uint64_t below(std::uint64_t n);
  // Standard normal.
  double normal();

 private:
  std::mt19937_64 engine_;
};

}  // namespace converge
