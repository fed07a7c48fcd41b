#include "contract/codegen.hpp"

#include "contract/rows.hpp"
#include "fixture/golden.hpp"
#include "fixture/sample_contract.hpp"

#include <gmock/gmock.h>

namespace converge::contract {
namespace {

TEST(RenderRowsHeader, GivesTheReviewedRows) {
  fixture::expect_golden("tests/golden/rows.hpp", render_rows_header(system_contracts()));
}

TEST(RenderRowsHeader, TurnsColumnsIntoMembers) {
  const std::string text = render_rows_header(std::vector{fixture::load_sample_contract()});
  for (const char* line :
       {"enum class SampleKind { small, large };", "struct SampleRow {", "  std::string id{};", "  SampleKind kind{};",
        "  std::optional<std::string> note{};", "  std::int64_t count = 0;", "  double ratio = 0;",
        "  Decimal price{};", "  std::optional<Decimal> limit_price{};", "  bool active = false;",
        "  Instant seen_at{};", "  Date born_on{};", "  std::string detail{};", "  f(\"price\", row.price);"})
    EXPECT_THAT(text, ::testing::HasSubstr(line));
}

TEST(Rows, NameTheirFieldsInColumnOrder) {
  std::vector<std::string> names;
  const BarRow row;
  for_each_field(row, [&](std::string_view name, const auto&) { names.emplace_back(name); });
  std::vector<std::string> columns;
  for (const Column& column : system_contract(BarRow::table).columns) columns.push_back(column.name);
  EXPECT_EQ(names, columns);
  EXPECT_EQ(BarRow::column_count, columns.size());
}

TEST(Rows, KeepTheWordOfANameThatCppReserves) {
  ContentItemRow row{.template_ = "promotion"};
  std::string found;
  for_each_field(row, [&](std::string_view name, auto& field) {
    if constexpr (std::is_same_v<std::remove_reference_t<decltype(field)>, std::string>)
      if (name == "template") found = field;
  });
  EXPECT_EQ(found, "promotion");
}

TEST(RowEnums, AreReadAndWrittenByTheirWords) {
  EXPECT_EQ(enum_text(GateDecisionVerdict::refused), "refused");
  EXPECT_EQ(parse_enum<GateDecisionVerdict>("promoted"), GateDecisionVerdict::promoted);
  EXPECT_EQ(parse_enum<GateDecisionVerdict>("Promoted"), std::nullopt);
  EXPECT_EQ(parse_enum<GateDecisionVerdict>(""), std::nullopt);
}

}  // namespace
}  // namespace converge::contract
