// base/hash.hpp — SHA-256, the one hash behind every `*_sha256` and `*_hash` column.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace converge {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 compute_sha256(std::string_view bytes);
// 64 lower-case hexadecimal digits.
std::string compute_sha256_hex(std::string_view bytes);

// For input that arrives in pieces. One writer.
class Sha256Stream {
 public:
  Sha256Stream();
  void add(std::string_view bytes);
  // The hash of all that was added; the stream is spent afterwards.
  std::string finish_hex();

 private:
  alignas(64) std::array<std::uint8_t, 128> state_;
};

}  // namespace converge
