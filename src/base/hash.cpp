#include "base/hash.hpp"

// The functions below are deprecated in favour of EVP, which needs a heap context and looks its provider up again for each
// hash: more than the hash of an id costs. They run on the processor's SHA instructions.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace converge {
namespace {

static_assert(sizeof(SHA256_CTX) <= 128);

SHA256_CTX* as_context(std::array<std::uint8_t, 128>& state) {
  return reinterpret_cast<SHA256_CTX*>(state.data());
}

std::string render_hex(const Sha256& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

}  // namespace

Sha256 compute_sha256(std::string_view bytes) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  Sha256 hash{};
  SHA256_Final(hash.data(), &context);
  return hash;
}

std::string compute_sha256_hex(std::string_view bytes) {
  return render_hex(compute_sha256(bytes));
}

Sha256Stream::Sha256Stream() : state_{} {
  SHA256_Init(as_context(state_));
}

void Sha256Stream::add(std::string_view bytes) {
  SHA256_Update(as_context(state_), bytes.data(), bytes.size());
}

std::string Sha256Stream::finish_hex() {
  Sha256 hash{};
  SHA256_Final(hash.data(), as_context(state_));
  return render_hex(hash);
}

}  // namespace converge
