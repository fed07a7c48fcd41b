#include "contract/desk_contracts.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace converge::contract {
namespace {

using ::testing::HasSubstr;

// A contract of one key column, and whatever else x-mysql holds.
Contract make_own(std::string_view table, std::string_view more = "",
                  std::string_view key_type = R"("format": "ulid")") {
  const std::string text = fmt::format(
      R"({{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "{0}", "description": "One.",
      "type": "object", "additionalProperties": false, "required": ["id"],
      "properties": {{"id": {{"description": "Id", "type": "string", {2}}}}},
      "x-mysql": {{"primary_key": ["id"]{1}}}}})",
      table, more, key_type);
  auto loaded = load_contract(text, std::string(table) + ".schema.json");
  if (!loaded) throw std::logic_error(loaded.error().message);
  return *std::move(loaded);
}

std::string points_at(std::string_view table, std::string_view parent) {
  return fmt::format(R"(, "foreign_keys": [{{"name": "fk_{0}_parent", "columns": ["id"],)"
                     R"("references": {{"table": "{1}", "columns": ["id"]}}}}])",
                     table, parent);
}

TEST(ArrangeDeskContracts, PutsParentsBeforeChildrenWhateverTheirNames) {
  const auto ordered =
      arrange_desk_contracts({make_own("a_child", points_at("a_child", "z_parent")), make_own("z_parent")});
  ASSERT_TRUE(ordered) << ordered.error().message;
  ASSERT_EQ(ordered->size(), 2U) << "the system's are not among them";
  EXPECT_EQ(ordered->at(0).table, "z_parent");
  EXPECT_EQ(ordered->at(1).table, "a_child");
  EXPECT_TRUE(arrange_desk_contracts({}));
}

TEST(ArrangeDeskContracts, RefusesWithFileAndRule) {
  struct Case {
    const char* name;
    std::vector<Contract> own;
    const char* says;
  };
  const Case cases[] = {
      {"a table of the system", {make_own("bar")}, "contracts/bar.schema.json: table_twice"},
      {"a view of the system", {make_own("bar_latest")}, "bar.schema.json: view_name_taken: bar_latest"},
      {"a parent that nobody has",
       {make_own("mine", points_at("mine", "yours"))},
       "contracts/mine.schema.json: parent_missing"},
      {"a parent of another type",
       {make_own("mine", points_at("mine", "yours")), make_own("yours", "", R"("maxLength": 26)")},
       "contracts/mine.schema.json: parent_type"},
      {"a key that is too long",
       {make_own("mine", "", R"("maxLength": 800)")},
       "contracts/mine.schema.json: key_too_long: PRIMARY needs 3200 bytes of 3072"},
      {"a ring",
       {make_own("mine", points_at("mine", "yours")), make_own("yours", points_at("yours", "mine"))},
       "its foreign keys lead back to it"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto refused = arrange_desk_contracts(c.own);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_THAT(refused.error().message, HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace converge::contract
