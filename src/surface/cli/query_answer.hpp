// surface/cli/query_answer.hpp — a named query of the desk, asked from a command line: NAME, --param NAME=VALUE, --as-of.
#pragma once
#include "store/value.hpp"
#include "surface/cli/command.hpp"
#include "surface/named_query.hpp"

#include <string>

namespace converge::surface {

// The parameter `as_of` is filled from --as-of, or with the end of time.
// errors: not_found; invalid_input (a parameter is missing or not asked for); timeout when the server ended it; what the server says otherwise
Result<store::RowSet> answer_query(const Invocation& call, const std::string& name, const QueryLimits& limits);

}  // namespace converge::surface
