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

// A CHECK in one spelling: keywords in lower case, names bare, texts in single quotes, and no more parentheses than its
// meaning needs. A clause outside of the grammar of contracts keeps its tokens as they stand, and so equals none of ours.
std::string normalise_check_clause(std::string_view clause, ServerFlavor flavor);

// The query of a view in one spelling: as above, without AS, without the name of its own database before a table, and without
// parentheses. The views of contracts join conditions by AND only, so another grouping has another operator to be seen.
std::string normalise_view_query(std::string_view query, std::string_view database, ServerFlavor flavor);

}  // namespace converge::contract
