#include "base/rng.hpp"

#include "base/hash.hpp"

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <string>

namespace converge {

Rng Rng::named(std::uint64_t seed, std::string_view purpose) {
  const Sha256 hash = compute_sha256(std::to_string(seed) + "\x1f" + std::string(purpose));
  std::uint64_t mixed = 0;
  for (std::size_t i = 0; i < 8; ++i) mixed = mixed << 8 | hash[i];
  return Rng(mixed);
}

double Rng::uniform() {
  return boost::random::uniform_01<double>()(engine_);
}

std::uint64_t Rng::below(std::uint64_t n) {
  return boost::random::uniform_int_distribution<std::uint64_t>(0, n - 1)(engine_);
}

double Rng::normal() {
  return boost::random::normal_distribution<double>()(engine_);
}

}  // namespace converge
