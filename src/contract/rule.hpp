// contract/rule.hpp — the expression language of checks, with one meaning in SQL and in the program.
//
// Pure. A rule is compiled once against its contract, which types every part of it; it then gives the text of a CHECK and
// a verdict over a row's values. Both follow SQL: a comparison with NULL is unknown, and a check passes unless it is false.
//
//   rule       = conjunction { "||" conjunction }
//   conjunction = negation { "&&" negation }
//   negation   = "!" negation | comparison
//   comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum | "is" [ "not" ] "null" ]
//   sum        = product { ( "+" | "-" ) product }
//   product    = factor { "*" factor }
//   factor     = "-" factor | "(" rule ")" | number | 'text' | "true" | "false" | column
//
// A boolean column may stand alone as a condition. Exact numbers (integers, decimals) and doubles do not meet in one
// comparison, but an exact constant beside a double is computed exactly and then taken as a double; text, booleans and JSON know only == and != (JSON only "is null"); instants and dates only compare.
#pragma once
#include "contract/contract.hpp"

#include <optional>
#include <span>

namespace converge::contract {

// One column of a row, in the representation that rules and validators compute with.
//   exact  integers; decimals times 10^scale of their column; booleans 0 and 1; instants in microseconds, dates in days
//          since 1970-01-01
//   real   doubles
//   text   text, enums and JSON
struct RuleValue {
  bool is_null = true;
  Decimal::Coefficient exact = 0;
  double real = 0;
  std::string_view text;
};

enum class RuleOp {
  column,
  literal,
  negative,
  plus,
  minus,
  times,  // values
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,  // conditions from here on
  is_null,
  is_not_null,
  all_of,
  any_of,
  none_of
};

enum class RuleType { exact, real, text, boolean, instant, date, json, condition };

// One part of a compiled rule. left and right are indexes of earlier parts.
struct RuleNode {
  RuleOp op = RuleOp::literal;
  RuleType type = RuleType::exact;
  std::size_t left = 0;
  std::size_t right = 0;
  std::size_t column = 0;          // column: index in the contract
  std::string text;                // column: its name; literal: its text
  Decimal::Coefficient exact = 0;  // of a constant: the value times 10^scale
  double real = 0;
  int integer_digits = 0;  // exact: the most digits it may have before and after the point
  int scale = 0;
  Decimal::Coefficient left_factor = 1;  // exact sums and comparisons: what brings both sides to one scale
  Decimal::Coefficient right_factor = 1;
  bool is_constant = false;  // no column inside
  bool is_bigint = false;    // exact, and computed by the servers in 64 bits
};

class Rule {
 public:
  // errors: invalid_input: not of the grammar, a column that is not in the contract, types that do not meet, or exact
  // numbers that may need more than 38 digits
  static Result<Rule> compile(std::string_view text, const Contract& contract);

  // The condition inside CHECK (...), with names in backticks and negations carried to the leaves.
  std::string render_sql() const;

  //   row      the values of all columns, in the order of the contract
  //   returns  true, false, or nothing for unknown. A result the servers would refuse to compute (an integer beyond 64
  //            bits, an infinite double) makes the rule false
  std::optional<bool> evaluate(std::span<const RuleValue> row) const;

  // Indexes of the columns it names, in the order in which they first stand in it.
  std::vector<std::size_t> columns() const;

 private:
  explicit Rule(std::vector<RuleNode> nodes) : nodes_(std::move(nodes)) {}

  std::vector<RuleNode> nodes_;  // children before parents, the whole rule last
};

}  // namespace converge::contract
