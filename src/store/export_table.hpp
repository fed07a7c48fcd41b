// store/export_table.hpp — a table's rows in key order, in the contract's own forms, one at a time.
#pragma once
#include "contract/contract.hpp"
#include "store/connection.hpp"

#include <cstdint>
#include <string>

namespace converge::store {

// Calls `row` with one text per column, in contract order: what insert_raw and the validator read, and the same bytes from
// either server. Instants are RFC 3339, booleans true and false, numbers the shortest text that reads back as the same
// double (17 significant digits at most), decimals with all digits of their scale. Memory does not grow with the table.
// returns the number of rows. errors: contract_violation for a cell that is not in its column's form
Result<std::int64_t> export_table(Connection& connection, const contract::Contract& contract, const TextRowFn& row);

// One record of RFC 4180, but with "\n" as its line end, as every text that this program writes. A text is quoted when it needs it, and when it is empty, so that an empty
// field means NULL.
std::string render_csv_header(const contract::Contract& contract);
std::string render_csv_record(std::span<const TextCell> cells);
// One object, keys in contract order: numbers as numbers (decimals with all digits), JSON columns as they are.
std::string render_json_record(const contract::Contract& contract, std::span<const TextCell> cells);

}  // namespace converge::store
