// contract/codegen.hpp — C++ rows from contracts: one struct per table, one enum per enumerated column.
#pragma once
#include "contract/contract.hpp"

#include <span>
#include <string>

namespace converge::contract {

// The text of contract/rows.hpp. For the table `bar`: `struct BarRow` with a member per column in column order, and
// `for_each_field(row, f)`, which calls f("symbol", row.symbol) for each of them. A name that C++ keeps for itself gets a
// trailing underscore in C++ only. Enumerations whose words are identifiers become `enum class <Table><Column>`.
std::string render_rows_header(std::span<const Contract> contracts);

}  // namespace converge::contract
