#include "contract/rule.hpp"

#include "contract/rule_op.hpp"
#include "contract/rule_parser.hpp"
#include "contract/sql_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace converge::contract {
namespace {

using Coefficient = Decimal::Coefficient;

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
  TRY(std::vector<RuleNode> nodes, parse_rule(text, contract));
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
