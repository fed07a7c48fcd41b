// contract/lint.hpp — what is wrong with a set of contracts taken together, before a server has to say it.
//
// Pure. Single contracts are refused by load_contract already; reserved words need no rule, for every name is quoted.
#pragma once
#include "contract/contract.hpp"

#include <span>

namespace converge::contract {

// rule: table_twice, name_too_long, check_name_taken, foreign_key_name_taken, view_name_taken, money_not_decimal, row_too_long,
// key_on_text, key_too_long, key_without_pattern, parent_missing, parent_not_unique or parent_type
struct ContractFinding {
  std::string rule;
  std::string table;
  std::string message;
};

std::vector<ContractFinding> lint_contracts(std::span<const Contract> contracts);

}  // namespace converge::contract
