// base/redact.hpp — text without the secrets in it, for whatever leaves the program.
//
// Pure. The last defence: secrets are passed around by the name of their environment variable in the first place.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace converge {

inline constexpr std::string_view redacted = "[secret]";
// Shorter ones would be found by chance in ordinary words.
inline constexpr std::size_t secret_length_min = 6;

// Replaces
//   each of `secrets` (of secret_length_min characters or more), as it is and percent-encoded,
//   the user part of URLs: mysql://[secret]@host/db,
//   the value behind a name that ends in token, password, passwd, pwd, secret, api_key or apikey: `token=...`,
//   `"access_token": "..."`,
//   everything behind `Authorization:` up to the end of the line or the quote.
std::string redact(std::string_view text, std::span<const std::string> secrets);

}  // namespace converge
