#include "contract/validator.hpp"

#include "contract/factory.hpp"
#include "contract/rows.hpp"
#include "fixture/sample_contract.hpp"

#include <gmock/gmock.h>
#include <limits>

namespace converge::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const RawRow good_row{"01ARZ3NDEKTSV4RRFFQ69G5FAV",
                      "AB-1",
                      "small",
                      "note",
                      "7",
                      "0.25",
                      "1.5",
                      "2.5",
                      "true",
                      "2020-03-16T20:00:00Z",
                      "2020-03-16",
                      "{\"a\":1}",
                      std::string(sha256_of_nothing)};

TEST(Validator, NamesTheRuleThatARawCellBreaks) {
  const Contract contract = fixture::load_sample_contract();
  const Validator validator(contract);
  struct Case {
    const char* column;
    std::optional<std::string> cell;
    const char* rule;  // "" when the cell is allowed
  };
  const Case cases[] = {
      {"id", "01ARZ3NDEKTSV4RRFFQ69G5FAV", ""},
      {"id", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "format"},
      {"id", "01arz3ndektsv4rrffq69g5fav", "format"},
      {"id", "01ARZ3NDEKTSV4RRFFQ69G5FA", "format"},
      {"id", std::nullopt, "required"},
      {"code", "AB", ""},
      {"code", "A", "min_length"},
      {"code", "ABCDEFGHI", "max_length"},
      {"code", "ab", "pattern"},
      {"code", "AB\n", "pattern"},
      {"code", "A\xFF", "utf8"},
      {"kind", "large", ""},
      {"kind", "Large", "enum"},
      {"kind", "", "enum"},
      {"note", std::nullopt, ""},
      {"note", "", ""},
      {"note",
       "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3"
       "\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9",
       ""},
      {"note", "123456789012345678901", "max_length"},
      {"note", "\xED\xA0\x80", "utf8"},
      {"count", "0", ""},
      {"count", "100", ""},
      {"count", "-1", "minimum"},
      {"count", "101", "maximum"},
      {"count", "9223372036854775808", "maximum"},
      {"count", "-9223372036854775809", "minimum"},
      {"count", "1.0", "type"},
      {"count", "1e1", "type"},
      {"count", "seven", "type"},
      {"count", "", "type"},
      {"ratio", "1", ""},
      {"ratio", "1e-3", ""},
      {"ratio", "1.0000001", "maximum"},
      {"ratio", "-0.1", "minimum"},
      {"ratio", "NaN", "type"},
      {"ratio", "inf", "type"},
      {"ratio", "1e999", "type"},
      {"ratio", "0,5", "type"},
      {"price", "0.0001", ""},
      {"price", "2.50000", ""},
      {"price", "0", "exclusive_minimum"},
      {"price", "-1", "exclusive_minimum"},
      {"price", "1.00001", "scale"},
      {"price", "1234567", "precision"},
      {"price", "NaN", "type"},
      {"active", "0", ""},
      {"active", "TRUE", "type"},
      {"seen_at", "2020-03-16T20:00:00.123456Z", ""},
      {"seen_at", "2020-03-16T20:00:00.1234567Z", "format"},
      {"seen_at", "2020-03-16T20:00:00+00:00", "format"},
      {"seen_at", "2020-03-16t20:00:00Z", "format"},
      {"seen_at", "2020-02-30T20:00:00Z", "format"},
      {"seen_at", "2020-03-16T24:00:00Z", "format"},
      {"seen_at", "0999-03-16T20:00:00Z", "format"},
      {"seen_at", "2020-03-16", "format"},
      {"born_on", "2020-02-29", ""},
      {"born_on", "2019-02-29", "format"},
      {"born_on", "16.03.2020", "format"},
      {"detail", "{}", ""},
      {"detail", "[1]", "type"},
      {"detail", "{\"a\":1", "type"},
      {"content_sha256", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "format"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.column) + " = " + c.cell.value_or("null"));
    RawRow row = good_row;
    row[static_cast<std::size_t>(contract.find_column(c.column) - contract.columns.data())] = c.cell;
    const auto violations = validator.validate(view_cells(row));
    if (std::string_view(c.rule).empty()) {
      EXPECT_THAT(violations, IsEmpty());
    } else {
      ASSERT_EQ(violations.size(), 1U);
      EXPECT_EQ(violations[0].rule, c.rule);
      EXPECT_EQ(violations[0].pointer, "/" + std::string(c.column));
    }
  }
}

