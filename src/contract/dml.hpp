// contract/dml.hpp — the two statements that follow from a contract alone. All others are named ones of the store.
#pragma once
#include "contract/contract.hpp"

namespace converge::contract {

// "INSERT INTO `bar` (`symbol`, ...) VALUES ": the caller adds groups of placeholders, columns in contract order.
std::string render_insert_prefix(const Contract& contract);

// Every column of every row in contract order, ordered by the primary key: the same rows, the same bytes.
std::string render_select_all(const Contract& contract);

}  // namespace converge::contract
