// contract/rule_op.hpp — the operators of a rule: how each is written in a rule and in SQL.
#pragma once
#include "contract/rule.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace converge::contract {

struct OpTraits {
  RuleOp op;
  std::string_view symbol;  // in a rule
  std::string_view sql;
  RuleOp negation;  // conditions only
  int precedence;
};

inline constexpr std::array op_table = std::to_array<OpTraits>({
    {RuleOp::any_of, "||", "OR", RuleOp::all_of, 1},
    {RuleOp::all_of, "&&", "AND", RuleOp::any_of, 2},
    {RuleOp::less_equal, "<=", "<=", RuleOp::greater, 3},
    {RuleOp::greater_equal, ">=", ">=", RuleOp::less, 3},
    {RuleOp::equal, "==", "=", RuleOp::not_equal, 3},
    {RuleOp::not_equal, "!=", "<>", RuleOp::equal, 3},
    {RuleOp::less, "<", "<", RuleOp::greater_equal, 3},
    {RuleOp::greater, ">", ">", RuleOp::less_equal, 3},
    {RuleOp::is_null, "", "IS NULL", RuleOp::is_not_null, 3},
    {RuleOp::is_not_null, "", "IS NOT NULL", RuleOp::is_null, 3},
    {RuleOp::plus, "+", "+", RuleOp::plus, 4},
    {RuleOp::minus, "-", "-", RuleOp::minus, 4},
    {RuleOp::times, "*", "*", RuleOp::times, 5},
    {RuleOp::negative, "", "-", RuleOp::negative, 6},
    {RuleOp::column, "", "", RuleOp::column, 7},
    {RuleOp::literal, "", "", RuleOp::literal, 7},
});

inline const OpTraits& traits(RuleOp op) {
  return *std::ranges::find(op_table, op, &OpTraits::op);
}

// What the servers compute in 64 bits.
inline bool fits_bigint(Decimal::Coefficient value) {
  return value <= std::numeric_limits<std::int64_t>::max() && value >= std::numeric_limits<std::int64_t>::min();
}

}  // namespace converge::contract
