#include "base/ulid.hpp"

#include "base/hash.hpp"

#include <array>

namespace converge {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

}  // namespace

std::string make_ulid(Instant at, std::uint64_t desk_seed, std::string_view table, std::string_view natural_key) {
  std::string input = std::to_string(desk_seed);
  input.append("\x1f").append(table).append("\x1f").append(natural_key);
  const Sha256 hash = compute_sha256(input);
  const auto ms =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());

  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  for (std::size_t i = 0; i < 10; ++i) bytes[6 + i] = hash[i];

  // 26 characters hold 130 bits: the first character carries the top 3 bits of 128.
  std::string text(26, '0');
  for (std::size_t i = 0; i < 26; ++i) {
    unsigned value = 0;
    for (std::size_t b = 0; b < 5; ++b) {
      const std::size_t bit = i * 5 + b;
      const unsigned one = bit < 2 ? 0U : (unsigned{bytes[(bit - 2) / 8]} >> (7 - (bit - 2) % 8)) & 1U;
      value = value * 2 + one;
    }
    text[i] = crockford[value];
  }
  return text;
}

Result<Instant> parse_ulid_instant(std::string_view ulid) {
  if (ulid.size() != 26 || ulid[0] > '7')
    return fail(Errc::invalid_input, "'" + std::string(ulid) + "' is not an id of 26 characters");
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 26; ++i) {
    const auto digit = crockford.find(ulid[i]);
    if (digit == std::string_view::npos)
      return fail(Errc::invalid_input, "'" + std::string(ulid) + "' holds a character outside Crockford's base 32");
    if (i < 10) ms = ms * 32 + static_cast<std::int64_t>(digit);
  }
  return Instant(std::chrono::milliseconds(ms));
}

}  // namespace converge
