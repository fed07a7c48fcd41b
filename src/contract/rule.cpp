#include "contract/rule.hpp"

#include "contract/number_text.hpp"
#include "contract/sql_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace converge::contract {
namespace {

using Coefficient = Decimal::Coefficient;

constexpr int bigint_digits = 19;
constexpr int sql_scale_max = 30;  // MySQL cuts products off there
constexpr std::size_t depth_max = 50;

struct OpTraits {
  RuleOp op;
  std::string_view symbol;  // in a rule
  std::string_view sql;
  RuleOp negation;  // conditions only
  int precedence;
};

constexpr std::array op_table = std::to_array<OpTraits>({
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

const OpTraits& traits(RuleOp op) {
  return *std::ranges::find(op_table, op, &OpTraits::op);
}

bool fits_bigint(Coefficient value) {
  return value <= std::numeric_limits<std::int64_t>::max() && value >= std::numeric_limits<std::int64_t>::min();
}

struct TypeOfColumn {
  ColumnType column;
  RuleType rule;
};

constexpr std::array column_types = std::to_array<TypeOfColumn>({
    {ColumnType::text, RuleType::text},
    {ColumnType::integer, RuleType::exact},
    {ColumnType::number, RuleType::real},
    {ColumnType::decimal, RuleType::exact},
    {ColumnType::boolean, RuleType::boolean},
    {ColumnType::instant, RuleType::instant},
    {ColumnType::date, RuleType::date},
    {ColumnType::json, RuleType::json},
});

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Recursive descent over the grammar in the header; every step types what it builds.
class RuleParser {
 public:
  RuleParser(std::string_view text, const Contract& contract) : text_(text), contract_(contract) {}

  Result<std::vector<RuleNode>> parse() {
    TRY(const std::size_t root, parse_any());
    skip_space();
    if (at_ < text_.size()) return refuse("something stands behind its end");
    TRY([[maybe_unused]] const std::size_t whole, require_condition(root));
    return std::move(nodes_);
  }

 private:
  tl::unexpected<Error> refuse(std::string_view why) const {
    return fail(Errc::invalid_input, fmt::format("rule '{}', at character {}: {}", text_, at_ + 1, why));
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool take(std::string_view symbol) {
    skip_space();
    if (!text_.substr(at_).starts_with(symbol)) return false;
    const std::size_t end = at_ + symbol.size();
    const bool is_word = is_letter(symbol[0]);
    if (is_word && end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) return false;
    at_ = end;
    return true;
  }

  std::optional<RuleOp> take_one_of(std::initializer_list<RuleOp> ops) {
    for (const RuleOp op : ops)
      if (take(traits(op).symbol)) return op;
    return std::nullopt;
  }

  std::size_t add(RuleNode node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }

  // A boolean column standing alone means that it is true.
  Result<std::size_t> require_condition(std::size_t at) {
    if (nodes_[at].type == RuleType::condition) return at;
    if (nodes_[at].type != RuleType::boolean) return refuse("a condition is needed here, and this is a value");
    const std::size_t yes =
        add({.type = RuleType::boolean, .text = "1", .exact = 1, .integer_digits = 1, .is_constant = true});
    return add({.op = RuleOp::equal, .type = RuleType::condition, .left = at, .right = yes});
  }

  Result<std::size_t> parse_any() { return parse_chain(RuleOp::any_of, &RuleParser::parse_all); }
  Result<std::size_t> parse_all() { return parse_chain(RuleOp::all_of, &RuleParser::parse_negation); }

  Result<std::size_t> parse_chain(RuleOp op, Result<std::size_t> (RuleParser::*parse_part)()) {
    TRY(std::size_t left, (this->*parse_part)());
    while (take(traits(op).symbol)) {
      TRY(const std::size_t left_condition, require_condition(left));
      TRY(const std::size_t part, (this->*parse_part)());
      TRY(const std::size_t right, require_condition(part));
      left = add({.op = op, .type = RuleType::condition, .left = left_condition, .right = right});
    }
    return left;
  }

  Result<std::size_t> parse_negation() {
    skip_space();
    const bool negated = text_.substr(at_).starts_with("!") && !text_.substr(at_).starts_with("!=");
    if (!negated) return parse_comparison();
    ++at_;
    TRY_VOID(descend());
    TRY(const std::size_t inner, parse_negation());
    --depth_;
    TRY(const std::size_t condition, require_condition(inner));
    return add({.op = RuleOp::none_of, .type = RuleType::condition, .left = condition});
  }

  Result<std::size_t> parse_comparison() {
    TRY(const std::size_t left, parse_sum());
    if (take("is")) {
      const RuleOp op = take("not") ? RuleOp::is_not_null : RuleOp::is_null;
      if (!take("null")) return refuse("'null' is expected here");
      if (nodes_[left].op != RuleOp::column) return refuse("only a column can be null");
      return add({.op = op, .type = RuleType::condition, .left = left});
    }
    const auto op = take_one_of(
        {RuleOp::less_equal, RuleOp::greater_equal, RuleOp::equal, RuleOp::not_equal, RuleOp::less, RuleOp::greater});
    if (!op) return left;
    TRY(const std::size_t right, parse_sum());
    return compare(*op, left, right);
  }

  Result<std::size_t> parse_sum() {
    TRY(std::size_t left, parse_product());
    while (const auto op = take_one_of({RuleOp::plus, RuleOp::minus})) {
      TRY(const std::size_t right, parse_product());
      TRY(left, compute(*op, left, right));
    }
    return left;
  }

  Result<std::size_t> parse_product() {
    TRY(std::size_t left, parse_factor());
    while (take("*")) {
      TRY(const std::size_t right, parse_factor());
      TRY(left, compute(RuleOp::times, left, right));
    }
    return left;
  }

  Result<void> descend() {
    if (++depth_ > depth_max) return refuse("it is nested too deeply");
    return {};
  }

  Result<std::size_t> parse_factor() {
    TRY_VOID(descend());
    auto factor = parse_nested();
    --depth_;
    return factor;
  }

  Result<std::size_t> parse_nested() {
    skip_space();
    if (at_ == text_.size()) return refuse("a value is missing");
    if (take("-")) {
      TRY(const std::size_t inner, parse_factor());
      RuleNode node = nodes_[inner];
      if (node.type != RuleType::exact && node.type != RuleType::real) return refuse("only a number can be negative");
      return add({.op = RuleOp::negative,
                  .type = node.type,
                  .left = inner,
                  .exact = -node.exact,
                  .integer_digits = node.integer_digits,
                  .scale = node.scale,
                  .is_constant = node.is_constant,
                  .is_bigint = node.is_bigint});
    }
    if (take("(")) {
      TRY(const std::size_t inner, parse_any());
      if (!take(")")) return refuse("')' is missing");
      return inner;
    }
    if (text_[at_] == '\'') return parse_text_literal();
    if (is_digit(text_[at_])) return parse_number();
    if (is_letter(text_[at_])) return parse_word();
    return refuse("a value is expected here");
  }

  Result<std::size_t> parse_text_literal() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return refuse("the text has no end");
    const std::string text(text_.substr(at_ + 1, end - at_ - 1));
    if (std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c > '~' || c == '\\'; }))
      return refuse("a text may hold plain ASCII only, without backslashes");
    at_ = end + 1;
    return add({.type = RuleType::text, .text = text, .is_constant = true});
  }

  Result<std::size_t> parse_number() {
    std::size_t end = at_;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
    const auto parsed = Decimal::parse(text_.substr(at_, end - at_));
    if (!parsed || (end < text_.size() && is_letter(text_[end]))) return refuse("this is not a plain number");
    TRY(const Decimal number, parsed->with_scale(parsed->significant_scale()));
    at_ = end;
    return add({.type = RuleType::exact,
                .text = number.to_string(),
                .exact = number.coefficient(),
                .real = number.to_double(),
                .integer_digits = std::max(1, number.integer_digits()),
                .scale = number.scale(),
                .is_constant = true,
                .is_bigint = number.scale() == 0 && fits_bigint(number.coefficient())});
  }

  Result<std::size_t> parse_word() {
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    if (word == "true" || word == "false") {
      at_ = end;
      const bool yes = word == "true";
      return add(
          {.type = RuleType::boolean, .text = yes ? "1" : "0", .exact = yes, .integer_digits = 1, .is_constant = true});
    }
    const Column* column = contract_.find_column(word);
    if (column == nullptr) return refuse(fmt::format("the contract has no column '{}'", word));
    at_ = end;
    const int precision = column->type == ColumnType::decimal ? column->precision : bigint_digits;
    return add({.op = RuleOp::column,
                .type = std::ranges::find(column_types, column->type, &TypeOfColumn::column)->rule,
                .column = static_cast<std::size_t>(column - contract_.columns.data()),
                .text = column->name,
                .integer_digits = precision - column->scale,
                .scale = column->scale,
                .is_bigint = column->type == ColumnType::integer});
  }

  // The constant as a whole becomes one double, here as on the servers: 0.1 + 0.2 is 0.3 then.
  void make_real(std::size_t at) {
    const auto number = Decimal::from_units(nodes_[at].exact, nodes_[at].scale);
    nodes_[at] = {.type = RuleType::real,
                  .text = number.with_scale(number.significant_scale())->to_string(),
                  .real = number.to_double(),
                  .is_constant = true};
  }

  // A constant beside a double is a double too, as it is on the servers.
  void meet(std::size_t left, std::size_t right) {
    if (nodes_[left].type == RuleType::real && nodes_[right].type == RuleType::exact && nodes_[right].is_constant)
      make_real(right);
    if (nodes_[right].type == RuleType::real && nodes_[left].type == RuleType::exact && nodes_[left].is_constant)
      make_real(left);
  }

  Result<void> align(RuleNode& node) {
    const RuleNode& left = nodes_[node.left];
    const RuleNode& right = nodes_[node.right];
    node.scale = std::max(left.scale, right.scale);
    node.integer_digits = std::max(left.integer_digits, right.integer_digits);
    if (node.scale + node.integer_digits > Decimal::precision_max) return refuse("this may need more than 38 digits");
    node.left_factor = power_of_ten(node.scale - left.scale);
    node.right_factor = power_of_ten(node.scale - right.scale);
    return {};
  }

  Result<std::size_t> compare(RuleOp op, std::size_t left, std::size_t right) {
    meet(left, right);
    const RuleType type = nodes_[left].type;
    if (type != nodes_[right].type) return refuse("two different types meet in this comparison");
    if (type == RuleType::condition || type == RuleType::json) return refuse("this cannot be compared");
    const bool ordered = op != RuleOp::equal && op != RuleOp::not_equal;
    if (ordered && (type == RuleType::text || type == RuleType::boolean)) return refuse("this knows only == and !=");
    RuleNode node{.op = op, .type = RuleType::condition, .left = left, .right = right};
    if (type == RuleType::exact) TRY_VOID(align(node));
    return add(std::move(node));
  }

  Coefficient compute_constant(const RuleNode& node) const {
    const Coefficient a = nodes_[node.left].exact * node.left_factor;
    const Coefficient b = nodes_[node.right].exact * node.right_factor;
    return node.op == RuleOp::times ? a * b : node.op == RuleOp::plus ? a + b : a - b;
  }

  Result<std::size_t> compute(RuleOp op, std::size_t left, std::size_t right) {
    meet(left, right);
    const RuleType type = nodes_[left].type;
    if (type != nodes_[right].type || (type != RuleType::exact && type != RuleType::real))
      return refuse("arithmetic needs two exact numbers or two doubles");
    RuleNode node{.op = op,
                  .type = type,
                  .left = left,
                  .right = right,
                  .is_constant = nodes_[left].is_constant && nodes_[right].is_constant,
                  .is_bigint = nodes_[left].is_bigint && nodes_[right].is_bigint};
    if (type == RuleType::exact && op == RuleOp::times) {
      node.scale = nodes_[left].scale + nodes_[right].scale;
      node.integer_digits = nodes_[left].integer_digits + nodes_[right].integer_digits;
    } else if (type == RuleType::exact) {
      TRY_VOID(align(node));
      ++node.integer_digits;
    }
    if (node.scale + node.integer_digits > Decimal::precision_max || node.scale > sql_scale_max)
      return refuse("this may need more than 38 digits, or 30 after the point");
    if (node.is_constant) node.exact = compute_constant(node);
    if (node.is_constant && node.is_bigint && !fits_bigint(node.exact)) return refuse("this number is beyond 64 bits");
    // The servers compute these in 64 bits, and refuse the row otherwise.
    if (node.is_bigint) node.integer_digits = std::min(node.integer_digits, bigint_digits);
    return add(std::move(node));
  }

  std::string_view text_;
  const Contract& contract_;
  std::vector<RuleNode> nodes_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

struct SqlRendering {
  std::span<const RuleNode> nodes;

  std::string of(std::size_t at, bool negated) const {
    const RuleNode& node = nodes[at];
    switch (node.op) {
      case RuleOp::column: return quote_name(node.text);
      case RuleOp::literal: return node.type == RuleType::text ? quote_text(node.text) : node.text;
      case RuleOp::none_of: return of(node.left, !negated);
      case RuleOp::negative: return "-" + inside(node.left, false, traits(node.op).precedence + 1);
      default: break;
    }
    const OpTraits& op = traits(negated ? traits(node.op).negation : node.op);
    if (op.op == RuleOp::is_null || op.op == RuleOp::is_not_null)
      return inside(node.left, false, op.precedence) + " " + std::string(op.sql);
    const bool carry = negated && (node.op == RuleOp::all_of || node.op == RuleOp::any_of);
    return fmt::format("{} {} {}", inside(node.left, carry, op.precedence), op.sql,
                       inside(node.right, carry, op.precedence + 1));
  }

  std::string inside(std::size_t at, bool negated, int precedence_min) const {
    const RuleNode* node = &nodes[at];
    while (node->op == RuleOp::none_of) {
      negated = !negated;
      at = node->left;
      node = &nodes[at];
    }
    const int precedence = traits(negated ? traits(node->op).negation : node->op).precedence;
    std::string text = of(at, negated);
    return precedence < precedence_min ? "(" + text + ")" : text;
  }
};

// MySQL and MariaDB compare with PAD SPACE under utf8mb4_bin and ascii_bin.
std::string_view without_padding(std::string_view text) {
  const std::size_t end = text.find_last_not_of(' ');
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

struct Evaluation {
  std::span<const RuleNode> nodes;
  std::span<const RuleValue> row;
  bool refused = false;

  static RuleValue condition(bool value) { return {.is_null = false, .exact = value, .text = {}}; }

  RuleValue of(std::size_t at) {
    const RuleNode& node = nodes[at];
    switch (node.op) {
      case RuleOp::column: return row[node.column];
      case RuleOp::literal: return {.is_null = false, .exact = node.exact, .real = node.real, .text = node.text};
      case RuleOp::negative: return negative(node);
      case RuleOp::plus:
      case RuleOp::minus:
      case RuleOp::times: return compute(node);
      case RuleOp::is_null: return condition(of(node.left).is_null);
      case RuleOp::is_not_null: return condition(!of(node.left).is_null);
      case RuleOp::none_of: {
        const RuleValue inner = of(node.left);
        return inner.is_null ? inner : condition(inner.exact == 0);
      }
      case RuleOp::all_of: return combine(node, false);
      case RuleOp::any_of: return combine(node, true);
      default: return compare(node);
    }
  }

  // One side that decides alone (false for AND, true for OR) outweighs an unknown one.
  RuleValue combine(const RuleNode& node, bool decisive) {
    const RuleValue left = of(node.left);
    if (!left.is_null && (left.exact != 0) == decisive) return left;
    const RuleValue right = of(node.right);
    if (!right.is_null && (right.exact != 0) == decisive) return right;
    return left.is_null ? left : right;
  }

  RuleValue checked(const RuleNode& node, RuleValue value) {
    const bool fits =
        (!node.is_bigint || fits_bigint(value.exact)) && (node.type != RuleType::real || std::isfinite(value.real));
    if (fits) return value;
    refused = true;
    return {.is_null = false, .text = {}};
  }

  RuleValue negative(const RuleNode& node) {
    RuleValue value = of(node.left);
    value.exact = -value.exact;
    value.real = -value.real;
    return checked(node, value);
  }

  RuleValue compute(const RuleNode& node) {
    const RuleValue left = of(node.left);
    const RuleValue right = of(node.right);
    if (left.is_null || right.is_null) return {};
    RuleValue value{.is_null = false, .text = {}};
    const Coefficient a = left.exact * node.left_factor;
    const Coefficient b = right.exact * node.right_factor;
    if (node.op == RuleOp::times) {
      value.exact = a * b;
      value.real = left.real * right.real;
    } else {
      value.exact = node.op == RuleOp::plus ? a + b : a - b;
      value.real = node.op == RuleOp::plus ? left.real + right.real : left.real - right.real;
    }
    return checked(node, value);
  }

  RuleValue compare(const RuleNode& node) {
    const RuleValue left = of(node.left);
    const RuleValue right = of(node.right);
    if (left.is_null || right.is_null) return {};
    const auto verdict = [&](const auto& a, const auto& b) {
      switch (node.op) {
        case RuleOp::less: return a < b;
        case RuleOp::less_equal: return a <= b;
        case RuleOp::greater: return a > b;
        case RuleOp::greater_equal: return a >= b;
        case RuleOp::equal: return a == b;
        default: return a != b;
      }
    };
    switch (nodes[node.left].type) {
      case RuleType::real: return condition(verdict(left.real, right.real));
      case RuleType::text: return condition(verdict(without_padding(left.text), without_padding(right.text)));
      default: return condition(verdict(left.exact * node.left_factor, right.exact * node.right_factor));
    }
  }
};

}  // namespace

Result<Rule> Rule::compile(std::string_view text, const Contract& contract) {
  TRY(std::vector<RuleNode> nodes, RuleParser(text, contract).parse());
  return Rule(std::move(nodes));
}

std::string Rule::render_sql() const {
  return SqlRendering{nodes_}.of(nodes_.size() - 1, false);
}

std::vector<std::size_t> Rule::columns() const {
  std::vector<std::size_t> columns;
  for (const RuleNode& node : nodes_)
    if (node.op == RuleOp::column && std::ranges::find(columns, node.column) == columns.end())
      columns.push_back(node.column);
  return columns;
}

std::optional<bool> Rule::evaluate(std::span<const RuleValue> row) const {
  Evaluation evaluation{nodes_, row};
  const RuleValue value = evaluation.of(nodes_.size() - 1);
  if (evaluation.refused) return false;
  if (value.is_null) return std::nullopt;
  return value.exact != 0;
}

}  // namespace converge::contract
