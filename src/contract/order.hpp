// contract/order.hpp — contracts in an order in which their tables can be created.
#pragma once
#include "contract/contract.hpp"

namespace converge::contract {

// Parents before children, by name where there is a choice; a table may point at itself.
// errors: invalid_input when a parent table is missing, or tables point at each other in a ring
Result<std::vector<Contract>> order_by_foreign_key(std::vector<Contract> contracts);

}  // namespace converge::contract
