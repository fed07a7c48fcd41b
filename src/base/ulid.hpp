// base/ulid.hpp — ids that sort by time and can be made again.
//
// A ULID (github.com/ulid/spec): 48 bits of milliseconds and 80 bits, 26 characters of Crockford's base 32.
// Ours takes the 80 bits from SHA-256(desk seed, table, natural key), so the same desk, seed and clock give the same ids.
#pragma once
#include "base/time.hpp"

#include <string>
#include <string_view>

namespace converge {

// natural_key: the columns that make the row unique, joined by '\x1f'.
std::string make_ulid(Instant at, std::uint64_t desk_seed, std::string_view table, std::string_view natural_key);

// The instant inside an id, to the millisecond. errors: invalid_input when it is not a ULID.
Result<Instant> parse_ulid_instant(std::string_view ulid);

}  // namespace converge
