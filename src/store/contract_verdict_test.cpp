// A contract means the same to the validator and to the servers: one verdict on made rows, and on made rules.
#include "contract/dml.hpp"
#include "contract/factory.hpp"
#include "contract/rule.hpp"
#include "contract/sql_text.hpp"
#include "fixture/sample_contract.hpp"
#include "fixture/test_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <algorithm>
#include <set>

namespace converge::store {
namespace {

using contract::ColumnType;
using contract::Contract;
using contract::RawRow;
using contract::Validator;

class ContractVerdict : public fixture::ServerTest {};
CONVERGE_ON_BOTH_SERVERS(ContractVerdict);

// What the servers read more loosely than the validator: other spellings of a type, and digits that they would round.
struct Looser {
  std::string_view rule;
  ColumnType type;
  std::string_view cell = "";  // empty: whatever the cell is
};
constexpr Looser looser_on_the_server[] = {
    {"type", ColumnType::integer},   {"type", ColumnType::number},   {"type", ColumnType::decimal},
    {"format", ColumnType::instant}, {"scale", ColumnType::decimal}, {"type", ColumnType::json, R"({"a":1,"a":2})"},
};

bool is_looser_on_the_server(const Contract& contract, const contract::InvalidRow& bad) {
  const auto* column = contract.find_column(std::string_view(bad.pointer).substr(1));
  if (column == nullptr) return false;
  const auto& cell = bad.row[static_cast<std::size_t>(column - contract.columns.data())];
  return std::ranges::any_of(looser_on_the_server, [&](const Looser& looser) {
    return looser.rule == bad.rule && looser.type == column->type && (looser.cell.empty() || looser.cell == cell);
  });
}

std::string render_literal(ColumnType type, const std::optional<std::string>& cell) {
  if (!cell) return "NULL";
  if (type == ColumnType::boolean && (*cell == "true" || *cell == "false")) return *cell == "true" ? "1" : "0";
  const auto at = parse_instant(*cell);
  return contract::quote_text(type == ColumnType::instant && at ? render_sql_instant(*at) : *cell);
}

std::string render_insert(const Contract& contract, const RawRow& row) {
  std::string values;
  for (std::size_t i = 0; i < contract.columns.size(); ++i)
    values += (i == 0 ? "" : ", ") + render_literal(contract.columns[i].type, row[i]);
  return contract::render_insert_prefix(contract) + "(" + values + ")";
}

// Whether the server takes the row; nothing stays.
bool is_taken(Connection& connection, const std::string& insert) {
  EXPECT_TRUE(connection.begin());
  const bool taken = connection.run({"insert_row", insert}).has_value();
  connection.rollback();
  return taken;
}

TEST_P(ContractVerdict, IsTheSameOnMadeRows) {
  create_system_tables();
  Connection connection = open_connection();
  CONVERGE_GET(connection.run({"without_parents", "SET SESSION foreign_key_checks = 0"}));
  for (const Contract& contract : contract::system_contracts()) {
    SCOPED_TRACE(contract.table);
    const Validator validator(contract);
    Rng rng = Rng::named(11, contract.table);
    for (int i = 0; i < 8; ++i) {
      const RawRow row = CONVERGE_GET(contract::make_valid_row(contract, validator, rng));
      EXPECT_TRUE(is_taken(connection, render_insert(contract, row))) << render_insert(contract, row);
    }
    for (const contract::InvalidRow& bad : CONVERGE_GET(contract::make_invalid_rows(contract, validator, rng))) {
      if (bad.rule == "additional" || is_looser_on_the_server(contract, bad)) continue;
      EXPECT_FALSE(is_taken(connection, render_insert(contract, bad.row))) << bad.rule << " " << bad.pointer;
    }
  }
}

// Rules of the grammar over the columns of the sample contract.
struct RuleMaker {
  Rng& rng;

