// contract/normalise.hpp — takes the servers' habits out of a live description, so that equal tables compare equal.
//
// Pure. Normal form: types in lower case without display widths (tinyint(1) excepted, it says boolean), no default spelled
// for NULL, rules of foreign keys "restrict" for both of its names, no index that only serves a foreign key of its name,
// lists ordered by name, and check clauses as `normalise_check_clause` writes them.
#pragma once
#include "contract/flavor.hpp"
#include "contract/live_table.hpp"

namespace converge::contract {

LiveTable normalise_live_table(LiveTable table, ServerFlavor flavor);

// The tokens of a CHECK in one spelling: keywords in lower case, names bare, texts in single quotes, one space between.
// Parentheses are left out: a change of grouping alone is not seen, any other change is.
std::string normalise_check_clause(std::string_view clause, ServerFlavor flavor);

}  // namespace converge::contract
