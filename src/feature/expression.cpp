#include "feature/expression.hpp"

#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace converge::feature {
namespace {

struct NamedColumn {
  std::string_view name;
  double Ohlcv::*member;
};

constexpr std::array columns{
    NamedColumn{"open", &Ohlcv::open},   NamedColumn{"high", &Ohlcv::high},     NamedColumn{"low", &Ohlcv::low},
    NamedColumn{"close", &Ohlcv::close}, NamedColumn{"volume", &Ohlcv::volume},
};

constexpr std::array sums{
    Operation{"+", [](double a, double b) { return a + b; }},
    Operation{"-", [](double a, double b) { return a - b; }},
};
constexpr std::array products{
    Operation{"*", [](double a, double b) { return a * b; }},
    Operation{"/", [](double a, double b) { return a / b; }},
};
constexpr std::array functions{
    Operation{"log", [](double a, double) { return std::log(a); }},
    Operation{"abs", [](double a, double) { return std::abs(a); }},
};
constexpr Operation negation{"-", [](double a, double) { return -a; }};
constexpr IndicatorParameter z_window{"window", 20, 2, period_max, true};

template <class Table>
auto find_named(const Table& table, std::string_view name) -> decltype(table.data()) {
  const auto found = std::ranges::find(table, name, [](const auto& row) { return row.name; });
  return found == table.end() ? nullptr : &*found;
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string known_names() {
  std::string names;
  for (const NamedColumn& column : columns) names += fmt::format("{}, ", column.name);
  for (const Operation& function : functions) names += fmt::format("{}(), ", function.name);
  names += "z()";
  for (const IndicatorType* type : indicator_table())
    for (const std::string_view output : type->outputs) names += fmt::format(", {}()", output);
  return names;
}

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  Result<Expression> parse() {
    if (text_.size() > expression_length_max)
      return fail(Errc::invalid_input, fmt::format("longer than {} characters", expression_length_max));
    TRY(Expression expression, parse_sum());
    if (skip_space(), at_ < text_.size()) return expected("an operator or the end");
    return expression;
  }

 private:
  Result<Expression> parse_sum() { return parse_infix(sums, &ExpressionParser::parse_term); }
  Result<Expression> parse_term() { return parse_infix(products, &ExpressionParser::parse_factor); }

  Result<Expression> parse_infix(std::span<const Operation> operations,
                                 Result<Expression> (ExpressionParser::*parse_operand)()) {
    TRY(Expression left, (this->*parse_operand)());
    while (const Operation* operation = take_operation(operations)) {
      TRY(Expression right, (this->*parse_operand)());
      Expression infix{.kind = Expression::Kind::infix, .operation = operation};
      infix.operands.push_back(std::move(left));
      infix.operands.push_back(std::move(right));
      left = std::move(infix);
    }
    return left;
  }

  Result<Expression> parse_factor() {
    skip_space();
    if (++depth_ > expression_depth_max) return error("nested too deeply");
    auto factor = parse_factor_at_depth();
    --depth_;
    return factor;
  }

  Result<Expression> parse_factor_at_depth() {
    if (take('-')) {
      TRY(Expression operand, parse_factor());
      return make_function(&negation, std::move(operand));
    }
    if (take('(')) {
      TRY(Expression inner, parse_sum());
      if (!take(')')) return expected("')'");
      return inner;
    }
    if (at_ < text_.size() && is_name_start(text_[at_])) return parse_name();
    if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) {
      TRY(const double number, parse_number());
      return Expression{.kind = Expression::Kind::number, .number = number};
    }
    return expected("a number, a name or '('");
  }

