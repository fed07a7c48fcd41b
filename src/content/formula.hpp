// content/formula.hpp — the arithmetic of `metric` rules: `(words / sentences) + (long_words * 100) / words`, `> 25`.
//
// Numbers, names, + - * / ( ), comparisons, && and ||, and math.sqrt, math.pow, math.log, math.abs, math.floor, math.ceil. Pure.
#pragma once
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace converge::content {

using FormulaValues = std::map<std::string, double, std::less<>>;

// A comparison gives 1 or 0. errors: invalid_input for what cannot be read, or a name that has no value
Result<double> evaluate_formula(std::string_view formula, const FormulaValues& values);

}  // namespace converge::content
