// wire/json.hpp — the product's JSON codec: strict reading, canonical writing, and field access that says where.
//
// Boost.JSON underneath. Canonical text (sorted keys, shortest round-trip numbers, no white space: RFC 8785, but 64-bit integers stay exact) is what
// is stored in JSON columns and what is hashed, because the two servers keep JSON differently.
#pragma once
#include "base/result.hpp"

#include <boost/json/fwd.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace converge {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

inline constexpr std::size_t json_depth_max = 64;

// errors: invalid_input with the byte offset; also for a duplicate key in an object, a number beyond the doubles, and arrays
// and objects nested deeper than `depth_max`
Result<Json> parse_json(std::string_view text, std::size_t depth_max = json_depth_max);

// NaN and infinities have no JSON form and become null.
std::string render_json(const Json& value);
// Two spaces of indentation, keys in the order they were written.
std::string render_json_pretty(const Json& value);
std::string render_canonical_json(const Json& value);
// As ECMA-262 writes it: the shortest text that reads back as the same double, 17 significant digits at most; -0 is "0".
std::string render_double(double value);

// Field access for files that people write. `where` names the file; errors are invalid_input with a JSON pointer.
Result<std::string> require_string(const JsonObject& object, std::string_view key, std::string_view where);
Result<double> require_number(const JsonObject& object, std::string_view key, std::string_view where);
Result<std::int64_t> require_int(const JsonObject& object, std::string_view key, std::string_view where);

}  // namespace converge
