#include "contract/rule_parser.hpp"

#include "contract/number_text.hpp"
#include "contract/rule_op.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace converge::contract {
namespace {

using Coefficient = Decimal::Coefficient;

constexpr int bigint_digits = 19;
constexpr int sql_scale_max = 30;  // MySQL cuts products off there
constexpr std::size_t depth_max = 50;

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

}  // namespace

Result<std::vector<RuleNode>> parse_rule(std::string_view text, const Contract& contract) {
  return RuleParser(text, contract).parse();
}

}  // namespace converge::contract
