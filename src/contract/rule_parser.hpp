// contract/rule_parser.hpp — from the text of a rule to its typed parts. Pure; the grammar is in contract/rule.hpp.
#pragma once
#include "contract/rule.hpp"

#include <string_view>
#include <vector>

namespace converge::contract {

// Children before parents, the whole rule last.
// errors: as Rule::compile
Result<std::vector<RuleNode>> parse_rule(std::string_view text, const Contract& contract);

}  // namespace converge::contract
