#include "contract/rule.hpp"

#include "contract/number_text.hpp"
#include "fixture/sample_contract.hpp"

#include <gmock/gmock.h>

namespace converge::contract {
namespace {

// Columns of the sample contract by index, with values given as what a rule computes with.
class SampleRow {
 public:
  SampleRow() : contract_(fixture::load_sample_contract()), values_(contract_.columns.size()) {}

  SampleRow& exact(std::string_view name, std::int64_t units) {
    at(name) = {.is_null = false, .exact = units, .text = {}};
    return *this;
  }
  SampleRow& real(std::string_view name, double value) {
    at(name) = {.is_null = false, .real = value, .text = {}};
    return *this;
  }
  SampleRow& text(std::string_view name, std::string_view value) {
    at(name) = {.is_null = false, .text = value};
    return *this;
  }
  std::optional<bool> verdict(std::string_view rule) const {
    const auto compiled = Rule::compile(rule, contract_);
    EXPECT_TRUE(compiled) << compiled.error().message;
    return compiled->evaluate(values_);
  }

 private:
  RuleValue& at(std::string_view name) {
    return values_[static_cast<std::size_t>(contract_.find_column(name) - contract_.columns.data())];
  }

  Contract contract_;
  std::vector<RuleValue> values_;
};

constexpr auto unknown = std::nullopt;

TEST(Rule, FollowsSqlOnValuesAndNulls) {
  // price = 1.5000, limit_price is null, count = 7, ratio = 0.25, kind = 'small', active = true
  SampleRow row;
  row.exact("price", 15000)
      .exact("count", 7)
      .real("ratio", 0.25)
      .text("kind", "small")
      .exact("active", 1)
      .exact("seen_at", 5);
  struct Case {
    const char* rule;
    std::optional<bool> verdict;
  };
  const Case cases[] = {
      {"price > 1.4999", true},
      {"price > 1.5", false},
      {"price >= 1.50", true},
      {"price == 1.5", true},
      {"price != 1.5", false},
      {"price < 1.50001", true},
      {"price <= 1", false},
      {"price * 2 == 3", true},
      {"price + count - 1 == 7.5", true},
      {"price - 2 < 0", true},
      {"-price < -1", true},
      {"2 + 3 * count == 23", true},
      {"(2 + 3) * count == 35", true},
      {"ratio == 0.25", true},
      {"ratio * 0.5 < 0.2", true},
      {"1 - ratio == 0.75", true},
      {"kind == 'small'", true},
      {"kind == 'small  '", true},
      {"kind != 'large'", true},
      {"active", true},
      {"!active", false},
      {"active == false", false},
      {"seen_at == seen_at", true},
      {"limit_price > 0", unknown},
      {"!(limit_price > 0)", unknown},
      {"limit_price is null", true},
      {"limit_price is not null", false},
      {"limit_price > 0 && price > 1", unknown},
      {"limit_price > 0 && price > 2", false},
      {"price > 2 && limit_price > 0", false},
      {"limit_price > 0 || price > 1", true},
      {"limit_price > 0 || price > 2", unknown},
      {"price > 2 || limit_price > 0", unknown},
      {"limit_price + 1 > 0", unknown},
      {"note is null && detail is null", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(row.verdict(c.rule), c.verdict);
  }
}

TEST(Rule, RefusesWhatTheServersCannotCompute) {
  SampleRow row;
  row.exact("count", std::numeric_limits<std::int64_t>::max()).real("ratio", 1e308);
  EXPECT_EQ(row.verdict("count + 1 > 0"), false);
  EXPECT_EQ(row.verdict("count * count > 0"), false);
  EXPECT_EQ(row.verdict("count * count * count == 0 || count > 0"), false);
  EXPECT_EQ(row.verdict("count + 0.5 > 0"), true);
  EXPECT_EQ(row.verdict("ratio * 100 > 0"), false);
}

TEST(Rule, IsExactWhereADoubleIsNot) {
  SampleRow row;
  row.exact("price", 1000).exact("limit_price", 2000);  // 0.1 and 0.2
  EXPECT_EQ(row.verdict("price + limit_price == 0.3"), true);
}

// 0.3 is what MySQL and MariaDB make of DECIMAL 0.1 + 0.2; in doubles it would be 0.30000000000000004.
TEST(Rule, ComputesConstantsExactlyBeforeTheyMeetADouble) {
  SampleRow row;
  row.real("ratio", 0.30000000000000004);
  EXPECT_EQ(row.verdict("ratio <= 0.1 + 0.2"), false);
  EXPECT_EQ(row.verdict("ratio <= 0.1 * 3"), false);
  EXPECT_EQ(row.verdict("-(0.1 + 0.2) >= -ratio"), true);
  row.real("ratio", 0.1);
  EXPECT_EQ(row.verdict("ratio == 1 - 0.9"), true) << "in doubles: 0.09999999999999998";
  EXPECT_EQ(row.verdict("ratio == 1.00 - 0.90"), true);
  EXPECT_EQ(Rule::compile("ratio <= 0.1 + 0.2", fixture::load_sample_contract())->render_sql(), "`ratio` <= 0.3");
  EXPECT_EQ(Rule::compile("ratio - -(0.5 + 1) > 0", fixture::load_sample_contract())->render_sql(),
            "`ratio` - -1.5 > 0");
}

TEST(Rule, RendersSqlWithNegationsAtTheLeaves) {
  struct Case {
    const char* rule;
    const char* sql;
  };
  const Case cases[] = {
      {"price > 1.50 && count <= 3", "`price` > 1.5 AND `count` <= 3"},
      {"price == 1 || kind != 'small'", "`price` = 1 OR `kind` <> 'small'"},
      {"(price > 1 || count > 1) && active", "(`price` > 1 OR `count` > 1) AND `active` = 1"},
      {"!(price > 1 || count == 1)", "`price` <= 1 AND `count` <> 1"},
      {"!(price > 1 && !(count == 1)) && active", "(`price` <= 1 OR `count` = 1) AND `active` = 1"},
      {"!active", "`active` <> 1"},
      {"!(note is null)", "`note` IS NOT NULL"},
      {"price - (limit_price - 1) > 0", "`price` - (`limit_price` - 1) > 0"},
      {"price - limit_price - 1 > 0", "`price` - `limit_price` - 1 > 0"},
      {"(price + 1) * 2 > -price", "(`price` + 1) * 2 > -`price`"},
      {"kind == 'it'", "`kind` = 'it'"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.rule);
    const auto rule = Rule::compile(c.rule, fixture::load_sample_contract());
    ASSERT_TRUE(rule) << rule.error().message;
    EXPECT_EQ(rule->render_sql(), c.sql);
  }
}

TEST(Rule, RefusesWhatIsNotInTheLanguage) {
  const char* const cases[] = {
      "",
      "price",
      "price >",
      "price > 1 &&",
      "price > 1 count > 2",
      "price < count < 3",
      "cost > 1",
      "price > ratio",
      "price > 'a'",
      "price == kind",
      "kind > 'a'",
      "active > false",
      "detail == detail",
      "detail == 'x'",
      "seen_at > born_on",
      "seen_at + 1 > 0",
      "ratio is",
      "ratio is nothing",
      "(price + 1) is null",
      "(price > 1",
      "price > 1)",
      "price ** 2 > 1",
      "price / 2 > 1",
      "price > 1e3",
      "price > 1.2.3",
      "kind == 'open",
      "kind == 'caf\xC3\xA9'",
      "-kind == 'a'",
      "!price",
      "price * price * price * price > 0",
      "price = 1",
      "price > 1 & count > 1",
      "price; > 1",
      "price > 123456789012345678901234567890123456789",
      "count > 9223372036854775807 + 1",
      "ratio > 9223372036854775807 * 9223372036854775807 * 9223372036854775807",
  };
  for (const char* text : cases) {
    SCOPED_TRACE(text);
    const auto rule = Rule::compile(text, fixture::load_sample_contract());
    ASSERT_FALSE(rule);
    EXPECT_EQ(rule.error().code, Errc::invalid_input);
  }
  EXPECT_FALSE(Rule::compile(std::string(5000, '(') + "price", fixture::load_sample_contract()));
  EXPECT_FALSE(Rule::compile(std::string(5000, '!') + "active", fixture::load_sample_contract()));
}

TEST(Rule, NamesItsColumnsInOrder) {
  const auto rule =
      Rule::compile("limit_price >= price || kind == 'small' || price > 1", fixture::load_sample_contract());
  ASSERT_TRUE(rule);
  EXPECT_THAT(rule->columns(), ::testing::ElementsAre(7, 6, 2));
}

TEST(ParseExact, ReadsJsonNumbersToTheLastDigit) {
  struct Case {
    const char* text;
    ExactFault fault;
    std::int64_t units;  // of DECIMAL(10, 4)
  };
  const Case cases[] = {
      {"0", ExactFault::none, 0},
      {"-0", ExactFault::none, 0},
      {"12.34", ExactFault::none, 123400},
      {"-12.3456", ExactFault::none, -123456},
      {"12.345600000000000000000000000000000000000000000000", ExactFault::none, 123456},
      {"999999.9999", ExactFault::none, 9999999999},
      {"1.2e3", ExactFault::none, 12000000},
      {"125e-2", ExactFault::none, 12500},
      {"12.34567", ExactFault::scale, 0},
      {"1e-5", ExactFault::scale, 0},
      {"1000000", ExactFault::precision, 0},
      {"1e30", ExactFault::precision, 0},
      {"1e300", ExactFault::precision, 0},
      {"-1e300", ExactFault::precision, 0},
      {"1e-200", ExactFault::scale, 0},
      {"-1e-200", ExactFault::scale, 0},
      {"1e+-5", ExactFault::type, 0},
      {"", ExactFault::type, 0},
      {"-", ExactFault::type, 0},
      {"+1", ExactFault::type, 0},
      {"01", ExactFault::type, 0},
      {"1.", ExactFault::type, 0},
      {".5", ExactFault::type, 0},
      {"1e", ExactFault::type, 0},
      {" 1", ExactFault::type, 0},
      {"1 ", ExactFault::type, 0},
      {"NaN", ExactFault::type, 0},
      {"1,5", ExactFault::type, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    Decimal::Coefficient units = 0;
    EXPECT_EQ(parse_exact(c.text, 10, 4, units), c.fault);
    EXPECT_TRUE(c.fault != ExactFault::none || units == c.units);
  }
  Decimal::Coefficient widest = 0;
  EXPECT_EQ(parse_exact("12345678901234567890123456789.123456789", 38, 9, widest), ExactFault::none);
  EXPECT_TRUE(widest == Decimal::parse("12345678901234567890123456789123456789")->coefficient());
}

}  // namespace
}  // namespace converge::contract