  std::string pick(std::initializer_list<std::string_view> choices) {
    return std::string(*(choices.begin() + static_cast<std::ptrdiff_t>(rng.below(choices.size()))));
  }
  std::string exact(int depth) {
    if (depth == 0 || rng.below(3) == 0)
      return pick({"price", "limit_price", "count", "1", "0.5", "250", "-count", "999999.9999"});
    return fmt::format("({} {} {})", exact(depth - 1), pick({"+", "-"}), exact(depth - 1));
  }
  std::string real() {
    return pick(
        {"ratio", "0.5", "1 - ratio", "ratio * 2", "ratio * ratio", "0.1 + 0.2", "1 - 0.9", "ratio * (0.1 * 3)"});
  }
  std::string comparison() {
    const std::string op = pick({"<", "<=", ">", ">=", "==", "!="});
    switch (rng.below(7)) {
      case 0:
      case 6: return fmt::format("ratio {} {}", op, real());
      case 1: return pick({"kind == 'small'", "kind != 'large'", "code == note", "note == 'a '", "code != 'AB'"});
      case 2: return pick({"active", "active == false", "note is null", "limit_price is not null", "detail is null"});
      case 3: return fmt::format("count * count - 3 {} {}", op, exact(1));
      default: return fmt::format("{} {} {}", exact(2), op, exact(2));
    }
  }
  std::string rule(int depth) {
    if (depth == 0) return comparison();
    switch (rng.below(4)) {
      case 0: return fmt::format("!({})", rule(depth - 1));
      case 1: return comparison();
      default: return fmt::format("({} {} {})", rule(depth - 1), pick({"&&", "||"}), rule(depth - 1));
    }
  }
};

TEST_P(ContractVerdict, IsTheSameOnMadeRules) {
  Contract sample = fixture::load_sample_contract();
  sample.checks.clear();
  create_tables(std::span(&sample, 1));
  Connection connection = open_connection();
  Rng rng(12);
  std::vector<RawRow> rows;
  std::set<std::string> codes;
  for (int i = 0; i < 200 && rows.size() < 60; ++i) {
    RawRow row = CONVERGE_GET(contract::make_valid_row(sample, Validator(sample), rng));
    if (codes.insert(*row[1]).second) rows.push_back(std::move(row));
  }
  // The doubles on both sides of 0.1 + 0.2 and 1 - 0.9.
  const auto ratio = static_cast<std::size_t>(sample.find_column("ratio") - sample.columns.data());
  for (std::size_t i = 0; const char* text : {"0.3", "0.30000000000000004", "0.1", "0.09999999999999998"})
    rows[i++][ratio] = text;
  for (const RawRow& row : rows) CONVERGE_GET(connection.run({"insert_row", render_insert(sample, row)}));

  RuleMaker maker{rng};
  int passed = 0;
  int refused = 0;
  for (int i = 0; i < 150; ++i) {
    const std::string text = maker.rule(3);
    const auto rule = contract::Rule::compile(text, sample);
    ASSERT_TRUE(rule) << rule.error().message;
    SCOPED_TRACE(text + "  =>  " + rule->render_sql());
    const RowSet answer = CONVERGE_GET(
        connection.select({"refused_rows", "SELECT id FROM sample WHERE NOT (" + rule->render_sql() + ")"}));
    std::set<std::string> on_server;
    for (const auto& row : answer.rows) on_server.insert(std::get<std::string>(row[0]));

    sample.checks = {{"ck_sample_made", text}};
    const Validator validator(sample);
    std::set<std::string> by_validator;
    for (const RawRow& row : rows)
      if (!validator.validate(contract::view_cells(row)).empty()) by_validator.insert(*row[0]);
    EXPECT_EQ(on_server, by_validator);
    refused += static_cast<int>(by_validator.size());
    passed += static_cast<int>(rows.size() - by_validator.size());
  }
  EXPECT_GT(refused, 1000) << "the rules must tell rows apart";
  EXPECT_GT(passed, 1000);
}

TEST_P(ContractVerdict, OnNestedJsonIsThatOfTheStricterServer) {
  const Contract sample = fixture::load_sample_contract();
  create_tables(std::span(&sample, 1));
  Connection connection = open_connection();
  const Validator validator(sample);
  Rng rng(13);
  RawRow row = CONVERGE_GET(contract::make_valid_row(sample, validator, rng));
  const auto detail = static_cast<std::size_t>(sample.find_column("detail") - sample.columns.data());
  const auto nest = [&](int depth, const char* open, const char* close) {
    std::string text = R"({"a":)";
    for (int i = 1; i < depth; ++i) text += open;
    text += "1";
    for (int i = 1; i < depth; ++i) text += close;
    row[detail] = text + "}";
  };
  for (const auto& [open, close] : {std::pair(R"({"a":)", "}"), std::pair("[", "]")}) {
    SCOPED_TRACE(open);
    nest(31, open, close);
    EXPECT_THAT(validator.validate(contract::view_cells(row)), ::testing::IsEmpty());
    EXPECT_TRUE(is_taken(connection, render_insert(sample, row)));
    nest(32, open, close);
    const auto violations = validator.validate(contract::view_cells(row));
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].rule, "type");
    EXPECT_THAT(violations[0].message, ::testing::HasSubstr("nested at most 31 deep"));
    EXPECT_EQ(is_taken(connection, render_insert(sample, row)), GetParam() == ServerFlavor::mysql)
        << "MySQL goes on to 100";
  }
}

}  // namespace
}  // namespace converge::store