TEST(Validator, ReportsEveryColumnAndOnlyThenTheChecks) {
  const Validator validator(fixture::load_sample_contract());
  RawRow row = good_row;
  row[2] = "large";
  row[7] = "1.4999";
  auto violations = validator.validate(view_cells(row));
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0], (Violation{"ck_sample_limit", "/limit_price",
                                      "limit_price >= price || kind == 'small' does not hold: limit_price = '1.4999', "
                                      "price = '1.5', kind = 'large'"}));
  row[7] = std::nullopt;
  EXPECT_THAT(validator.validate(view_cells(row)), IsEmpty()) << "an unknown check passes, as it does in SQL";
  row[4] = "x";
  row[5] = "y";
  row[7] = "1";
  violations = validator.validate(view_cells(row));
  ASSERT_EQ(violations.size(), 2U);
  EXPECT_EQ(violations[0].message, "count: 'x' found, a whole number expected");
  EXPECT_EQ(violations[1].pointer, "/ratio");
}

TEST(Validator, CountsTheCells) {
  const Validator validator(fixture::load_sample_contract());
  RawRow row = good_row;
  row.emplace_back("more");
  auto violations = validator.validate(view_cells(row));
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].rule, "additional");
  row.resize(12);
  violations = validator.validate(view_cells(row));
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].rule, "required");
  EXPECT_EQ(violations[0].pointer, "/content_sha256");
}

TEST(Validator, KeepsMessagesShortAndPlain) {
  const Validator validator(fixture::load_sample_contract());
  RawRow row = good_row;
  row[1] = "\xFF\n" + std::string(1000, 'A');
  const auto violations = validator.validate(view_cells(row));
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_THAT(violations[0].message, HasSubstr("'\\xFF\\x0AAAAA"));
  EXPECT_LT(violations[0].message.size(), 120U);
}

Decimal decimal(std::string_view text) {
  return *Decimal::parse(text);
}

BarRow make_bar() {
  return {.symbol = "sp500",
          .timeframe = "1d",
          .bar_at = *parse_instant("2020-03-16T20:00:00Z"),
          .revision = 0,
          .known_at = *parse_instant("2020-03-16T20:00:00Z"),
          .open = decimal("2508.59"),
          .high = decimal("2562.98"),
          .low = decimal("2380.94"),
          .close = decimal("2386.13"),
          .volume = decimal("7781540000"),
          .open_synthetic = false,
          .batch_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"};
}

TEST(Validator, ChecksTypedRows) {
  struct Case {
    const char* rule;
    const char* pointer;
    void (*spoil)(BarRow& row);
  };
  const Case cases[] = {
      {"pattern", "/symbol", [](BarRow& row) { row.symbol = "s p"; }},
      {"min_length", "/symbol", [](BarRow& row) { row.symbol = ""; }},
      {"enum", "/timeframe", [](BarRow& row) { row.timeframe = "2d"; }},
      {"minimum", "/revision", [](BarRow& row) { row.revision = -1; }},
      {"scale", "/open", [](BarRow& row) { row.open = decimal("2508.590000001"); }},
      {"precision", "/open", [](BarRow& row) { row.open = decimal("12345678901"); }},
      {"exclusive_minimum", "/low", [](BarRow& row) { row.low = decimal("0"); }},
      {"format", "/batch_id", [](BarRow& row) { row.batch_id = "x"; }},
      {"format", "/bar_at",
       [](BarRow& row) {
         row.bar_at = midnight_utc(Date(std::chrono::year(900), std::chrono::month(1), std::chrono::day(1)));
       }},
      {"ck_bar_high", "/high", [](BarRow& row) { row.high = decimal("2400"); }},
      {"ck_bar_known", "/known_at", [](BarRow& row) { row.known_at -= std::chrono::microseconds(1); }},
  };
  const Validator& validator = system_validator("bar");
  EXPECT_THAT(validator.validate_row(make_bar()), IsEmpty());
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.rule) + " " + c.pointer);
    BarRow row = make_bar();
    c.spoil(row);
    const auto violations = validator.validate_row(row);
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].rule, c.rule);
    EXPECT_EQ(violations[0].pointer, c.pointer);
  }
}

