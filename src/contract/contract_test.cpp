#include "contract/contract.hpp"

#include "contract/lint.hpp"
#include "contract/order.hpp"
#include "fixture/sample_contract.hpp"

#include <gmock/gmock.h>
#include <set>

namespace converge::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string replace(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(LoadContract, ReadsEveryKeyword) {
  const Contract sample = fixture::load_sample_contract();
  EXPECT_EQ(sample.table, "sample");
  EXPECT_EQ(sample.description, "A table with everything.");
  EXPECT_THAT(sample.primary_key, ElementsAre("id"));
  ASSERT_EQ(sample.columns.size(), 13U);
  EXPECT_EQ(sample.columns[0].format, "ulid");
  EXPECT_EQ(sample.columns[1].length_min, 2);
  EXPECT_EQ(sample.columns[1].length_max, 8);
  EXPECT_EQ(sample.columns[1].pattern, "^[A-Z][A-Z0-9-]*$");
  EXPECT_THAT(sample.columns[2].enum_values, ElementsAre("small", "large"));
  EXPECT_TRUE(sample.columns[3].nullable);
  EXPECT_EQ(sample.columns[4].type, ColumnType::integer);
  EXPECT_EQ(*sample.columns[4].maximum, Decimal::from_units(100, 0));
  EXPECT_EQ(sample.columns[5].type, ColumnType::number);
  EXPECT_EQ(sample.columns[6].type, ColumnType::decimal);
  EXPECT_EQ(sample.columns[6].precision, 10);
  EXPECT_EQ(sample.columns[6].scale, 4);
  EXPECT_EQ(*sample.columns[6].exclusive_minimum, Decimal::from_units(0, 0));
  EXPECT_EQ(sample.columns[8].type, ColumnType::boolean);
  EXPECT_EQ(sample.columns[9].type, ColumnType::instant);
  EXPECT_EQ(sample.columns[10].type, ColumnType::date);
  EXPECT_EQ(sample.columns[11].type, ColumnType::json);
  ASSERT_EQ(sample.indexes.size(), 1U);
  EXPECT_TRUE(sample.indexes[0].unique);
  EXPECT_EQ(sample.checks[0].name, "ck_sample_limit");
}

TEST(LoadContract, WantsNullAmongTheWordsOfAnEnumThatMayBeNull) {
  const std::string text = replace(std::string(fixture::sample_contract_text), R"("type": "string", "enum": ["small")",
                                   R"("type": ["string", "null"], "enum": ["small")");
  const auto refused = load_contract(text, "sample.schema.json");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("/properties/kind/enum: a column that may be null must list null"));
  const Contract sample = fixture::load_sample_contract(replace(text, R"("large"])", R"("large", null])"));
  EXPECT_TRUE(sample.columns[2].nullable);
  EXPECT_THAT(sample.columns[2].enum_values, ElementsAre("small", "large"));
}

TEST(LoadContract, HashesTheMeaningAndNotTheLayout) {
  const std::string text(fixture::sample_contract_text);
  const Contract plain = fixture::load_sample_contract(text);
  const Contract spaced = fixture::load_sample_contract(replace(text, "\"title\": ", "\"title\":\n    "));
  const Contract changed = fixture::load_sample_contract(replace(text, "\"maxLength\": 20", "\"maxLength\": 21"));
  EXPECT_EQ(plain.hash.size(), 64U);
  EXPECT_EQ(plain.hash, spaced.hash);
  EXPECT_NE(plain.hash, changed.hash);
}

