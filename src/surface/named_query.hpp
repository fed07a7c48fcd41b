// surface/named_query.hpp — the owner's read-only queries: parameters by name, limits, a read-only transaction.
//
// A query is one SELECT in queries/<name>.sql with parameters as :name. It runs on a connection of its own in a
// transaction that the server itself holds to reading.
#pragma once
#include "store/connection.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace converge::surface {

struct QueryText {
  std::string sql;                      // with ? for every parameter
  std::vector<std::string> parameters;  // in the order of the ?
};

// Finds :name outside of quotes and comments. errors: invalid_input for a quote that is not closed, a ; behind which more
// follows, and a bare ?
Result<QueryText> parse_query(std::string_view text, std::string_view where);

// Both are kept by the server.
struct QueryLimits {
  std::int64_t rows_max = 1000;
  std::chrono::milliseconds time_max = std::chrono::minutes(1);
};

// errors: invalid_input when a parameter is missing or not asked for; timeout when the server ended it; what the server says
// otherwise
Result<store::RowSet> run_query(const store::ConnectOptions& options, std::string_view name, const QueryText& query,
                                const std::map<std::string, std::string>& values, const QueryLimits& limits);

}  // namespace converge::surface