  Result<Expression> parse_name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_name_start(text_[at_]) || is_digit(text_[at_]))) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    if (const NamedColumn* column = find_named(columns, name))
      return Expression{.kind = Expression::Kind::column, .column = column->member, .column_name = column->name};

    const Operation* function = find_named(functions, name);
    const IndicatorType* type = find_indicator(name);
    if (!function && !type && name != "z")
      return error_at(start, fmt::format("unknown name '{}'; known are {}", name, known_names()));
    if (!take('(')) return expected(fmt::format("'(' after {}", name));
    if (type) return parse_indicator(*type, name, start);

    TRY(Expression operand, parse_sum());
    if (function) {
      if (!take(')')) return expected("')'");
      return make_function(function, std::move(operand));
    }
    if (!take(',')) return expected("',' and the window of z");
    TRY(const double window, parse_argument(z_window));
    if (!take(')')) return expected("')'");
    Expression rolling{.kind = Expression::Kind::rolling_z, .arguments = {window}};
    rolling.operands.push_back(std::move(operand));
    return rolling;
  }

  Result<Expression> parse_indicator(const IndicatorType& type, std::string_view name, std::size_t start) {
    Expression call{.kind = Expression::Kind::indicator, .type = &type};
    call.output = static_cast<std::size_t>(std::ranges::find(type.outputs, name) - type.outputs.begin());
    for (const IndicatorParameter& parameter : type.parameters) call.arguments.push_back(parameter.fallback);
    if (!take(')')) {
      for (std::size_t i = 0; i == 0 || take(','); ++i) {
        if (i == type.parameters.size())
          return skip_space(), error(fmt::format("{} takes {} argument(s) at most", name, type.parameters.size()));
        TRY(call.arguments[i], parse_argument(type.parameters[i]));
      }
      if (!take(')')) return expected("',' or ')'");
    }
    if (type.conflict)
      if (const auto conflict = type.conflict(call.arguments))
        return error_at(start, fmt::format("{}: {}", name, *conflict));
    return call;
  }

  Result<double> parse_argument(const IndicatorParameter& parameter) {
    skip_space();
    const std::size_t start = at_;
    if (at_ == text_.size() || !(is_digit(text_[at_]) || text_[at_] == '.'))
      return expected(fmt::format("a number for {}", parameter.name));
    TRY(const double value, parse_number());
    if (parameter.whole && value != std::floor(value))
      return error_at(start, fmt::format("{} must be a whole number", parameter.name));
    if (value < parameter.min || value > parameter.max)
      return error_at(start,
                      fmt::format("{} must lie between {} and {}", parameter.name, parameter.min, parameter.max));
    return value;
  }

  Result<double> parse_number() {
    double value = 0;
    const auto [end, code] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (code != std::errc{} || !std::isfinite(value)) return expected("a number");
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  static Expression make_function(const Operation* function, Expression operand) {
    Expression call{.kind = Expression::Kind::function, .operation = function};
    call.operands.push_back(std::move(operand));
    return call;
  }

  const Operation* take_operation(std::span<const Operation> operations) {
    for (const Operation& operation : operations)
      if (take(operation.name.front())) return &operation;
    return nullptr;
  }
  bool take(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  tl::unexpected<Error> error_at(std::size_t at, const std::string& message) {
    return fail(Errc::invalid_input, fmt::format("column {}: {}", at + 1, message));
  }
  tl::unexpected<Error> error(const std::string& message) { return error_at(at_, message); }
  tl::unexpected<Error> expected(const std::string& what) {
    skip_space();
    return error(at_ < text_.size() ? fmt::format("expected {}, found '{}'", what, text_[at_])
                                    : fmt::format("expected {}, found the end", what));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::string render_arguments(std::span<const double> arguments) {
  std::string text;
  for (const double argument : arguments) text += (text.empty() ? "" : ",") + render_double(argument);
  return text;
}

}  // namespace

Result<Expression> parse_expression(std::string_view text) {
  return ExpressionParser(text).parse();
}

std::string render_expression(const Expression& e) {
  switch (e.kind) {
    case Expression::Kind::number: return render_double(e.number);
    case Expression::Kind::column: return std::string(e.column_name);
    case Expression::Kind::indicator:
      return fmt::format("{}({})", e.type->outputs[e.output], render_arguments(e.arguments));
    case Expression::Kind::infix:
      return fmt::format("({} {} {})", render_expression(e.operands[0]), e.operation->name,
                         render_expression(e.operands[1]));
    case Expression::Kind::function: return fmt::format("{}({})", e.operation->name, render_expression(e.operands[0]));
    case Expression::Kind::rolling_z:
      return fmt::format("z({}, {})", render_expression(e.operands[0]), render_arguments(e.arguments));
  }
  return {};
}

}  // namespace converge::feature
