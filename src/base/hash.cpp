#include "base/hash.hpp"

#include <sodium.h>

namespace converge {
namespace {

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string render_hex(const Sha256& hash) {
  std::array<char, 65> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return {text.data(), 64};
}

}  // namespace

Sha256 compute_sha256(std::string_view bytes) {
  Sha256 hash{};
  crypto_hash_sha256(hash.data(), as_bytes(bytes), bytes.size());
  return hash;
}

std::string compute_sha256_hex(std::string_view bytes) {
  return render_hex(compute_sha256(bytes));
}

static_assert(sizeof(crypto_hash_sha256_state) <= 128);

Sha256Stream::Sha256Stream() : state_{} {
  crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()));
}

void Sha256Stream::add(std::string_view bytes) {
  crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()), as_bytes(bytes), bytes.size());
}

std::string Sha256Stream::finish_hex() {
  Sha256 hash{};
  crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()), hash.data());
  return render_hex(hash);
}

}  // namespace converge
