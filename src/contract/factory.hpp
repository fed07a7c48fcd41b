// contract/factory.hpp — rows made from a contract: valid ones, and for every constraint one that breaks it alone.
//
// Pure and seeded: the same Rng gives the same rows. Rows are raw text cells, as where data enters; used by tests and by
// `converge contract factory`.
#pragma once
#include "base/rng.hpp"
#include "contract/contract.hpp"
#include "contract/validator.hpp"

namespace converge::contract {

using RawRow = std::vector<std::optional<std::string>>;

// A row that the validator accepts. Values lean towards the edges of what is allowed.
// errors: invalid_input when the contract's checks let no row through in 5,000 attempts
Result<RawRow> make_valid_row(const Contract& contract, const Validator& validator, Rng& rng);

// A row with exactly one fault, and the rule and pointer it must be refused with.
struct InvalidRow {
  std::string rule;
  std::string pointer;
  RawRow row;
};

// One per constraint of every column, one per check, and one with a cell too many.
// errors: as make_valid_row, and for a check that cannot be broken alone
Result<std::vector<InvalidRow>> make_invalid_rows(const Contract& contract, const Validator& validator, Rng& rng);

// Views into a row, as the validator takes them.
std::vector<Validator::Cell> view_cells(const RawRow& row);

}  // namespace converge::contract
