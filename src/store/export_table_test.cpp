#include "store/export_table.hpp"

#include <gtest/gtest.h>

namespace converge::store {
namespace {

TEST(RenderCsvRecord, QuotesAsRfc4180AndKeepsNullApartFromEmpty) {
  struct Case {
    const char* name;
    std::vector<TextCell> cells;
    std::string_view record;
  };
  const Case cases[] = {
      {"plain", {"a", "1.5", "2020-03-16T20:00:00Z"}, "a,1.5,2020-03-16T20:00:00Z\n"},
      {"null is an empty field", {"a", std::nullopt, "b"}, "a,,b\n"},
      {"empty text is quoted", {"", std::nullopt}, "\"\",\n"},
      {"comma, quote, line ends",
       {"a,b", "say \"x\"", "1\r\n2", "\n"},
       "\"a,b\",\"say \"\"x\"\"\",\"1\r\n2\",\"\n\"\n"},
      {"blanks and signs stay", {" a ", "=1+1", "\xC3\xA9"}, " a ,=1+1,\xC3\xA9\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(render_csv_record(c.cells), c.record);
  }
}

TEST(RenderJsonRecord, WritesEachColumnInItsOwnJsonType) {
  const contract::Contract& bar = contract::system_contract("bar");
  std::vector<TextCell> cells{"SPX",        "1d",         "2020-03-16T20:00:00Z", "0",          "2020-03-16T20:00:00Z",
                              "1.50000000", "2.00000000", "1.00000000",           "1.25000000", "100.00000000",
                              "false",      std::nullopt};
  cells.resize(bar.columns.size());
  EXPECT_EQ(
      render_json_record(bar, cells),
      R"({"symbol":"SPX","timeframe":"1d","bar_at":"2020-03-16T20:00:00Z","revision":0,"known_at":"2020-03-16T20:00:00Z",)"
      R"("open":1.50000000,"high":2.00000000,"low":1.00000000,"close":1.25000000,"volume":100.00000000,)"
      R"("open_synthetic":false,"batch_id":null})");
}

TEST(RenderCsvHeader, NamesTheColumnsInContractOrder) {
  EXPECT_EQ(render_csv_header(contract::system_contract("bar")),
            "symbol,timeframe,bar_at,revision,known_at,open,high,low,close,volume,open_synthetic,batch_id\n");
}

}  // namespace
}  // namespace converge::store
