// contract/desk_contracts.hpp — the tables that an owner adds to the system's.
#pragma once
#include "contract/contract.hpp"

namespace converge::contract {

// The desk's own contracts in an order in which their tables can be made, once they agree with each other and with the
// system's: names that are free, keys that the servers can hold, foreign keys that lead to a key.
// errors: invalid_input naming the file (contracts/<table>.schema.json) and the rule of contract/lint.hpp for each fault
Result<std::vector<Contract>> arrange_desk_contracts(std::vector<Contract> own);

}  // namespace converge::contract
