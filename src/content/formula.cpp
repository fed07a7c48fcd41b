#include "content/formula.hpp"

#include <fmt/format.h>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

namespace converge::content {
namespace {

constexpr int formula_depth_max = 64;

struct FormulaOperator {
  std::string_view sign;
  int strength;
  double (*apply)(double, double);
};
constexpr std::array<FormulaOperator, 12> operators{{
    {"||", 1, [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; }},
    {"&&", 2, [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; }},
    {"==", 3, [](double a, double b) { return a == b ? 1.0 : 0.0; }},
    {"!=", 3, [](double a, double b) { return a != b ? 1.0 : 0.0; }},
    {"<=", 4, [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
    {">=", 4, [](double a, double b) { return a >= b ? 1.0 : 0.0; }},
    {"<", 4, [](double a, double b) { return a < b ? 1.0 : 0.0; }},
    {">", 4, [](double a, double b) { return a > b ? 1.0 : 0.0; }},
    {"+", 5, [](double a, double b) { return a + b; }},
    {"-", 5, [](double a, double b) { return a - b; }},
    {"*", 6, [](double a, double b) { return a * b; }},
    {"/", 6, [](double a, double b) { return a / b; }},
}};

struct FormulaFunction {
  std::string_view name;
  std::size_t arguments;
  double (*apply)(double, double);
};
constexpr std::array<FormulaFunction, 6> functions{{
    {"math.sqrt", 1, [](double a, double) { return std::sqrt(a); }},
    {"math.log", 1, [](double a, double) { return std::log(a); }},
    {"math.abs", 1, [](double a, double) { return std::abs(a); }},
    {"math.floor", 1, [](double a, double) { return std::floor(a); }},
    {"math.ceil", 1, [](double a, double) { return std::ceil(a); }},
    {"math.pow", 2, [](double a, double b) { return std::pow(a, b); }},
}};

class FormulaReader {
 public:
  FormulaReader(std::string_view text, const FormulaValues& values) : text_(text), values_(values) {}

  Result<double> read_all() {
    TRY(const double value, read(0));
    skip_blanks();
    if (at_ < text_.size()) return complain("something that is not expected here");
    return value;
  }

 private:
  tl::unexpected<Error> complain(std::string_view what) const {
    return fail(Errc::invalid_input, fmt::format("{} at byte {} of the formula {}", what, at_ + 1, text_));
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  const FormulaOperator* peek_operator() {
    skip_blanks();
    for (const FormulaOperator& one : operators)
      if (text_.substr(at_).starts_with(one.sign)) return &one;
    return nullptr;
  }

  Result<double> read(int strength_min) {
    if (++depth_ > formula_depth_max) return complain("nested too deep");
    TRY(double left, read_operand());
    for (const FormulaOperator* op = peek_operator(); op != nullptr && op->strength > strength_min;
         op = peek_operator()) {
      at_ += op->sign.size();
      TRY(const double right, read(op->strength));
      left = op->apply(left, right);
    }
    --depth_;
    return left;
  }

  Result<double> read_operand() {
    skip_blanks();
    if (at_ >= text_.size()) return complain("a value is missing");
    const char c = text_[at_];
    if (c == '(') {
      ++at_;
      TRY(const double value, read(0));
      TRY_VOID(take(')'));
      return value;
    }
    if (c == '-') {
      ++at_;
      TRY(const double value, read(6));
      return -value;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') return read_number();
    return read_name();
  }

  Result<void> take(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return complain(fmt::format("a '{}' is missing", wanted));
    ++at_;
    return {};
  }

  Result<double> read_number() {
    double value = 0;
    const auto [stop, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) return complain("a number that cannot be read");
    at_ = static_cast<std::size_t>(stop - text_.data());
    return value;
  }

  Result<double> read_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_' || text_[at_] == '.'))
      ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name.empty()) return complain("a value is missing");
    for (const FormulaFunction& function : functions)
      if (function.name == name) return call(function);
    const auto value = values_.find(name);
    if (value == values_.end()) return complain(fmt::format("'{}' is not known", name));
    return value->second;
  }

  Result<double> call(const FormulaFunction& function) {
    TRY_VOID(take('('));
    std::array<double, 2> arguments{};
    for (std::size_t i = 0; i < function.arguments; ++i) {
      if (i > 0) TRY_VOID(take(','));
      TRY(arguments.at(i), read(0));
    }
    TRY_VOID(take(')'));
    return function.apply(arguments[0], arguments[1]);
  }

  std::string_view text_;
  const FormulaValues& values_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<double> evaluate_formula(std::string_view formula, const FormulaValues& values) {
  return FormulaReader(formula, values).read_all();
}

}  // namespace converge::content