TEST(LoadContract, RefusesWhatItCannotCarryAndSaysWhere) {
  struct Case {
    const char* name;
    const char* from;
    const char* to;
    const char* message;
  };
  const Case cases[] = {
      {"unknown keyword of a column", "\"maxLength\": 20", "\"maxLength\": 20, \"examples\": []",
       "/properties/note/examples"},
      {"unknown keyword at the root", "\"type\": \"object\",", "\"type\": \"object\", \"oneOf\": [],", "/oneOf"},
      {"unknown keyword of x-mysql", "\"primary_key\"", "\"engine\": \"x\", \"primary_key\"", "/x-mysql/engine"},
      {"unknown keyword of an index", "\"unique\": true", "\"unique\": true, \"type\": \"hash\"",
       "/x-mysql/indexes/0/type"},
      {"keyword of another type", "\"type\": \"boolean\"", "\"type\": \"boolean\", \"minimum\": 0",
       "/properties/active/minimum"},
      {"unknown format", "\"format\": \"date\"", "\"format\": \"email\"", "/properties/born_on/type"},
      {"unknown type", "\"type\": \"boolean\"", "\"type\": \"array\"", "/properties/active/type"},
      {"three types", "[\"string\", \"null\"], \"maxLength\"", "[\"string\", \"integer\", \"null\"], \"maxLength\"",
       "/properties/note/type"},
      {"text without a length", ", \"maxLength\": 20", "", "/properties/note"},
      {"length beside an enum", "\"enum\": [", "\"maxLength\": 9, \"enum\": [", "/properties/kind/maxLength"},
      {"null among words that may not be null", "\"small\", \"large\"", "\"small\", null", "/properties/kind/enum"},
      {"null first", "\"small\", \"large\"", "null, \"small\"", "/properties/kind/enum/0"},
      {"enum word twice", "\"small\", \"large\"", "\"small\", \"small\"", "/properties/kind/enum/1"},
      {"enum word with a space", "\"large\"", "\"very large\"", "/properties/kind/enum"},
      {"pattern without anchors", "^[A-Z][A-Z0-9-]*$", "[A-Z]+", "/properties/code/pattern"},
      {"pattern that one server reads otherwise", "^[A-Z][A-Z0-9-]*$", "^.*$", "/properties/code/pattern"},
      {"lengths that cross", "\"minLength\": 2", "\"minLength\": 9", "/properties/code/maxLength"},
      {"bounds that cross", "\"minimum\": 0, \"maximum\": 100", "\"minimum\": 101, \"maximum\": 100",
       "/properties/count"},
      {"fraction as a bound of an integer", "\"maximum\": 100", "\"maximum\": 99.5", "/properties/count/maximum"},
      {"decimal beyond 38 digits", "\"exclusiveMinimum\": 0, \"x-decimal\": [10, 4]", "\"x-decimal\": [39, 4]",
       "/properties/price/x-decimal/0"},
      {"scale beyond precision", "\"exclusiveMinimum\": 0, \"x-decimal\": [10, 4]", "\"x-decimal\": [3, 4]",
       "/properties/price/x-decimal/1"},
      {"optional column that is never null", "\"id\", \"code\",", "\"id\",", "/properties/code"},
      {"required column that does not exist", "\"detail\"]", "\"detail\", \"more\"]", "/required"},
      {"key column that does not exist", "\"primary_key\": [\"id\"]", "\"primary_key\": [\"key\"]",
       "/x-mysql/primary_key"},
      {"key column that may be null", "\"primary_key\": [\"id\"]", "\"primary_key\": [\"note\"]",
       "/x-mysql/primary_key"},
      {"check of another table", "ck_sample_limit", "ck_other_limit", "/x-mysql/checks/0/name"},
      {"rule with an unknown column", "limit_price >= price", "limit_cost >= price", "/x-mysql/checks/0/rule"},
      {"latest view without a revision", "\"indexes\"", "\"latest_view\": \"sample_latest\", \"indexes\"",
       "/x-mysql/latest_view"},
      {"open to additional properties", "\"additionalProperties\": false", "\"additionalProperties\": true",
       "/additionalProperties"},
      {"another dialect", "draft/2020-12", "draft/2019-09", "/$schema"},
      {"camelCase table", "\"title\": \"sample\"", "\"title\": \"sampleTable\"", "/title"},
      {"no description", "\"description\": \"Id\", ", "", "/properties/id"},
      {"key twice", "\"title\": \"sample\",", "\"title\": \"sample\", \"title\": \"sample\",", "title"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto loaded =
        load_contract(replace(std::string(fixture::sample_contract_text), c.from, c.to), "sample.schema.json");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Errc::invalid_input);
    EXPECT_THAT(loaded.error().message, HasSubstr("sample.schema.json: "));
    EXPECT_THAT(loaded.error().message, HasSubstr(std::string(c.message)));
  }
}

