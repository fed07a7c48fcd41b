// feature/expression.hpp — the language that features are written in.
//
//   sum     = term { ("+" | "-") term }
//   term    = factor { ("*" | "/") factor }
//   factor  = "-" factor | number | "(" sum ")" | column | call
//   column  = "open" | "high" | "low" | "close" | "volume"
//   call    = "log(" sum ")" | "abs(" sum ")"        natural logarithm, absolute value
//           | "z(" sum "," integer ")"                z-score of the newest among the last n values (sample deviation)
//           | output "(" [ number { "," number } ] ")"  an indicator; arguments left out take their defaults
//
// Pure. There is no way to name a label or a later bar.
#pragma once
#include "base/result.hpp"
#include "feature/indicator.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::feature {

struct Operation {
  std::string_view name;
  double (*apply)(double a, double b);  // functions of one argument leave b alone
};

// A parsed expression. Which members count depends on the kind.
struct Expression {
  enum class Kind { number, column, indicator, infix, function, rolling_z };
  Kind kind = Kind::number;
  double number = 0;                     // number
  double Ohlcv::*column = nullptr;       // column
  std::string_view column_name{};        // column
  const IndicatorType* type = nullptr;   // indicator
  std::size_t output = 0;                // indicator: index into type->outputs
  std::vector<double> arguments{};       // indicator: all of them; rolling_z: the window
  const Operation* operation = nullptr;  // infix, function
  std::vector<Expression> operands{};    // infix: two; function, rolling_z: one
};

inline constexpr std::size_t expression_length_max = 1000;
inline constexpr int expression_depth_max = 64;

// errors: invalid_input with the column (from 1) at which the text stops making sense, and what was expected there
Result<Expression> parse_expression(std::string_view text);
// One text for all ways to write the same expression: infix in parentheses, defaults written out, no other white space.
std::string render_expression(const Expression& expression);

}  // namespace converge::feature
