// contract/dml.hpp — the statements that a contract alone decides.
#pragma once
#include "contract/contract.hpp"

#include <string>

namespace converge::contract {

// "INSERT INTO `bar` (`symbol`, ...) VALUES ", columns in contract order; the row constructors follow.
std::string render_insert_prefix(const Contract& contract);

// Every column in contract order, every row in key order.
std::string render_select_all(const Contract& contract);

}  // namespace converge::contract