TEST(SystemContracts, StandInAnOrderInWhichForeignKeysPointBack) {
  std::set<std::string> seen;
  for (const Contract& contract : system_contracts()) {
    seen.insert(contract.table);
    for (const ForeignKey& key : contract.foreign_keys)
      EXPECT_TRUE(seen.contains(key.parent_table)) << contract.table << " " << key.name;
  }
  EXPECT_TRUE(seen.contains("bar"));
  EXPECT_EQ(seen.size(), system_contracts().size());
}

TEST(SystemContracts, AreFreeOfLint) {
  for (const ContractFinding& finding : lint_contracts(system_contracts()))
    ADD_FAILURE() << finding.table << ": " << finding.rule << ": " << finding.message;
  EXPECT_EQ(system_contract("bar").latest_view, "bar_latest");
  EXPECT_THROW(system_contract("nothing"), std::logic_error);
}

TEST(OrderByForeignKey, RefusesRingsAndMissingParents) {
  Contract a{.table = "a"};
  Contract b{.table = "b"};
  a.foreign_keys = {{"fk_a_b", {"id"}, "b", {"id"}}};
  const auto ordered = order_by_foreign_key({a, b});
  ASSERT_TRUE(ordered);
  EXPECT_EQ(ordered->front().table, "b");
  EXPECT_FALSE(order_by_foreign_key({a}));
  b.foreign_keys = {{"fk_b_a", {"id"}, "a", {"id"}}};
  EXPECT_FALSE(order_by_foreign_key({a, b}));
  b.foreign_keys = {{"fk_b_b", {"id"}, "b", {"id"}}};
  EXPECT_TRUE(order_by_foreign_key({a, b}));
}

TEST(LintContracts, FindsWhatAServerWouldRefuse) {
  struct Case {
    const char* rule;
    void (*spoil)(Contract& parent, Contract& child);
  };
  const Case cases[] = {
      {"table_twice", [](Contract& parent, Contract& child) { parent.table = child.table; }},
      {"name_too_long", [](Contract&, Contract& child) { child.columns[1].name = std::string(60, 'c'); }},
      {"check_name_taken", [](Contract& parent, Contract& child) { child.checks = parent.checks; }},
      {"view_name_taken", [](Contract& parent, Contract& child) { child.latest_view = parent.table; }},
      {"money_not_decimal", [](Contract&, Contract& child) { child.columns[5].name = "limit_price"; }},
      {"key_on_text", [](Contract& parent, Contract&) { parent.columns[1].length_max = 5000; }},
      {"key_too_long", [](Contract& parent, Contract&) { parent.columns[1].length_max = 900; }},
      {"key_without_pattern", [](Contract& parent, Contract&) { parent.columns[1].pattern.clear(); }},
      {"foreign_key_name_taken",
       [](Contract& parent, Contract& child) {
         parent.foreign_keys = {{"fk_child_sample", {"id"}, child.table, {"id"}}};
       }},
      {"row_too_long",
       [](Contract&, Contract& child) {
         for (int i = 0; i < 17; ++i) {
           child.columns.push_back({.name = "long_" + std::to_string(i), .length_max = 1000});
         }
       }},
      {"parent_missing", [](Contract&, Contract& child) { child.foreign_keys[0].parent_table = "nobody"; }},
      {"parent_not_unique", [](Contract&, Contract& child) { child.foreign_keys[0].parent_columns = {"note"}; }},
      {"parent_type", [](Contract&, Contract& child) { child.foreign_keys[0].columns = {"count"}; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.rule);
    const Contract parent = fixture::load_sample_contract();
    Contract child = fixture::load_sample_contract();
    child.table = "child";
    child.indexes.clear();
    child.checks.clear();
    child.foreign_keys = {{"fk_child_sample", {"id"}, "sample", {"id"}}};
    std::vector<Contract> contracts{parent, child};
    EXPECT_TRUE(lint_contracts(contracts).empty());
    c.spoil(contracts[0], contracts[1]);
    std::vector<std::string> rules;
    for (const ContractFinding& finding : lint_contracts(contracts)) rules.push_back(finding.rule);
    EXPECT_THAT(rules, ::testing::Contains(std::string(c.rule)));
  }
}

}  // namespace
}  // namespace converge::contract