TEST(Validator, WantsCanonicalJsonAndFiniteNumbersInTypedRows) {
  BacktestRow row{.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                  .model = "sp500_vol5",
                  .from_at = *parse_instant("2020-03-16T20:00:00Z"),
                  .to_at = *parse_instant("2020-03-17T20:00:00Z"),
                  .params = "{\"a\":1,\"b\":2}",
                  .metrics = "{}",
                  .buy_and_hold = "{}",
                  .trials = 0,
                  .created_at = *parse_instant("2020-03-17T20:00:00Z")};
  const Validator& backtest = system_validator("backtest");
  EXPECT_THAT(backtest.validate_row(row), IsEmpty());
  row.params = "{\"b\":2,\"a\":1}";
  row.metrics = "";
  const auto violations = backtest.validate_row(row);
  ASSERT_EQ(violations.size(), 2U);
  EXPECT_EQ(violations[0].rule, "format");
  EXPECT_EQ(violations[1].rule, "type");

  std::array<FieldValue, 13> fields{FieldValue(std::string_view("01ARZ3NDEKTSV4RRFFQ69G5FAV")),
                                    std::string_view("AB"),
                                    std::string_view("small"),
                                    {},
                                    std::int64_t{7},
                                    0.5,
                                    decimal("1"),
                                    {},
                                    true,
                                    *parse_instant("2020-03-17T20:00:00Z"),
                                    Date(std::chrono::year(2020), std::chrono::month(3), std::chrono::day(17)),
                                    std::string_view("{}"),
                                    {}};
  const Validator sample(fixture::load_sample_contract());
  EXPECT_THAT(sample.validate_fields(fields), IsEmpty());
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    fields[5] = bad;
    const auto found = sample.validate_fields(fields);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].rule, "type");
  }
  fields[5] = 0.5;
  fields[10] = Date();
  fields[11] = std::int64_t{1};
  const auto found = sample.validate_fields(fields);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].rule, "format");
  EXPECT_EQ(found[1].rule, "type");
}

TEST(Factory, MakesRowsThatArriveAtTheExpectedVerdict) {
  std::vector<Contract> contracts = system_contracts();
  contracts.push_back(fixture::load_sample_contract());
  for (const Contract& contract : contracts) {
    SCOPED_TRACE(contract.table);
    const Validator validator(contract);
    Rng rng = Rng::named(20200316, contract.table);
    for (int i = 0; i < 50; ++i) {
      const auto row = make_valid_row(contract, validator, rng);
      ASSERT_TRUE(row) << row.error().message;
      EXPECT_THAT(validator.validate(view_cells(*row)), IsEmpty());
    }
    const auto invalid = make_invalid_rows(contract, validator, rng);
    ASSERT_TRUE(invalid) << invalid.error().message;
    EXPECT_GT(invalid->size(), contract.columns.size());
    for (const InvalidRow& row : *invalid) {
      SCOPED_TRACE(row.rule + " " + row.pointer);
      const auto violations = validator.validate(view_cells(row.row));
      ASSERT_EQ(violations.size(), 1U);
      EXPECT_EQ(violations[0].rule, row.rule);
      EXPECT_EQ(violations[0].pointer, row.pointer);
    }
  }
}

TEST(Factory, RepeatsItselfWithTheSameSeed) {
  const Contract& contract = system_contract("bar");
  const Validator& validator = system_validator("bar");
  Rng first(7);
  Rng second(7);
  Rng other(8);
  const RawRow row = *make_valid_row(contract, validator, first);
  EXPECT_EQ(row, *make_valid_row(contract, validator, second));
  EXPECT_NE(row, *make_valid_row(contract, validator, other));
}

TEST(Factory, SaysWhenChecksLetNothingThrough) {
  Contract contract = fixture::load_sample_contract();
  contract.checks[0].rule = "count < 0";
  Rng rng(7);
  const auto row = make_valid_row(contract, Validator(contract), rng);
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace converge::contract
